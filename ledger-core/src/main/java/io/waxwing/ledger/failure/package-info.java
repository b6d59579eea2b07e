/** What goes wrong, each with a stable WXW code. No logging here: the caller decides who hears it. */
@NullMarked
package io.waxwing.ledger.failure;

import org.jspecify.annotations.NullMarked;

/** Tests of the package of this name. */
@NullMarked
package io.waxwing.ledger.note;

import org.jspecify.annotations.NullMarked;

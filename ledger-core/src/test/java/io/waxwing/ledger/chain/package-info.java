/** Tests of the package of this name. */
@NullMarked
package io.waxwing.ledger.chain;

import org.jspecify.annotations.NullMarked;

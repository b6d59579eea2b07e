/** Tests of the package of this name. */
@NullMarked
package io.waxwing.ledger.simplex;

import org.jspecify.annotations.NullMarked;

/** Tests of the package of this name. */
@NullMarked
package io.waxwing.ledger.hash;

import org.jspecify.annotations.NullMarked;

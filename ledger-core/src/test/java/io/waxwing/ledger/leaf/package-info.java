/** Tests of the package of this name. */
@NullMarked
package io.waxwing.ledger.leaf;

import org.jspecify.annotations.NullMarked;

/** Tests of the package of this name. */
@NullMarked
package io.waxwing.ledger.merkle;

import org.jspecify.annotations.NullMarked;

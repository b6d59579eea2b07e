/** Tests of the package of this name. */
@NullMarked
package io.waxwing.ledger.verify;

import org.jspecify.annotations.NullMarked;

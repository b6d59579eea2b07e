/** Tests of the package of this name. */
@NullMarked
package io.waxwing.ledger.checkpoint;

import org.jspecify.annotations.NullMarked;

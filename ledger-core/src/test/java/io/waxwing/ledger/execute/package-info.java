/** Tests of the package of this name. */
@NullMarked
package io.waxwing.ledger.execute;

import org.jspecify.annotations.NullMarked;

/** Tests of the package of this name. */
@NullMarked
package io.waxwing.ledger.control;

import org.jspecify.annotations.NullMarked;

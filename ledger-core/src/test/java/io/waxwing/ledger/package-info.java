/** The ledger against its published vectors. */
@NullMarked
package io.waxwing.ledger;

import org.jspecify.annotations.NullMarked;

/** The leaves of the ledger, byte for byte as in ledger.md section 5. */
@NullMarked
package io.waxwing.ledger.leaf;

import org.jspecify.annotations.NullMarked;

/** Blocks, votes and certificates of Simplex, and the records of the vote log (ledger-runtime.md sections 1, 2). */
@NullMarked
package io.waxwing.ledger.simplex;

import org.jspecify.annotations.NullMarked;

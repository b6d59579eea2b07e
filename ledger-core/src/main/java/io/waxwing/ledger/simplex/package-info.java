/**
 * Agreement by Simplex: blocks, votes and certificates, the records of the vote log, and the protocol's core,
 * {@link io.waxwing.ledger.simplex.Simplex} (ledger.md section 2, ledger-runtime.md sections 1-3, 6, 7). Read it first,
 * then {@code VotingRules}, {@code Views}, {@code Duties}. One thread owns a core; only {@code MessageCheck} and the
 * codec run elsewhere.
 */
@NullMarked
package io.waxwing.ledger.simplex;

import org.jspecify.annotations.NullMarked;

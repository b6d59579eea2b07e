/**
 * This node as a witness of other logs (c2sp.org/tlog-witness): what a request says, whether the checkpoint in it
 * extends what was cosigned before, and what is answered. Decisions only; the caller forces records before it signs.
 */
@NullMarked
package io.waxwing.ledger.witness;

import org.jspecify.annotations.NullMarked;

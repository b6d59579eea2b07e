/** The two ports of Ed25519 (make, check) and the acceptance rules that every implementation shares. */
@NullMarked
package io.waxwing.ledger.sign;

import org.jspecify.annotations.NullMarked;

/** What a client or auditor calls: receipts, trust chains, ranges. Needs no network, no clock and no consensus code. */
@NullMarked
package io.waxwing.ledger.verify;

import org.jspecify.annotations.NullMarked;

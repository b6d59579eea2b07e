package io.waxwing.node.start;

import io.waxwing.ledger.execute.LedgerState;
import io.waxwing.ledger.leaf.ConfigLeaf;
import io.waxwing.ledger.merkle.TileBuffer;
import io.waxwing.ledger.sign.SignatureCheck;
import io.waxwing.ledger.simplex.Recovered;
import io.waxwing.ledger.simplex.Validators;
import io.waxwing.ledger.spi.LedgerStore;
import io.waxwing.ledger.spi.VoteLog;

/**
 * A ledger as found on the disk, for one running of it.
 *
 * @param genesis the first CONFIG leaf
 * @param state after the last applied block
 * @param tiles the open tiles of that state's tree
 * @param recovered what consensus goes on from
 */
public record OpenedLedger(
        LedgerIdentity identity,
        ConfigLeaf genesis,
        Validators validators,
        SignatureCheck signatures,
        LedgerStore store,
        VoteLog log,
        LedgerState state,
        TileBuffer tiles,
        Recovered recovered) {}

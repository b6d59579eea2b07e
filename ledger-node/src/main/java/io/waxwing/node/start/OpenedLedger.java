package io.waxwing.node.start;

import io.waxwing.ledger.execute.LedgerState;
import io.waxwing.ledger.leaf.ConfigLeaf;
import io.waxwing.ledger.merkle.TileBuffer;
import io.waxwing.ledger.sign.SignatureCheck;
import io.waxwing.ledger.simplex.PastEpoch;
import io.waxwing.ledger.simplex.Recovered;
import io.waxwing.ledger.simplex.Validators;
import io.waxwing.ledger.spi.LedgerStore;
import io.waxwing.ledger.spi.VoteLog;
import io.waxwing.node.crypto.KeyRing;
import io.waxwing.node.store.StoredConfigs;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * A ledger as found on the disk, for one running of it.
 *
 * @param institution this node's
 * @param configs of all epochs so far, genesis first; the last is in force for the next block
 * @param validators of the last one
 * @param state after the last applied block
 * @param tiles the open tiles of that state's tree
 * @param recovered what consensus goes on from
 * @param past every epoch before, by number
 */
public record OpenedLedger(
        String institution,
        KeyRing keys,
        List<StoredConfigs.Placed> configs,
        Validators validators,
        SignatureCheck signatures,
        LedgerStore store,
        VoteLog log,
        LedgerState state,
        TileBuffer tiles,
        Recovered recovered,
        NavigableMap<Long, PastEpoch> past) {
    public OpenedLedger {
        configs = List.copyOf(configs);
        past = Collections.unmodifiableNavigableMap(new TreeMap<>(past));
    }

    /** The first CONFIG leaf. */
    public ConfigLeaf genesis() {
        return configs.get(0).config();
    }

    /** Who this node is in the epoch of a CONFIG. */
    public LedgerIdentity identityIn(ConfigLeaf config) {
        return LedgerIdentity.in(config, keys, institution);
    }
}

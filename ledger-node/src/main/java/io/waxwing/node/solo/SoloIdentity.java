package io.waxwing.node.solo;

import io.waxwing.ledger.control.Genesis;
import io.waxwing.ledger.control.Registry;
import io.waxwing.ledger.control.Registry.Institution;
import io.waxwing.ledger.failure.LedgerFailure;
import io.waxwing.ledger.leaf.ConfigLeaf;
import io.waxwing.ledger.note.NoteKey;
import io.waxwing.ledger.note.TrustPolicy;
import io.waxwing.node.crypto.NodeKeys;
import io.waxwing.node.store.StoreCodes;

/** Who this node is on its ledger: its keys under the names that the ledger's configuration gives them. */
record SoloIdentity(ConfigLeaf genesis, TrustPolicy policy, NodeKeys keys, NoteKey logKey, NoteKey cosignerKey) {
    /** The first CONFIG leaf of a new ledger with these keys. */
    static ConfigLeaf newGenesis(String originLine, String institution, NodeKeys keys) {
        Genesis.SoloKeys publicKeys = new Genesis.SoloKeys(
                keys.vote().publicKey(), keys.cosigner().publicKey(), keys.log().publicKey(), keys.origin());
        return Genesis.solo(originLine, institution, publicKeys);
    }

    /** Throws {@link LedgerFailure} WXW-3101 if the ledger was begun with other keys or another name. */
    static SoloIdentity of(ConfigLeaf genesis, NodeKeys keys, String originLine) {
        Registry registry = Registry.parse(genesis.registry());
        Institution self = registry.institution(Genesis.SOLO_INSTITUTION);
        TrustPolicy policy = TrustPolicy.parse(genesis.policy().toBytes());
        NoteKey logKey = policy.logs().get(0).key();
        if (self == null
                || !self.voteKey().equals(keys.vote().publicKey())
                || !self.cosignerKey().equals(keys.cosigner().publicKey())
                || !self.logKey().equals(keys.log().publicKey())) {
            throw new LedgerFailure(
                    StoreCodes.OTHER_LEDGER,
                    "the data folder holds ledger " + genesis.configHash() + ", which was begun with other keys");
        }
        if (!logKey.name().equals(originLine)) {
            throw new LedgerFailure(
                    StoreCodes.OTHER_LEDGER,
                    "the data folder holds the ledger named " + logKey.name() + ", the configuration says "
                            + originLine);
        }
        return new SoloIdentity(genesis, policy, keys, logKey, Genesis.cosignerKey(originLine, self));
    }
}

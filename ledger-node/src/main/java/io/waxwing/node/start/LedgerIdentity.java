package io.waxwing.node.start;

import io.waxwing.ledger.control.Registry;
import io.waxwing.ledger.control.Registry.Institution;
import io.waxwing.ledger.failure.LedgerFailure;
import io.waxwing.ledger.leaf.ConfigLeaf;
import io.waxwing.ledger.note.NoteKey;
import io.waxwing.ledger.note.TrustPolicy;
import io.waxwing.node.crypto.KeyRing;
import io.waxwing.node.crypto.NodeKeys;
import io.waxwing.node.store.StoreCodes;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who this node is in one epoch of its ledger: its keys under the names that the CONFIG gives them.
 *
 * @param registry of the CONFIG
 * @param keys those that count in the epoch
 * @param self the institution, null before it has joined
 * @param validatorIndex its place among the validators, -1 if it only follows
 */
public record LedgerIdentity(
        ConfigLeaf config,
        Registry registry,
        TrustPolicy policy,
        NodeKeys keys,
        @Nullable Institution self,
        int validatorIndex,
        NoteKey logKey,
        NoteKey cosignerKey) {
    /** In the epoch of that CONFIG; a node that it does not know follows without a vote. */
    public static LedgerIdentity in(ConfigLeaf config, KeyRing ring, String institution) {
        Registry registry = Registry.parse(config.registry());
        TrustPolicy policy = TrustPolicy.parse(config.policy().toBytes());
        String originLine = policy.logs().get(0).key().name();
        NodeKeys keys = ring.in(registry);
        Institution self = registry.institutionNamed(institution);
        List<Institution> validators = registry.validators();
        int index = -1;
        for (int i = 0; i < validators.size(); i++) {
            if (KeyRing.areOf(keys, validators.get(i))) {
                index = i;
                self = validators.get(i);
            }
        }
        NoteKey logKey = new NoteKey(originLine, NoteKey.LOG, keys.log().publicKey());
        NoteKey cosignerKey = new NoteKey(
                (self == null ? institution : self.name()) + "." + originLine,
                NoteKey.COSIGNATURE,
                keys.cosigner().publicKey());
        return new LedgerIdentity(config, registry, policy, keys, self, index, logKey, cosignerKey);
    }

    /**
     * Throws {@link LedgerFailure} WXW-3101 if the ledger that began with the CONFIG has another name, or registers the
     * institution with keys that are not this node's: neither then nor under {@code inForce}. An observer needs none.
     */
    static void check(ConfigLeaf genesis, ConfigLeaf inForce, KeyRing ring, String originLine, String institution) {
        LedgerIdentity then = in(genesis, ring, institution);
        if (!then.logKey().name().equals(originLine)) {
            throw new LedgerFailure(
                    StoreCodes.OTHER_LEDGER,
                    "the data folder holds the ledger named " + then.logKey().name() + ", the configuration says "
                            + originLine);
        }
        Institution self = then.registry().institutionNamed(institution);
        boolean follows = self == null ? genesis.epoch() < inForce.epoch() || isOfSeveral(then) : !self.validator();
        Registry now = Registry.parse(inForce.registry());
        if (!follows && ring.canVote() && !ring.isKnownTo(then.registry()) && !ring.isKnownTo(now)) {
            throw new LedgerFailure(
                    StoreCodes.OTHER_LEDGER,
                    "the data folder holds ledger " + genesis.configHash() + ", which was begun with other keys");
        }
    }

    private static boolean isOfSeveral(LedgerIdentity identity) {
        return identity.registry().institutions().size() > 1;
    }
}

package io.waxwing.node.start;

import io.waxwing.ledger.control.Genesis;
import io.waxwing.ledger.control.Registry;
import io.waxwing.ledger.control.Registry.Institution;
import io.waxwing.ledger.failure.LedgerFailure;
import io.waxwing.ledger.leaf.ConfigLeaf;
import io.waxwing.ledger.note.NoteKey;
import io.waxwing.ledger.note.TrustPolicy;
import io.waxwing.node.crypto.NodeKeys;
import io.waxwing.node.store.StoreCodes;
import java.util.List;

/**
 * Who this node is on its ledger: its keys under the names that the configuration in force gives them.
 *
 * @param self the institution
 * @param validatorIndex its place among the validators, -1 if it only follows
 */
public record LedgerIdentity(
        ConfigLeaf config,
        TrustPolicy policy,
        NodeKeys keys,
        Institution self,
        int validatorIndex,
        NoteKey logKey,
        NoteKey cosignerKey) {
    /** Throws {@link LedgerFailure} WXW-3101 if the ledger knows the institution by other keys or has another name. */
    public static LedgerIdentity of(ConfigLeaf config, NodeKeys keys, String originLine, String institution) {
        Registry registry = Registry.parse(config.registry());
        TrustPolicy policy = TrustPolicy.parse(config.policy().toBytes());
        String name = policy.logs().get(0).key().name();
        if (!name.equals(originLine)) {
            throw otherLedger(
                    "the data folder holds the ledger named " + name + ", the configuration says " + originLine);
        }
        List<Institution> validators = registry.validators();
        for (int index = 0; index < validators.size(); index++) {
            Institution candidate = validators.get(index);
            if (candidate.voteKey().equals(keys.vote().publicKey())) {
                return of(config, policy, keys, candidate, index);
            }
        }
        Institution own = registry.institutionNamed(institution);
        if (own != null && !own.validator()) {
            return of(config, policy, keys, own, -1);
        }
        if (own != null && hasOrigin(registry, own, keys)) {
            return further(config, policy, keys, own);
        }
        throw otherLedger("the data folder holds ledger " + config.configHash() + ", which was begun with other keys");
    }

    private static LedgerIdentity of(
            ConfigLeaf config, TrustPolicy policy, NodeKeys keys, Institution self, int index) {
        if (!self.cosignerKey().equals(keys.cosigner().publicKey())
                || !self.logKey().equals(keys.log().publicKey())) {
            throw otherLedger("the ledger knows institution " + self.name() + " by other keys");
        }
        String originLine = policy.logs().get(0).key().name();
        NoteKey logKey = new NoteKey(originLine, NoteKey.LOG, self.logKey());
        return new LedgerIdentity(config, policy, keys, self, index, logKey, Genesis.cosignerKey(originLine, self));
    }

    private static boolean hasOrigin(Registry registry, Institution own, NodeKeys keys) {
        return registry.origins().stream()
                .anyMatch(origin -> origin.institutionId() == own.id()
                        && origin.active()
                        && origin.key().equals(keys.origin().publicKey()));
    }

    /** A further node of an institution whose vote is elsewhere: it has an origin key of its own and no other. */
    private static LedgerIdentity further(ConfigLeaf config, TrustPolicy policy, NodeKeys keys, Institution self) {
        String originLine = policy.logs().get(0).key().name();
        NoteKey logKey = new NoteKey(originLine, NoteKey.LOG, keys.log().publicKey());
        NoteKey cosignerKey = new NoteKey(
                self.name() + "." + originLine,
                NoteKey.COSIGNATURE,
                keys.cosigner().publicKey());
        return new LedgerIdentity(config, policy, keys, self, -1, logKey, cosignerKey);
    }

    private static LedgerFailure otherLedger(String text) {
        return new LedgerFailure(StoreCodes.OTHER_LEDGER, text);
    }
}

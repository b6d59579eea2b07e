package io.waxwing.broker.network;

import io.waxwing.anchor.availability.AudienceSecret;
import io.waxwing.anchor.availability.Audiences;
import io.waxwing.broker.BrokerFolder;
import io.waxwing.ledger.control.CeremonyCodes;
import io.waxwing.ledger.control.GenesisFile;
import io.waxwing.ledger.control.Registry;
import io.waxwing.ledger.control.Registry.Institution;
import io.waxwing.ledger.control.Registry.Origin;
import io.waxwing.ledger.failure.LedgerFailure;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.leaf.ConfigLeaf;
import io.waxwing.ledger.sign.SignatureCheck;
import io.waxwing.node.crypto.KeyRing;
import io.waxwing.node.crypto.NodeIdentity;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;

/**
 * Makes a node's folder that of a member: its genesis and its trust file beside its keys, and the secrets that it
 * keeps.
 */
public final class Membership {
    private Membership() {}

    /**
     * Installs a genesis that a quorum has signed into the folder of one of its members.
     *
     * @param chain the ledger's trust chain, for one that joined later; null for a founder
     * @return the member
     * @throws LedgerFailure WXW-3140, WXW-3142 or WXW-3143 if the genesis does not hold, WXW-3145 if the keys are not a
     *     member's, WXW-3146 if the folder belongs to a ledger already; nothing is written then
     */
    public static Institution install(
            GenesisFile genesis,
            @Nullable Path chain,
            BrokerFolder folder,
            NodeIdentity identity,
            SignatureCheck check) {
        genesis.requireQuorum(check);
        Institution self = chain == null
                ? genesis.memberWith(identity.publicKeys())
                : memberOf(Enrolment.newest(genesis, NetworkFiles.chain(chain), check), identity);
        refuseIfThere(folder.genesis(), "the genesis of a ledger of several");
        refuseIfThere(folder.database(), "the data of a ledger");
        refuseIfThere(folder.votes(), "votes of these keys on a ledger");
        NetworkFiles.createFolder(folder.data());
        NetworkFiles.replace(folder.trustPolicy(), genesis.config().policy());
        if (chain == null) {
            makeSecrets(genesis.registry(), self, folder);
        } else {
            NetworkFiles.replace(folder.trustChain(), NetworkFiles.chain(chain));
        }
        // Last: with this file the folder is a member's.
        NetworkFiles.create(folder.genesis(), genesis.encode());
        return self;
    }

    /**
     * Those of the audiences that this node keeps. Now and not at the first start: a backup of the keys made after the
     * ceremony has them, and a node that misses one later must not make another.
     */
    private static void makeSecrets(Registry registry, Institution self, BrokerFolder folder) {
        SecureRandom random = new SecureRandom();
        for (Origin origin : registry.originsOf(self.id())) {
            for (AudienceSecret secret : new Audiences(origin.originId(), registry, unused -> null).secrets()) {
                AudienceSecretFile file = new AudienceSecretFile(folder.keys(), secret.audienceId());
                if (secret.keeper() == origin.originId() && file.read() == null) {
                    byte[] bytes = new byte[Hash.LENGTH];
                    random.nextBytes(bytes);
                    file.write(Hash.of(bytes));
                }
            }
        }
    }

    private static Institution memberOf(ConfigLeaf newest, NodeIdentity identity) {
        Institution member = KeyRing.memberWith(identity.keys(), Registry.parse(newest.registry()));
        if (member == null) {
            throw new LedgerFailure(
                    CeremonyCodes.STRANGER, "epoch " + newest.epoch() + " of the ledger has no member with these keys");
        }
        return member;
    }

    private static void refuseIfThere(Path path, String what) {
        if (Files.exists(path)) {
            throw new LedgerFailure(CeremonyCodes.INITIALISED, path + " is there already: " + what);
        }
    }
}

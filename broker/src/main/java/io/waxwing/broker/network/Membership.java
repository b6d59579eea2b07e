package io.waxwing.broker.network;

import io.waxwing.broker.BrokerFolder;
import io.waxwing.ledger.control.CeremonyCodes;
import io.waxwing.ledger.control.GenesisFile;
import io.waxwing.ledger.control.Registry.Institution;
import io.waxwing.ledger.failure.LedgerFailure;
import io.waxwing.ledger.sign.SignatureCheck;
import io.waxwing.node.crypto.NodeIdentity;
import java.nio.file.Files;
import java.nio.file.Path;

/** Makes a node's folder that of a member: its genesis and its trust file beside its keys. */
public final class Membership {
    private Membership() {}

    /**
     * Installs a genesis that a quorum has signed into the folder of one of its members.
     *
     * @return the member
     * @throws LedgerFailure WXW-3140, WXW-3142 or WXW-3143 if the genesis does not hold, WXW-3145 if the keys are not a
     *     member's, WXW-3146 if the folder belongs to a ledger already; nothing is written then
     */
    public static Institution install(
            GenesisFile genesis, BrokerFolder folder, NodeIdentity identity, SignatureCheck check) {
        genesis.requireQuorum(check);
        Institution self = genesis.memberWith(identity.publicKeys());
        refuseIfThere(folder.genesis(), "the genesis of a ledger of several");
        refuseIfThere(folder.database(), "the data of a ledger");
        refuseIfThere(folder.votes(), "votes of these keys on a ledger");
        NetworkFiles.createFolder(folder.data());
        NetworkFiles.replace(folder.trustPolicy(), genesis.config().policy());
        // Last: with this file the folder is a member's.
        NetworkFiles.create(folder.genesis(), genesis.encode());
        return self;
    }

    private static void refuseIfThere(Path path, String what) {
        if (Files.exists(path)) {
            throw new LedgerFailure(CeremonyCodes.INITIALISED, path + " is there already: " + what);
        }
    }
}

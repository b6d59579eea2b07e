package io.waxwing.broker.network;

import io.waxwing.broker.BrokerFolder;
import io.waxwing.ledger.control.CeremonyCodes;
import io.waxwing.ledger.control.GenesisFile;
import io.waxwing.ledger.control.Registry;
import io.waxwing.ledger.control.Registry.Institution;
import io.waxwing.ledger.failure.LedgerFailure;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.leaf.ConfigLeaf;
import io.waxwing.ledger.sign.SignatureCheck;
import io.waxwing.ledger.verify.TrustChain;
import io.waxwing.node.crypto.KeyRing;
import io.waxwing.node.crypto.NodeIdentity;
import io.waxwing.node.crypto.Signatures;
import java.nio.file.Files;
import java.util.List;

/**
 * What a member's folder says of the ledger and of this node: the genesis, the trust chain that a member gave to one
 * that joined later, and the keys of every rotation.
 *
 * @param known the newest CONFIG that the folder proves, which the ledger may be ahead of
 * @param identities oldest first
 */
public record Enrolment(GenesisFile genesis, ConfigLeaf known, String institution, List<NodeIdentity> identities) {
    public Enrolment {
        identities = List.copyOf(identities);
    }

    /**
     * Reads a folder.
     *
     * @throws LedgerFailure WXW-3140, WXW-3142 or WXW-3143 if the genesis does not hold, WXW-3021 if the chain does not
     *     lead from it, WXW-3145 if no key of this node is a member's
     */
    public static Enrolment read(BrokerFolder folder, Signatures signatures) {
        GenesisFile genesis = NetworkFiles.genesis(folder.genesis());
        genesis.requireQuorum(signatures);
        ConfigLeaf known = Files.exists(folder.trustChain())
                ? newest(genesis, NetworkFiles.chain(folder.trustChain()), signatures)
                : genesis.config();
        List<NodeIdentity> identities = folder.keySets().stream()
                .map(keys -> NodeIdentity.load(keys, signatures))
                .toList();
        return new Enrolment(genesis, known, nameOf(genesis, known, identities), identities);
    }

    /**
     * The last CONFIG of a trust chain.
     *
     * @throws LedgerFailure WXW-3021 if it does not lead from that genesis
     */
    static ConfigLeaf newest(GenesisFile genesis, ByteString chain, SignatureCheck signatures) {
        TrustChain.Walked walked =
                TrustChain.decode(chain).walk(genesis.config().policy(), signatures);
        if (!walked.ledgerId().equals(genesis.ledgerId())) {
            throw new LedgerFailure(
                    CeremonyCodes.OTHER_GENESIS,
                    "the trust chain is of ledger " + walked.ledgerId() + ", the genesis of " + genesis.ledgerId());
        }
        return walked.epochs().get(walked.epochs().size() - 1).config();
    }

    private static String nameOf(GenesisFile genesis, ConfigLeaf known, List<NodeIdentity> identities) {
        for (NodeIdentity identity : identities) {
            for (ConfigLeaf config : List.of(known, genesis.config())) {
                Institution member = KeyRing.memberWith(identity.keys(), Registry.parse(config.registry()));
                if (member != null) {
                    return member.name();
                }
            }
        }
        // Says which key is whose.
        return genesis.memberWith(identities.get(0).publicKeys()).name();
    }

    /** All signing keys of this node. */
    public KeyRing ring() {
        return new KeyRing(identities.stream().map(NodeIdentity::keys).toList());
    }

    /** The later of two CONFIGs of the ledger. */
    public ConfigLeaf newest(ConfigLeaf inForce) {
        return inForce.epoch() >= known.epoch() ? inForce : known;
    }
}

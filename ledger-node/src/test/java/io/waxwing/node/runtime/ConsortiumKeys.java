package io.waxwing.node.runtime;

import io.waxwing.ledger.control.JoinFile;
import io.waxwing.ledger.control.PeerAddress;
import io.waxwing.node.TestLedger;
import io.waxwing.node.crypto.NodeIdentity;
import io.waxwing.node.crypto.NodeKeys;
import io.waxwing.node.crypto.TlsIdentity;
import java.security.SecureRandom;

/** The keys and join files of those in a {@link Consortium}. */
final class ConsortiumKeys {
    private ConsortiumKeys() {}

    /** The join file of a further node of a member. */
    static JoinFile joinAsNode(int id, String institution) {
        TlsIdentity tls = TlsIdentity.generate(new SecureRandom(), Consortium.BEGIN_MS);
        return new NodeIdentity(NodeKeys.following(of(id).origin()), tls)
                .join(institution, true, PeerAddress.parse("localhost:" + (7000 + id)));
    }

    /** The join file of that member with those keys. */
    static JoinFile join(int id, NodeKeys keys) {
        TlsIdentity tls = TlsIdentity.generate(new SecureRandom(), Consortium.BEGIN_MS);
        return new NodeIdentity(keys, tls).join("m" + id, true, PeerAddress.parse("localhost:" + (7000 + id)));
    }

    /** What a rotation makes of a member's keys. */
    static NodeKeys rotated(int id) {
        return TestLedger.keys("member " + id + " again");
    }

    static NodeKeys of(int id) {
        return TestLedger.keys("member " + id);
    }
}

package io.waxwing.node.crypto;

import io.waxwing.ledger.control.JoinFile;
import io.waxwing.ledger.control.KeyPurpose;
import io.waxwing.ledger.control.PeerAddress;
import io.waxwing.ledger.hash.ByteString;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;

/** Everything that makes a node a member of a ledger of several: its signing keys and its TLS key. */
public record NodeIdentity(NodeKeys keys, TlsIdentity tls) {
    /**
     * Reads all of them from a folder. Throws {@link io.waxwing.ledger.failure.LedgerFailure} WXW-3112 naming the file
     * that is missing or damaged.
     */
    public static NodeIdentity load(Path folder, Signatures signatures) {
        return new NodeIdentity(new KeyFiles(folder).load(signatures), new TlsFiles(folder).load());
    }

    /** Those that there are. */
    public Map<KeyPurpose, ByteString> publicKeys() {
        Map<KeyPurpose, ByteString> all = new EnumMap<>(KeyPurpose.class);
        if (keys.canVote()) {
            all.put(KeyPurpose.VOTE, keys.vote().publicKey());
            all.put(KeyPurpose.COSIGNER, keys.cosigner().publicKey());
            all.put(KeyPurpose.LOG, keys.log().publicKey());
        }
        all.put(KeyPurpose.ORIGIN, keys.origin().publicKey());
        all.put(KeyPurpose.TLS, tls.publicKey());
        return all;
    }

    /** The file with which this institution joins, or a further node of it, every key's proof in it. */
    public JoinFile join(String institution, boolean validator, PeerAddress peer) {
        return JoinFile.of(institution, validator && keys.canVote(), peer, publicKeys(), this::sign);
    }

    private byte[] sign(KeyPurpose purpose, byte[] message) {
        return switch (purpose) {
            case VOTE -> keys.vote().sign(message);
            case COSIGNER -> keys.cosigner().sign(message);
            case LOG -> keys.log().sign(message);
            case ORIGIN -> keys.origin().sign(message);
            case TLS -> tls.sign(message);
        };
    }
}

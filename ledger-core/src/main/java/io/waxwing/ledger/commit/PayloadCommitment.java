package io.waxwing.ledger.commit;

import io.waxwing.ledger.failure.MalformedException;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.hash.Hmac;
import io.waxwing.ledger.hash.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The commitment to one event: k_i = HMAC(salt, "evl/comp/v1" || u8 i), C_i = HMAC(k_i, component_i), payloadCommit =
 * MTH([C_0, C_1, C_2, C_3]). One component is shown with its k_i and bytes; of the others only C_i is needed.
 */
public final class PayloadCommitment {
    /** Bytes of {@link #commitments()}. */
    public static final int COMMITMENTS_BYTES = Component.COUNT * Hash.LENGTH;

    private static final byte[] KEY_DOMAIN = "evl/comp/v1".getBytes(StandardCharsets.US_ASCII);
    private static final byte[][] KEY_MESSAGES = new byte[Component.COUNT][];

    static {
        for (int i = 0; i < Component.COUNT; i++) {
            KEY_MESSAGES[i] = Arrays.copyOf(KEY_DOMAIN, KEY_DOMAIN.length + 1);
            KEY_MESSAGES[i][KEY_DOMAIN.length] = (byte) i;
        }
    }

    private final Hash[] keys;
    private final Hash[] commitments;
    private final Hash payloadCommit;

    private PayloadCommitment(Hash[] keys, Hash[] commitments) {
        this.keys = keys;
        this.commitments = commitments;
        this.payloadCommit = payloadCommit(Arrays.asList(commitments));
    }

    /** Commits to the four components; see {@link Component} for their bytes. */
    public static PayloadCommitment of(Salt salt, byte[] topic, byte[] headers, byte[] publisher, byte[] payload) {
        byte[][] components = {topic, headers, publisher, payload};
        byte[] saltBytes = salt.bytes().toBytes();
        Hash[] keys = new Hash[Component.COUNT];
        Hash[] commitments = new Hash[Component.COUNT];
        for (int i = 0; i < Component.COUNT; i++) {
            keys[i] = Hmac.sha256(saltBytes, KEY_MESSAGES[i]);
            commitments[i] = Hmac.sha256(keys[i], components[i]);
        }
        return new PayloadCommitment(keys, commitments);
    }

    /** MTH over the four component commitments. */
    public static Hash payloadCommit(List<Hash> commitments) {
        if (commitments.size() != Component.COUNT) {
            throw new MalformedException(
                    MalformedException.VALUE, "an event has four components, got " + commitments.size());
        }
        Hash left = Sha256.nodeHash(Sha256.leafHash(commitments.get(0)), Sha256.leafHash(commitments.get(1)));
        Hash right = Sha256.nodeHash(Sha256.leafHash(commitments.get(2)), Sha256.leafHash(commitments.get(3)));
        return Sha256.nodeHash(left, right);
    }

    public Hash payloadCommit() {
        return payloadCommit;
    }

    /** C_0 to C_3, one after the other: what stays of an event that is erased. */
    public byte[] commitments() {
        byte[] all = new byte[COMMITMENTS_BYTES];
        for (int i = 0; i < Component.COUNT; i++) {
            System.arraycopy(commitments[i].toBytes(), 0, all, i * Hash.LENGTH, Hash.LENGTH);
        }
        return all;
    }

    /** Reads what {@link #commitments()} gave. Throws {@link MalformedException} for another length. */
    public static List<Hash> commitments(byte[] all) {
        if (all.length != COMMITMENTS_BYTES) {
            throw new MalformedException(
                    MalformedException.VALUE, "four commitments have 128 bytes, got " + all.length);
        }
        List<Hash> read = new ArrayList<>(Component.COUNT);
        for (int i = 0; i < Component.COUNT; i++) {
            read.add(Hash.of(all, i * Hash.LENGTH));
        }
        return read;
    }

    /** k_i: whoever has it and the bytes can show the component. */
    public Hash key(Component component) {
        return keys[component.index()];
    }

    /** C_i. */
    public Hash commitment(Component component) {
        return commitments[component.index()];
    }

    public Disclosed disclose(Component component, byte[] bytes) {
        return new Disclosed(component, key(component), ByteString.of(bytes));
    }

    public Undisclosed withhold(Component component) {
        return new Undisclosed(component, commitment(component));
    }

    /** A component shown: its key and its bytes. */
    public record Disclosed(Component component, Hash key, ByteString bytes) {
        /** C_i as it follows from what is shown. */
        public Hash commitment() {
            return Hmac.sha256(key, bytes.toBytes());
        }

        /** C_i for bytes that travel beside this value. */
        public Hash commitmentOf(byte[] travellingBytes) {
            return Hmac.sha256(key, travellingBytes);
        }
    }

    /** A component not shown: only its commitment. */
    public record Undisclosed(Component component, Hash commitment) {}
}

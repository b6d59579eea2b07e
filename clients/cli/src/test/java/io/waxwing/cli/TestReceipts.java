package io.waxwing.cli;

import io.waxwing.bus.event.Attributes;
import io.waxwing.bus.event.EventId;
import io.waxwing.ledger.batch.OriginPart;
import io.waxwing.ledger.commit.Component;
import io.waxwing.ledger.commit.PayloadCommitment;
import io.waxwing.ledger.commit.PayloadCommitment.Disclosed;
import io.waxwing.ledger.commit.PayloadCommitment.Undisclosed;
import io.waxwing.ledger.commit.Salt;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.hash.Sha256;
import io.waxwing.ledger.leaf.SegmentLeaf;
import io.waxwing.ledger.note.Checkpoint;
import io.waxwing.ledger.note.Cosignature;
import io.waxwing.ledger.note.NoteKey;
import io.waxwing.ledger.note.Receipt;
import io.waxwing.ledger.note.ReceiptExtra;
import io.waxwing.ledger.note.ReceiptExtra.EventPosition;
import io.waxwing.ledger.note.SignedNote;
import io.waxwing.ledger.sign.Signer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** A ledger of one in a few lines: keys, its trust file, and receipts of the second event of a segment of two. */
final class TestReceipts {
    static final String TOPIC = "home/boiler";
    static final long HEIGHT = 1842;
    static final long ORDER_TIME_MS = 1_772_352_006_000L;
    private static final String ORIGIN = "ledger.example";
    private static final Map<String, String> HEADERS = Map.of(
            "specversion", "1.0",
            "id", "home-17:1:42",
            "source", "//home-17/boiler",
            "type", "iot.state.v1",
            "datacontenttype", "application/json");

    private final Signer logSigner = new JdkSigner();
    private final Signer memberSigner = new JdkSigner();
    private final NoteKey logKey = new NoteKey(ORIGIN, NoteKey.LOG, logSigner.publicKey());
    private final NoteKey memberKey = new NoteKey("acme." + ORIGIN, NoteKey.COSIGNATURE, memberSigner.publicKey());

    byte[] trustFile() {
        String text = "log " + logKey.vkey() + "\nwitness acme " + memberKey.vkey() + "\nquorum acme\n";
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static EventId eventId(long topicSeq) {
        return new EventId(EventId.hashOf(TOPIC), topicSeq, HEIGHT);
    }

    /** The event as a stream delivers it. */
    static String delivered(long topicSeq, String payload) {
        return "{\"specversion\":\"1.0\",\"id\":\"home-17:1:42\",\"source\":\"//home-17/boiler\","
                + "\"type\":\"iot.state.v1\",\"datacontenttype\":\"application/json\",\"wxwtopic\":\"" + TOPIC
                + "\",\"wxweventid\":\"" + eventId(topicSeq) + "\",\"data\":" + payload + "}";
    }

    /** All parts disclosed; {@code topicSeq} at least 2. */
    byte[] receipt(long topicSeq, String payload) {
        return receipt(topicSeq, payload, true, 0);
    }

    /** With another {@code variant} the same tree size has another root. */
    byte[] receipt(long topicSeq, String payload, boolean disclose, int variant) {
        byte[][] parts = {
            Component.topic(TOPIC),
            Attributes.of(HEADERS).encoded(),
            new byte[0],
            payload.getBytes(StandardCharsets.UTF_8)
        };
        PayloadCommitment commitment =
                PayloadCommitment.of(Salt.of(new byte[32]), parts[0], parts[1], parts[2], parts[3]);
        Hash neighbour = Sha256.leafHash(Sha256.digest(new byte[] {1}));
        Hash eventsRoot = Sha256.nodeHash(neighbour, Sha256.leafHash(commitment.payloadCommit()));
        Hash tag = Sha256.digest(new byte[] {2});
        OriginPart origin = new OriginPart(0, 7, 2, ORDER_TIME_MS, tag, eventsRoot);
        SegmentLeaf segment =
                new SegmentLeaf(HEIGHT, ORDER_TIME_MS, topicSeq - 1, SegmentLeaf.topicGenesis(tag), origin);
        Hash firstLeaf = Sha256.digest(new byte[] {3, (byte) variant});
        Hash root = Sha256.nodeHash(firstLeaf, segment.leafHash());

        List<Disclosed> disclosed = new ArrayList<>();
        List<Undisclosed> undisclosed = new ArrayList<>();
        for (Component component : Component.values()) {
            if (disclose) {
                disclosed.add(commitment.disclose(component, parts[component.index()]));
            } else {
                undisclosed.add(commitment.withhold(component));
            }
        }
        ReceiptExtra extra = new ReceiptExtra(
                ByteString.of(segment.encode()),
                disclosed,
                undisclosed,
                null,
                null,
                new EventPosition(1, 2, List.of(neighbour)),
                null);
        Checkpoint checkpoint = new Checkpoint(ORIGIN, 2, root);
        SignedNote note = new SignedNote(
                checkpoint.body(),
                List.of(
                        checkpoint.logLine(logKey, logSigner),
                        Cosignature.sign(memberKey, memberSigner, checkpoint, ORDER_TIME_MS / 1000)));
        return new Receipt(extra, 1, List.of(firstLeaf), ByteString.of(note.encode())).encode();
    }

    private static final class JdkSigner implements Signer {
        private static final int RAW_KEY_BYTES = 32;

        private final KeyPair pair;

        JdkSigner() {
            try {
                pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public byte[] sign(byte[] message) {
            try {
                Signature signature = Signature.getInstance("Ed25519");
                signature.initSign(pair.getPrivate());
                signature.update(message);
                return signature.sign();
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public ByteString publicKey() {
            byte[] x509 = pair.getPublic().getEncoded();
            return ByteString.of(Arrays.copyOfRange(x509, x509.length - RAW_KEY_BYTES, x509.length));
        }
    }
}

package io.waxwing.anchor.batch;

import io.waxwing.ledger.batch.CarriedEvent;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.hash.Sha256;
import io.waxwing.ledger.sign.Signer;
import java.nio.charset.StandardCharsets;

/** An event of a topic, committed to by its number. */
public record TestEvent(long journalSeq, String topic, int sizeBytes) implements DurableEvent {
    /** Not a signature, but 64 bytes that depend on the message. */
    public static final Signer SIGNER = new Signer() {
        @Override
        public byte[] sign(byte[] message) {
            byte[] half = Sha256.digest(message).toBytes();
            byte[] signature = new byte[64];
            System.arraycopy(half, 0, signature, 0, 32);
            return signature;
        }

        @Override
        public ByteString publicKey() {
            return ByteString.of(new byte[32]);
        }
    };

    public static TestEvent of(long journalSeq, String topic) {
        return new TestEvent(journalSeq, topic, 10);
    }

    /** As it goes to the members. */
    public CarriedEvent carried() {
        byte[] content = String.valueOf(journalSeq).getBytes(StandardCharsets.UTF_8);
        return new CarriedEvent(1, 0, false, originTimeMs(), hash("salt"), topic, new byte[0], content);
    }

    private static Hash hash(String text) {
        return Sha256.digest(text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public Hash topicTag() {
        return hash(topic);
    }

    @Override
    public Hash payloadCommit() {
        return hash("commit " + journalSeq);
    }

    @Override
    public long originTimeMs() {
        return 1000 + journalSeq;
    }
}

package io.waxwing.cli;

import io.waxwing.bus.event.Attributes;
import io.waxwing.bus.event.EventId;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.ledger.commit.Component;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.sign.JdkSignatureCheck;
import io.waxwing.ledger.verify.ReceiptReport;
import io.waxwing.ledger.verify.ReceiptReport.Facts;
import io.waxwing.ledger.verify.ReceiptVerifier;
import org.jspecify.annotations.Nullable;

/**
 * A receipt verified against a trust file, with what it says about its event in the words of the bus.
 *
 * @param report the steps of the ledger's own verification
 * @param standing how its checkpoint stands to those seen before; null if not looked at or not verified
 * @param attributes the event's headers, null if they are not disclosed
 */
record Verification(
        ReceiptReport report,
        SeenCheckpoints.@Nullable Standing standing,
        @Nullable String topic,
        @Nullable Attributes attributes,
        @Nullable EventId eventId) {
    /** Verifies; {@code seen} is null if nothing is to be remembered. */
    static Verification of(
            byte[] receipt, byte @Nullable [] payload, byte[] trustFile, @Nullable SeenCheckpoints seen) {
        ReceiptReport report = new ReceiptVerifier(trustFile, new JdkSignatureCheck()).verify(receipt, payload);
        Facts facts = report.facts();
        if (facts == null) {
            return new Verification(report, null, null, null, null);
        }
        ByteString topicBytes = facts.components().get(Component.TOPIC);
        String topic = topicBytes == null ? null : topicBytes.utf8();
        Long topicSeq = facts.topicSeq();
        EventId eventId = topic == null || topicSeq == null
                ? null
                : new EventId(EventId.hashOf(topic), topicSeq, facts.segment().height());
        SeenCheckpoints.Standing standing = seen == null ? null : seen.see(facts.treeSize(), facts.root());
        return new Verification(report, standing, topic, attributes(facts), eventId);
    }

    private static @Nullable Attributes attributes(Facts facts) {
        ByteString headers = facts.components().get(Component.HEADERS);
        if (headers == null) {
            return null;
        }
        try {
            return Attributes.decode(headers.toBytes());
        } catch (RefusedException otherForm) {
            return null;
        }
    }

    /** True if every link holds and no other root of this size was ever seen. */
    boolean holds() {
        return report.verified() && (standing == null || standing.fork() == null);
    }

    /** The disclosed payload, or null. */
    byte @Nullable [] payload() {
        Facts facts = report.facts();
        ByteString payload = facts == null ? null : facts.components().get(Component.PAYLOAD);
        return payload == null ? null : payload.toBytes();
    }
}

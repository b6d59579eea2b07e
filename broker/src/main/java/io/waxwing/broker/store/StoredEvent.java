package io.waxwing.broker.store;

import io.waxwing.bus.event.Attributes;
import io.waxwing.bus.event.Payload;
import io.waxwing.bus.topic.DeliveryClass;
import io.waxwing.ledger.batch.Lane;
import io.waxwing.ledger.commit.BoundHeaders;
import io.waxwing.ledger.commit.Component;
import io.waxwing.ledger.commit.PayloadCommitment;
import io.waxwing.ledger.commit.Salt;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import org.jspecify.annotations.Nullable;

/**
 * An event as the journal keeps it.
 *
 * @param journalSeq this node's gapless counter of durable events, from 1
 * @param lane of the batch it belongs to: which node took it from its publisher, and who may hold it
 * @param held it came with its batch from a member, not from its publisher
 * @param topic where it was published
 * @param deliveryClass of the topic at that time
 * @param qos 0 to 2
 * @param retain asked to become (or, empty, to remove) the topic's last value
 * @param receivedMs Unix milliseconds at arrival at its origin
 * @param salt 32 random bytes; zeros for class local, which is never committed to
 * @param commit payload commitment; zeros for class local
 * @param attributes the publisher's headers
 * @param payload component c3
 * @param publisher the session it came from, or empty; never shown, never committed to
 * @param expired its content is not kept any more: attributes, payload and publisher are empty, the salt is zeros;
 *     where it was, when, and what was committed to stay
 * @param commitments of an event that was erased (which is expired too): to its four components, so that receipts can
 *     still be given; else null
 */
public record StoredEvent(
        long journalSeq,
        Lane lane,
        boolean held,
        String topic,
        DeliveryClass deliveryClass,
        int qos,
        boolean retain,
        long receivedMs,
        Hash salt,
        Hash commit,
        Attributes attributes,
        Payload payload,
        String publisher,
        boolean expired,
        @Nullable ByteString commitments) {
    /** An event with its content. */
    public StoredEvent(
            long journalSeq,
            Lane lane,
            boolean held,
            String topic,
            DeliveryClass deliveryClass,
            int qos,
            boolean retain,
            long receivedMs,
            Hash salt,
            Hash commit,
            Attributes attributes,
            Payload payload,
            String publisher) {
        this(
                journalSeq,
                lane,
                held,
                topic,
                deliveryClass,
                qos,
                retain,
                receivedMs,
                salt,
                commit,
                attributes,
                payload,
                publisher,
                false,
                null);
    }

    /** What stays of it when its content goes. */
    StoredEvent withoutContent() {
        return stripped(commitments);
    }

    private StoredEvent stripped(@Nullable ByteString left) {
        return new StoredEvent(
                journalSeq,
                lane,
                held,
                topic,
                deliveryClass,
                qos,
                retain,
                receivedMs,
                Hash.ZERO,
                commit,
                Attributes.NONE,
                Payload.EMPTY,
                "",
                true,
                left);
    }

    /** True if the ledger has ordered that its content goes, and it has gone. */
    public boolean isErased() {
        return commitments != null;
    }

    /**
     * What stays of it when it is erased: more than when it is only not kept any more, if there was something to keep.
     */
    StoredEvent erased() {
        if (expired) {
            return this;
        }
        if (deliveryClass == DeliveryClass.LOCAL) {
            return withoutContent();
        }
        byte[] all = PayloadCommitment.of(
                        Salt.of(salt.toBytes()),
                        Component.topic(topic),
                        committedHeaders(),
                        new byte[0],
                        payload.bytes())
                .commitments();
        return erased(ByteString.of(all));
    }

    /** The same with commitments that came from elsewhere. */
    public StoredEvent erased(ByteString all) {
        return stripped(all);
    }

    /** Bytes of what {@link #withoutContent} takes away. */
    public long contentBytes() {
        return (long) attributes.encoded().length + payload.size();
    }

    /** Component c1. */
    public byte[] committedHeaders() {
        return BoundHeaders.of(attributes.encoded(), deliveryClass.word(), qos, retain, receivedMs);
    }
}

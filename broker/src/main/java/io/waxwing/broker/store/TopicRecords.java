package io.waxwing.broker.store;

import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.bus.topic.AckPolicy;
import io.waxwing.bus.topic.DeliveryClass;
import io.waxwing.bus.topic.TopicPolicy;
import io.waxwing.ledger.hash.Hash;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Topics as stored: {@code version u8 = 1 | class u8 | ack u8 | own u8 | createdMs u64 | tagEpoch u32 | topicKey 32}.
 * {@code own} is 1 if the topic was created with a policy of its own and does not follow the configuration. The topic
 * key is secret within the audience: it must never be shown.
 */
public final class TopicRecords {
    private static final byte VERSION = 1;
    private static final int BYTES = 4 + Long.BYTES + Integer.BYTES + Hash.LENGTH;

    private TopicRecords() {}

    /**
     * A stored topic.
     *
     * @param ownPolicy the policy it was created with; null: it follows the configuration
     * @param createdMs Unix milliseconds
     * @param tagEpoch raised when the audience changes
     * @param topicKey 32 secret bytes
     */
    public record Stored(@Nullable TopicPolicy ownPolicy, long createdMs, int tagEpoch, Hash topicKey) {}

    static byte[] key(String topic) {
        return topic.getBytes(StandardCharsets.UTF_8);
    }

    public static byte[] encode(Stored topic) {
        TopicPolicy policy = topic.ownPolicy();
        return ByteBuffer.allocate(BYTES)
                .put(VERSION)
                .put((byte) (policy == null ? 0 : policy.deliveryClass().code()))
                .put((byte) (policy == null ? 0 : policy.ack().code()))
                .put((byte) (policy == null ? 0 : 1))
                .putLong(topic.createdMs())
                .putInt(topic.tagEpoch())
                .put(topic.topicKey().toBytes())
                .array();
    }

    static Stored decode(String topic, byte[] record) {
        try {
            ByteBuffer in = ByteBuffer.wrap(record);
            byte version = in.get();
            if (version != VERSION) {
                throw new RefusedException(FailureCode.DATA_DAMAGED, "topic '" + topic + "': version " + version);
            }
            int deliveryClass = in.get();
            int ack = in.get();
            TopicPolicy policy =
                    in.get() == 0 ? null : new TopicPolicy(DeliveryClass.ofCode(deliveryClass), AckPolicy.ofCode(ack));
            long createdMs = in.getLong();
            int tagEpoch = in.getInt();
            byte[] key = new byte[Hash.LENGTH];
            in.get(key);
            return new Stored(policy, createdMs, tagEpoch, Hash.of(key));
        } catch (BufferUnderflowException | IllegalArgumentException e) {
            throw new RefusedException(FailureCode.DATA_DAMAGED, "topic '" + topic + "': record is cut short");
        }
    }

    /** Calls {@code each} with every stored topic in name order. */
    public static void forEach(ColumnStore store, BiConsumer<String, Stored> each) {
        Columns.forEach(store, Column.TOPICS, entry -> {
            String topic = new String(entry.key(), StandardCharsets.UTF_8);
            each.accept(topic, decode(topic, entry.value()));
        });
    }

    /** Stores one topic, forced. */
    public static void put(ColumnStore store, String topic, Stored stored) {
        ColumnStore.Writes writes = new ColumnStore.Writes();
        writes.put(Column.TOPICS, key(topic), encode(stored));
        store.write(writes, true);
    }
}

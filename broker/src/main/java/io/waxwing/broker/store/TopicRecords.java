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
import org.jspecify.annotations.Nullable;

/**
 * Topics as stored, one record for each audience that a name has events of.
 *
 * <pre>
 * key   = name in UTF-8 | u8 0 | audienceId u32
 * value = version u8 = 2 | class u8 | ack u8 | own u8 | createdMs u64 | tagEpoch u32 | topicKey 32 | introducedBy u16
 * </pre>
 *
 * {@code own} is 1 if the topic was created with a policy of its own and does not follow the configuration. The topic
 * key is secret within the audience: it must never be shown. No name has a zero byte.
 */
public final class TopicRecords {
    private static final byte VERSION = 2;
    private static final int BYTES = 4 + Long.BYTES + Integer.BYTES + Hash.LENGTH + Short.BYTES;
    private static final int AUDIENCE_BYTES = 1 + Integer.BYTES;

    private TopicRecords() {}

    /**
     * A stored topic.
     *
     * @param ownPolicy the policy it was created with, but for its audience; null: it follows the configuration
     * @param createdMs Unix milliseconds
     * @param tagEpoch raised when the audience changes
     * @param topicKey 32 secret bytes
     * @param introducedBy originId of the node whose batch brought it; 0: it was created or published to here
     */
    public record Stored(
            @Nullable TopicPolicy ownPolicy, long createdMs, int tagEpoch, Hash topicKey, int introducedBy) {}

    /** Takes a stored topic with its name and its audience. */
    @FunctionalInterface
    public interface Each {
        void topic(String name, long audienceId, Stored stored);
    }

    static byte[] key(String topic) {
        return topic.getBytes(StandardCharsets.UTF_8);
    }

    static byte[] key(String topic, long audienceId) {
        byte[] name = key(topic);
        return ByteBuffer.allocate(name.length + AUDIENCE_BYTES)
                .put(name)
                .put((byte) 0)
                .putInt((int) audienceId)
                .array();
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
                .putShort((short) topic.introducedBy())
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
            return new Stored(policy, createdMs, tagEpoch, Hash.of(key), in.getShort() & 0xffff);
        } catch (BufferUnderflowException | IllegalArgumentException e) {
            throw new RefusedException(FailureCode.DATA_DAMAGED, "topic '" + topic + "': record is cut short");
        }
    }

    /** Calls {@code each} with every stored topic in name order. */
    public static void forEach(ColumnStore store, Each each) {
        Columns.forEach(store, Column.TOPICS, entry -> {
            int nameBytes = entry.key().length - AUDIENCE_BYTES;
            if (nameBytes < 1 || entry.key()[nameBytes] != 0) {
                throw new RefusedException(FailureCode.DATA_DAMAGED, "a topic's key has no audience");
            }
            String topic = new String(entry.key(), 0, nameBytes, StandardCharsets.UTF_8);
            long audienceId = ByteBuffer.wrap(entry.key()).getInt(nameBytes + 1) & 0xffff_ffffL;
            each.topic(topic, audienceId, decode(topic, entry.value()));
        });
    }

    /** Stores one topic, forced. */
    public static void put(ColumnStore store, String topic, long audienceId, Stored stored) {
        ColumnStore.Writes writes = new ColumnStore.Writes();
        writes.put(Column.TOPICS, key(topic, audienceId), encode(stored));
        store.write(writes, true);
    }
}

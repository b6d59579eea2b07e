package io.waxwing.broker.intake;

import io.waxwing.broker.store.ColumnStore;
import io.waxwing.broker.store.TopicRecords;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.bus.topic.TopicInfo;
import io.waxwing.bus.topic.TopicPolicy;
import io.waxwing.ledger.commit.TopicTag;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The topics this node knows, all in memory. Any thread may ask; only journal adds, so a topic has one key. */
public final class Topics {
    private static final int FIRST_TAG_EPOCH = 1;

    private final Function<String, TopicPolicy> configured;
    private final int maxTopics;
    private final Function<String, Hash> keys;
    private final LongSupplier clockMs;
    private final ConcurrentSkipListMap<String, TopicState> byName = new ConcurrentSkipListMap<>();
    private final ConcurrentHashMap<Hash, TopicState> byTag = new ConcurrentHashMap<>();

    /**
     * Reads the stored topics.
     *
     * @param configured the policy of a topic that has none of its own
     * @param maxTopics bound of the directory; beyond it new topics are refused
     * @param keys the secret key of a new topic, 32 bytes; may refuse
     */
    public Topics(
            ColumnStore store,
            Function<String, TopicPolicy> configured,
            int maxTopics,
            Function<String, Hash> keys,
            LongSupplier clockMs) {
        this.configured = configured;
        this.maxTopics = maxTopics;
        this.keys = keys;
        this.clockMs = clockMs;
        TopicRecords.forEach(store, this::remember);
    }

    private TopicState remember(String name, TopicRecords.Stored stored) {
        TopicPolicy own = stored.ownPolicy();
        Hash tag = TopicTag.of(ByteString.of(stored.topicKey().toBytes()), stored.tagEpoch());
        TopicState topic = new TopicState(name, own == null ? configured.apply(name) : own, tag, stored.createdMs());
        byName.put(name, topic);
        byTag.put(tag, topic);
        return topic;
    }

    /** A known topic, or null. */
    public @Nullable TopicState get(String name) {
        return byName.get(name);
    }

    /** The topic with this pseudonym, or null. */
    public @Nullable TopicState byTag(Hash topicTag) {
        return byTag.get(topicTag);
    }

    /** Every topic in name order. */
    public Iterable<TopicState> all() {
        return byName.values();
    }

    /**
     * A new topic, remembered but not yet stored: the caller stores the record. Only the journal thread.
     *
     * @param ownPolicy null if it follows the configuration
     * @throws RefusedException WXW-1010 if the directory is full
     */
    NewTopic add(String name, @Nullable TopicPolicy ownPolicy) {
        if (byName.size() >= maxTopics) {
            throw new RefusedException(
                    FailureCode.TOPIC_LIMIT, "this node knows " + maxTopics + " topics (topics.max)");
        }
        TopicRecords.Stored stored =
                new TopicRecords.Stored(ownPolicy, clockMs.getAsLong(), FIRST_TAG_EPOCH, keys.apply(name));
        return new NewTopic(remember(name, stored), TopicRecords.encode(stored));
    }

    /** Takes back what {@link #add} remembered, because it could not be stored. */
    void forget(TopicState topic) {
        byName.remove(topic.name());
        byTag.remove(topic.topicTag());
    }

    /** As {@link io.waxwing.bus.spi.TopicDirectory#find}. */
    public @Nullable TopicInfo find(String topic) {
        TopicState state = byName.get(topic);
        return state == null ? null : info(state);
    }

    private static TopicInfo info(TopicState state) {
        return new TopicInfo(state.name(), state.policy(), state.lastTopicSeq(), state.createdMs());
    }

    /** As {@link io.waxwing.bus.spi.TopicDirectory#list}. */
    public List<TopicInfo> list(String prefix, String after, int limit) {
        List<TopicInfo> page = new ArrayList<>();
        boolean resumed = after.compareTo(prefix) >= 0 && !after.isEmpty();
        for (TopicState topic :
                byName.tailMap(resumed ? after : prefix, !resumed).values()) {
            if (page.size() == limit || !topic.name().startsWith(prefix)) {
                break;
            }
            page.add(info(topic));
        }
        return page;
    }

    /** As {@link io.waxwing.bus.spi.TopicDirectory#policyOf}. */
    public TopicPolicy policyOf(String topic) {
        TopicState state = byName.get(topic);
        return state == null ? configured.apply(topic) : state.policy();
    }

    /**
     * A topic that is not stored yet.
     *
     * @param state what is remembered
     * @param record what is to be stored
     */
    record NewTopic(TopicState state, ByteString record) {
        NewTopic(TopicState state, byte[] record) {
            this(state, ByteString.of(record));
        }
    }
}

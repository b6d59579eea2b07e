package io.waxwing.broker.intake;

import io.waxwing.broker.live.LiveTopics;
import io.waxwing.broker.store.ColumnStore;
import io.waxwing.broker.store.TopicRecords;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.bus.topic.TopicInfo;
import io.waxwing.bus.topic.TopicPolicy;
import io.waxwing.ledger.commit.TopicTag;
import io.waxwing.ledger.control.Genesis;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The topics this node knows, all in memory. A name may have events of more than one audience, each with a pseudonym of
 * its own; to publishers and readers here the name means the one that was created or published to here. Any thread may
 * ask; only journal adds, so a topic has one key.
 */
public final class Topics {
    private static final int FIRST_TAG_EPOCH = 1;

    private final Function<String, TopicPolicy> configured;
    private final int maxTopics;
    private final TopicKeys keys;
    private final AudienceNames audiences;
    private final LongSupplier clockMs;
    private final LiveTopics live = new LiveTopics();
    private final ConcurrentSkipListMap<String, TopicState> byName = new ConcurrentSkipListMap<>();
    private final ConcurrentHashMap<Place, TopicState> byPlace = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<Hash, TopicState> byTag = new ConcurrentHashMap<>();
    // How many each node brought; 0: this one. Journal only, once it runs.
    private final Map<Integer, Integer> counts = new HashMap<>();

    private record Place(String name, long audienceId) {}

    /**
     * Reads the stored topics.
     *
     * @param configured the policy of a topic that has none of its own
     * @param maxTopics most topics of publishers here, and most that the batches of each other node may bring
     */
    public Topics(
            ColumnStore store,
            Function<String, TopicPolicy> configured,
            int maxTopics,
            TopicKeys keys,
            AudienceNames audiences,
            LongSupplier clockMs) {
        this.configured = configured;
        this.maxTopics = maxTopics;
        this.keys = keys;
        this.audiences = audiences;
        this.clockMs = clockMs;
        TopicRecords.forEach(store, this::remember);
    }

    private TopicState remember(String name, long audienceId, TopicRecords.Stored stored) {
        TopicPolicy own = stored.ownPolicy();
        Hash tag = TopicTag.of(ByteString.of(stored.topicKey().toBytes()), stored.tagEpoch());
        TopicPolicy policy = (own == null ? configured.apply(name) : own).of(audiences.wordOf(audienceId));
        TopicState topic = new TopicState(name, policy, tag, audienceId, stored);
        byPlace.put(new Place(name, audienceId), topic);
        byTag.put(tag, topic);
        counts.merge(stored.introducedBy(), 1, Integer::sum);
        byName.merge(name, topic, (before, now) -> before.isForeign() && !now.isForeign() ? now : before);
        return topic;
    }

    /** What a name means here, or null. */
    public @Nullable TopicState get(String name) {
        return byName.get(name);
    }

    /** A name's topic in one audience, or null. */
    public @Nullable TopicState get(String name, long audienceId) {
        return byPlace.get(new Place(name, audienceId));
    }

    /** The topic with this pseudonym, or null. */
    public @Nullable TopicState byTag(Hash topicTag) {
        return byTag.get(topicTag);
    }

    /** It was created or published to here. */
    public boolean isHome(String name) {
        TopicState known = byName.get(name);
        return known != null && !known.isForeign();
    }

    /** Those of class {@code live}, as far as they are published to here. */
    public LiveTopics live() {
        return live;
    }

    /** Every topic of every audience. */
    public Collection<TopicState> all() {
        return byPlace.values();
    }

    /**
     * The audience whose share an event that is published here counts against. Says nothing about whether it is taken.
     */
    public long audienceOf(String name) {
        TopicState known = byName.get(name);
        if (known != null && !known.isForeign()) {
            return known.audienceId();
        }
        try {
            return audiences.idOf(configured.apply(name).audience());
        } catch (RefusedException e) {
            return Genesis.EVERYBODY;
        }
    }

    /**
     * The audience that an event which is published here goes to.
     *
     * @throws RefusedException WXW-1240 if this node is not in it, WXW-1241 if the topic has events of another one,
     *     WXW-1242 if there is no such audience
     */
    long audienceFor(String name) {
        TopicState known = byName.get(name);
        if (known != null && known.isPlaced()) {
            audiences.requireMember(known.audienceId());
            return known.audienceId();
        }
        long wanted = audienceFor(name, configured.apply(name));
        if (known != null && !known.isForeign()) {
            known.placed();
        }
        return wanted;
    }

    /** The same for a topic that somebody wants with this policy. */
    long audienceFor(String name, TopicPolicy policy) {
        long wanted = audiences.idOf(policy.audience());
        audiences.requireMember(wanted);
        TopicState known = byName.get(name);
        if (known != null && !known.isForeign() && known.audienceId() != wanted) {
            throw new RefusedException(
                    FailureCode.AUDIENCE_FIXED,
                    "topic '" + name + "' belongs to audience '" + audiences.wordOf(known.audienceId())
                            + "', not '" + audiences.wordOf(wanted)
                            + "': who has its events already cannot be changed; use another name");
        }
        return wanted;
    }

    /** The same policy with the audience's word as it is shown. */
    TopicPolicy shown(TopicPolicy policy, long audienceId) {
        return policy.of(audiences.wordOf(audienceId));
    }

    /** Throws {@link RefusedException} WXW-1010 if publishers here may bring no more topics. */
    void requireRoom() {
        if (counts.getOrDefault(0, 0) >= maxTopics) {
            throw new RefusedException(
                    FailureCode.TOPIC_LIMIT, "publishers here have made " + maxTopics + " topics (topics.max)");
        }
    }

    /** Throws {@link RefusedException} WXW-1010 if that node may not bring so many more. */
    void requireRoom(int originId, long audienceId, Collection<String> names) {
        Set<String> fresh = new HashSet<>(names);
        fresh.removeIf(name -> byPlace.containsKey(new Place(name, audienceId)));
        if (!fresh.isEmpty() && counts.getOrDefault(originId, 0) + fresh.size() > maxTopics) {
            throw new RefusedException(
                    FailureCode.TOPIC_LIMIT, "node " + originId + " has brought " + maxTopics + " topics (topics.max)");
        }
    }

    /**
     * A new topic, remembered but not yet stored: the caller stores the record. Only the journal thread.
     *
     * @param ownPolicy null if it follows the configuration
     * @param introducedBy the node whose batch brings it; 0 for this one
     */
    NewTopic add(String name, @Nullable TopicPolicy ownPolicy, long audienceId, int introducedBy) {
        TopicRecords.Stored stored = new TopicRecords.Stored(
                ownPolicy, clockMs.getAsLong(), FIRST_TAG_EPOCH, keys.keyOf(name, audienceId), introducedBy);
        return new NewTopic(remember(name, audienceId, stored), TopicRecords.encode(stored), 0);
    }

    /** What another node brought is published to here now, so from now on its audience is fixed here too. */
    NewTopic adopt(TopicState topic) {
        int before = topic.introducedBy();
        move(topic, 0);
        TopicRecords.Stored stored = new TopicRecords.Stored(null, topic.createdMs(), FIRST_TAG_EPOCH, keyOf(topic), 0);
        byName.put(topic.name(), topic);
        return new NewTopic(topic, TopicRecords.encode(stored), before);
    }

    private Hash keyOf(TopicState topic) {
        return keys.keyOf(topic.name(), topic.audienceId());
    }

    private void move(TopicState topic, int introducedBy) {
        counts.merge(topic.introducedBy(), -1, Integer::sum);
        counts.merge(introducedBy, 1, Integer::sum);
        topic.introducedBy(introducedBy);
    }

    /** Takes back what {@link #add} or {@link #adopt} did, because it could not be stored. */
    void forget(NewTopic added) {
        TopicState topic = added.state();
        if (added.broughtBy() != 0) {
            move(topic, added.broughtBy());
            return;
        }
        counts.merge(topic.introducedBy(), -1, Integer::sum);
        byPlace.remove(new Place(topic.name(), topic.audienceId()));
        byTag.remove(topic.topicTag());
        byName.remove(topic.name(), topic);
        live.forget(topic.name());
        byPlace.values().stream()
                .filter(other -> other.name().equals(topic.name()))
                .forEach(other -> byName.putIfAbsent(other.name(), other));
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
        return state == null || state.isForeign() ? configured.apply(topic) : state.policy();
    }

    /**
     * What is not stored yet.
     *
     * @param state what is remembered
     * @param record what is to be stored
     * @param broughtBy the node that had brought it before; 0: it is new
     */
    record NewTopic(TopicState state, ByteString record, int broughtBy) {
        NewTopic(TopicState state, byte[] record, int broughtBy) {
            this(state, ByteString.of(record), broughtBy);
        }
    }
}

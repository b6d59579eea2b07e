package io.waxwing.broker.live;

import io.waxwing.bus.topic.TopicFilter;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The topics of class {@code live} that have been published to, as many as there is room for. Any thread. */
public final class LiveTopics {
    /** Topics whose events are given from memory; those of more go through the journal. */
    static final int MAX = 65_536;
    /** Above, a change of a wildcard subscription concerns all topics, without a look at each. */
    private static final int LOOKED_THROUGH = 1_024;

    private final ConcurrentHashMap<String, LiveTopic> topics = new ConcurrentHashMap<>();
    private volatile @Nullable Consumer<LiveTopic> asking;
    // Written by the core thread. What was found out before the last change of all is not known any more.
    private volatile long generation;

    /**
     * From now on there is somebody who finds out receivers: has {@link LiveTopic#direct}, {@link LiveTopic#written} or
     * {@link LiveTopic#unknown} called on the core thread, soon after it was asked.
     */
    public void start(Consumer<LiveTopic> newAsking) {
        asking = newAsking;
    }

    /** Null if its events all go through the journal. */
    public @Nullable LiveTopic of(String name) {
        LiveTopic known = topics.get(name);
        if (known != null || asking == null || topics.size() >= MAX) {
            return known;
        }
        return topics.computeIfAbsent(name, absent -> new LiveTopic(absent, this));
    }

    /** Calls back everybody who waits: nothing is found out any more. */
    public void end() {
        topics.values().forEach(LiveTopic::wake);
    }

    /** That topic is not there after all. */
    public void forget(String name) {
        topics.computeIfPresent(name, (same, topic) -> {
            topic.stale();
            return topic;
        });
    }

    void ask(LiveTopic topic) {
        Objects.requireNonNull(asking).accept(topic);
    }

    long generation() {
        return generation;
    }

    /** Who receives what matches may have changed. Before anybody is told of the change. Core thread. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // One writer.
    public void stale(TopicFilter filter) {
        if (!filter.hasWildcard()) {
            LiveTopic only = topics.get(filter.plain());
            if (only != null) {
                only.stale();
            }
        } else if (topics.size() > LOOKED_THROUGH) {
            generation++;
        } else {
            for (LiveTopic topic : topics.values()) {
                if (filter.matches(topic.name())) {
                    topic.stale();
                }
            }
        }
    }
}

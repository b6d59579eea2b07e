package io.waxwing.http.weevent;

import io.waxwing.bus.event.Event;
import io.waxwing.bus.event.EventId;
import io.waxwing.bus.failure.EventVoidException;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.bus.spi.Access;
import io.waxwing.bus.spi.EventReader;
import io.waxwing.bus.spi.TopicDirectory;
import io.waxwing.bus.topic.DeliveryClass;
import io.waxwing.bus.topic.TopicInfo;
import io.waxwing.bus.topic.TopicPolicy;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What WeEvent's clients ask about topics and events, whatever wire they ask by. Methods read the store: for pools.
 * What somebody may not know of is not there for him. All throw {@link WeEventFault}.
 */
public final class Desk {
    private static final int CHUNK = 1000;

    private final TopicDirectory directory;
    private final EventReader reader;
    private final Chain chain;
    private final Scopes scopes;

    Desk(TopicDirectory directory, EventReader reader, Chain chain, Scopes scopes) {
        this.directory = directory;
        this.reader = reader;
        this.chain = chain;
        this.scopes = scopes;
    }

    /**
     * A topic.
     *
     * @param sender the institution that published its last event, empty if there is none
     * @param sequence how many final events it has
     * @param block height of the last one's block, 0 if there is none
     * @param lastMs of that block, 0 if there is none
     */
    record TopicState(String name, String sender, long createdMs, long sequence, long block, long lastMs) {}

    /** One page of topics. */
    record TopicPage(int total, int index, int size, List<TopicState> topics) {}

    /**
     * Makes the topic as the node's policies have it, for the group's audience, unless it is there. @return true if it
     * is new
     */
    boolean open(Scope scope, @Nullable String name, Access access) {
        String topic = InputRules.topic(scope, name);
        if (isOpen(topic, access)) {
            return false;
        }
        if (!access.mayManage(topic)) {
            throw new WeEventFault(WeEventCode.NO_PERMISSION);
        }
        TopicInfo known = directory.find(topic);
        if (known != null && known.policy().deliveryClass().isOnTheLedger()) {
            return false;
        }
        TopicPolicy configured = directory.policyOf(topic);
        if (!configured.deliveryClass().isOnTheLedger()) {
            throw new WeEventFault(
                    WeEventCode.CREATE_FAILED,
                    "the node's policy for this topic is class '"
                            + configured.deliveryClass().word() + "', which WeEvent's clients cannot use");
        }
        try {
            return directory.create(topic, scope.audience() == null ? configured : configured.of(scope.audience()));
        } catch (RefusedException refused) {
            throw new WeEventFault(WeEventCode.CREATE_FAILED, refused.refusal().toString());
        }
    }

    /** Whether the topic is there for somebody; of class local none is. */
    public boolean isOpen(String topic, Access access) {
        TopicInfo info = access.maySee(topic) ? directory.find(topic) : null;
        return info != null && info.policy().deliveryClass().isOnTheLedger();
    }

    /**
     * The topic has to be there, and of class ordered: events of class sealed come before they have an eventId, so
     * nobody could go on from one.
     *
     * @throws WeEventFault 100101, 200001
     */
    public void requireSubscribable(String topic, Access access) {
        if (!isOpen(topic, access)) {
            throw new WeEventFault(WeEventCode.TOPIC_UNKNOWN);
        }
        if (directory.policyOf(topic).deliveryClass() == DeliveryClass.SEALED) {
            throw new WeEventFault(
                    WeEventCode.INPUT, "events of a topic of class sealed have no eventId when they come");
        }
    }

    boolean exists(Scope scope, @Nullable String name, Access access) {
        return isOpen(InputRules.topic(scope, name), access);
    }

    /** WeEvent's close closes nothing: the topic only has to be there. */
    boolean close(Scope scope, @Nullable String name, Access access) {
        if (!exists(scope, name, access)) {
            throw new WeEventFault(WeEventCode.TOPIC_UNKNOWN);
        }
        return true;
    }

    TopicState state(Scope scope, @Nullable String name, Access access) {
        String topic = InputRules.topic(scope, name);
        TopicInfo info = isOpen(topic, access) ? directory.find(topic) : null;
        if (info == null) {
            throw new WeEventFault(WeEventCode.TOPIC_UNKNOWN);
        }
        return state(scope, info);
    }

    private TopicState state(Scope scope, TopicInfo info) {
        Chain.Place last = chain.last(info.name());
        return new TopicState(
                scope.name(info.name()),
                last == null ? "" : last.sender(),
                info.createdMs(),
                info.lastTopicSeq(),
                last == null ? 0 : last.height(),
                last == null ? 0 : last.timeMs());
    }

    /** In the order of creation. */
    TopicPage list(Scope scope, int index, int size, Access access) {
        InputRules.page(index, size);
        List<TopicInfo> all = visible(scope, access);
        all.sort(Comparator.comparingLong(TopicInfo::createdMs).thenComparing(TopicInfo::name));
        long from = Math.min(all.size(), (long) index * size);
        List<TopicState> page = all.subList((int) from, (int) Math.min(all.size(), from + size)).stream()
                .map(info -> state(scope, info))
                .toList();
        return new TopicPage(all.size(), index, size, page);
    }

    private List<TopicInfo> visible(Scope scope, Access access) {
        List<TopicInfo> all = new ArrayList<>();
        String prefix = scope.prefix().isEmpty() ? "" : scope.prefix() + "/";
        List<TopicInfo> chunk;
        String after = "";
        do {
            chunk = directory.list(prefix, after, CHUNK);
            for (TopicInfo info : chunk) {
                after = info.name();
                boolean shown = info.policy().deliveryClass().isOnTheLedger()
                        && scopes.holds(scope, after)
                        && InputRules.isName(scope.name(after))
                        && access.maySee(after);
                if (shown) {
                    all.add(info);
                }
            }
        } while (chunk.size() == CHUNK);
        return all;
    }

    ShownEvent event(Scope scope, @Nullable String eventId, Access access) {
        Event event = find(scope, eventId, access);
        ShownEvent shown = event == null ? null : show(scope, event);
        if (shown == null) {
            throw new WeEventFault(WeEventCode.EVENT_UNKNOWN);
        }
        return shown;
    }

    /**
     * The event with that id as a place to go on from: its content may be gone, its place stays.
     *
     * @throws WeEventFault 100300 to 100304
     */
    public EventId known(Scope scope, String text, Access access) {
        EventId eventId = InputRules.eventId(text, chain.height());
        boolean known = eventId != null && (find(scope, text, access) != null || isPlace(scope, eventId, access));
        if (eventId == null || !known) {
            throw new WeEventFault(WeEventCode.EVENT_UNKNOWN);
        }
        return eventId;
    }

    private boolean isPlace(Scope scope, EventId eventId, Access access) {
        return chain.place(eventId) != null
                && visible(scope, access).stream()
                        .anyMatch(info ->
                                EventId.hashOf(info.name()) == eventId.topicHash() && access.mayReceive(info.name()));
    }

    private @Nullable Event find(Scope scope, @Nullable String text, Access access) {
        EventId eventId = InputRules.eventId(text, chain.height());
        if (eventId == null) {
            return null;
        }
        try {
            Event event = reader.find(eventId);
            boolean shown = event != null && scopes.holds(scope, event.topic()) && access.mayReceive(event.topic());
            return shown ? event : null;
        } catch (RefusedException refused) {
            // Void, erased or expired: who asks need not be allowed to know that there was such an event.
            if (refused instanceof EventVoidException || refused.refusal().code() == FailureCode.EVENT_EXPIRED) {
                return null;
            }
            throw refused;
        }
    }

    /** The event as it is shown; null if it has no name. */
    public @Nullable ShownEvent show(Scope scope, Event event) {
        EventId eventId = event.eventId();
        return eventId == null ? null : ShownEvent.of(scope, event, chain.place(eventId));
    }

    /** Unix milliseconds of the block of that height. @throws WeEventFault 100307 */
    public long blockTime(long height) {
        Chain.Block block = height > 0 ? chain.block(height) : null;
        if (block == null) {
            throw new WeEventFault(WeEventCode.BLOCK_HEIGHT);
        }
        return block.timeMs();
    }
}

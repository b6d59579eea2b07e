package io.waxwing.http.weevent;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The subscriptions that are open now, of all connections, by whose they are and what they are called: nobody meets
 * another's. Any thread.
 */
public final class LiveSubscriptions {
    private final Map<Name, Live> all = new ConcurrentHashMap<>();

    /** One of them; any thread. */
    public interface Live {
        /** Sends what is not kept, if it is wanted. */
        void ephemeral(String topic, ShownEvent event);

        /** Another connection goes on with it. */
        void takenOver();

        /** What its owner may know. */
        Info info();
    }

    /**
     * What is told of one.
     *
     * @param owner name of the principal, empty if nobody is asked
     * @param groupId whose topics it has
     * @param topics as they were asked for, joined by commas
     * @param subscriptionId the UUID
     * @param address where its client is, {@code address:port}
     * @param createdMs Unix milliseconds
     * @param notified events sent
     * @param waiting events that wait to be sent
     */
    public record Info(
            String owner,
            String groupId,
            String topics,
            String subscriptionId,
            String address,
            long createdMs,
            long notified,
            long waiting) {}

    private record Name(String owner, String subscriptionId) {}

    /** The one that has the name just now, null if none has. */
    public @Nullable Live get(String owner, String subscriptionId) {
        return all.get(new Name(owner, subscriptionId));
    }

    /** Takes the name over; gives the one that had it, null if none had. */
    public @Nullable Live put(String owner, String subscriptionId, Live live) {
        return all.put(new Name(owner, subscriptionId), live);
    }

    /** Frees the name unless another has taken it over. */
    public void remove(String owner, String subscriptionId, Live live) {
        all.remove(new Name(owner, subscriptionId), live);
    }

    /** How many there are. */
    public int size() {
        return all.size();
    }

    void ephemeral(String topic, ShownEvent event) {
        all.values().forEach(live -> live.ephemeral(topic, event));
    }

    /** Those of one owner, null: of all. */
    List<Info> list(@Nullable String owner) {
        List<Info> infos = new ArrayList<>();
        all.forEach((name, live) -> {
            if (owner == null || owner.equals(name.owner())) {
                infos.add(live.info());
            }
        });
        return infos;
    }
}

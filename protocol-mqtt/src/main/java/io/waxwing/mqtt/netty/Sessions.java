package io.waxwing.mqtt.netty;

import io.netty.channel.EventLoopGroup;
import io.waxwing.bus.delivery.Acknowledgement;
import io.waxwing.bus.delivery.SharedProgress;
import io.waxwing.bus.delivery.Subscription;
import io.waxwing.bus.event.Event;
import io.waxwing.bus.event.EventDraft;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.Refusal;
import io.waxwing.bus.spi.Absence;
import io.waxwing.bus.spi.Access;
import io.waxwing.bus.spi.AckSink;
import io.waxwing.bus.spi.Authentication;
import io.waxwing.bus.spi.EventBus;
import io.waxwing.bus.spi.SessionStore;
import io.waxwing.bus.spi.Standing;
import io.waxwing.mqtt.session.DeliveryCost;
import io.waxwing.mqtt.session.DropReason;
import io.waxwing.mqtt.session.KeptSubscription;
import io.waxwing.mqtt.session.MqttSession;
import io.waxwing.mqtt.session.PendingWill;
import io.waxwing.mqtt.session.SessionRows;
import io.waxwing.mqtt.session.SessionSettings;
import io.waxwing.mqtt.session.SessionState;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sessions of a node's MQTT listeners beyond their connections: who owns which, where they are stored, and what
 * becomes of them while nobody is connected. Thread safe.
 */
final class Sessions {
    private static final Logger LOG = LoggerFactory.getLogger(Sessions.class);

    /** Waits for the event of a will. */
    private record WillSink(Runnable done) implements AckSink {
        @Override
        public void acknowledged(long token, Acknowledgement acknowledgement) {
            done.run();
        }

        @Override
        public void refused(long token, Refusal refusal) {
            LOG.atWarn()
                    .addKeyValue("code", refusal.code().text())
                    .log("a will is not published: {}", refusal.detail());
            done.run();
        }
    }

    private final EventBus bus;
    private final Authentication authentication;
    private final @Nullable SessionStore store;
    private final MqttMetrics metrics;
    private final MqttSettings settings;
    private final Owners owners = new Owners(this::park);
    private final Set<String> durable = ConcurrentHashMap.newKeySet();
    private final SessionPlaces places;

    Sessions(EventBus bus, Authentication authentication, MqttMetrics metrics, MqttSettings settings) {
        this.bus = bus;
        this.authentication = authentication;
        this.store = bus.sessions();
        this.metrics = metrics;
        this.settings = settings;
        this.places = new SessionPlaces(settings.limits().sessions());
    }

    Owners owners() {
        return owners;
    }

    MqttMetrics metrics() {
        return metrics;
    }

    /** Bounds of sessions; none outlives its connection where there is no store for it. */
    SessionSettings settings() {
        return store == null ? settings.session().withSessionExpirySeconds(0) : settings.session();
    }

    private Owners.Ownership park(KeptSession session, Owners.Loop loop) {
        Parked parked = new Parked(session, this, loop);
        parked.begin();
        return parked.ownership();
    }

    /** Takes up what was stored before a restart. Blocks; before anybody connects. */
    void restore(EventLoopGroup loops) {
        if (store == null) {
            return;
        }
        Map<String, Map<String, byte[]>> rows = new LinkedHashMap<>();
        store.forEach((session, row, value) ->
                rows.computeIfAbsent(session, unused -> new HashMap<>()).put(row, value));
        rows.forEach((name, all) -> restore(name, all, Owners.Loop.of(loops.next())));
    }

    private void restore(String name, Map<String, byte[]> rows, Owners.Loop loop) {
        SessionState state = SessionRows.read(name, rows, settings.session().windowMax());
        // Of a session without an owner nobody can say whose it is, and one with an owner is nobody else's.
        boolean fits =
                state != null && authentication.isRequired() != state.owner().isEmpty();
        if (state == null || !fits) {
            write(new SessionStore.Change(name, List.of(), true, false), new Unasked());
            return;
        }
        state.restarted(System.currentTimeMillis());
        owners.restore(takeUp(state), loop);
    }

    /** Who may have them. */
    SessionPlaces places() {
        return places;
    }

    /** Gives a session with a past its place in the bus. */
    KeptSession takeUp(SessionState state) {
        KeptSession session = begin(state);
        for (KeptSubscription kept : state.subscriptions()) {
            session.standing().restore(kept.subscription(), kept.since());
        }
        List<SharedProgress> shared = state.sharedInFlight();
        if (!shared.isEmpty()) {
            session.standing().progress(shared);
        }
        return session;
    }

    /** Gives a new session its place in the bus. */
    KeptSession begin(SessionState state) {
        if (durable.add(state.name())) {
            places.hold(state.clientId());
        }
        Standing standing = bus.attach(new Away(state.owner(), state.clientId()), state.cursor());
        return new KeptSession(state, standing);
    }

    /** Writes what has changed, told to nobody. */
    void store(SessionState state) {
        if (state.hasChanged()) {
            write(state.changes(), new Unasked());
        }
    }

    void write(SessionStore.Change change, SessionStore.Done done) {
        if (store != null) {
            store.write(change, done);
        }
    }

    /** The session is no more. */
    void discard(KeptSession session) {
        if (durable.remove(session.state().name())) {
            places.release(session.state().clientId());
        }
        session.standing().detach();
        PendingWill will = session.state().will();
        if (will != null) {
            session.state().willPublished();
            publishWill(session.state(), will, () -> {});
        }
        write(session.state().discarded(), new Unasked());
    }

    /** Publishes a will whose connection is long gone, if its client still may (W-2); then tells, on any thread. */
    void publishWill(SessionState state, PendingWill will, Runnable done) {
        Access now = authentication.absent(state.owner(), state.clientId());
        if (now.mayPublish(will.draft().topic(), will.draft().attributes())) {
            publish(settings.dated(will.draft()), done);
        } else {
            metrics.rejected(FailureCode.NOT_GRANTED);
            done.run();
        }
    }

    /** As soon as the bus has room. */
    private void publish(EventDraft will, Runnable done) {
        if (!bus.publish(will, MqttSession.NO_TOKEN, new WillSink(done))) {
            bus.whenRoom(will.topic(), () -> publish(will, done));
        }
    }

    private final class Unasked implements SessionStore.Done {
        @Override
        public void written() {}

        @Override
        public void failed(Refusal refusal) {
            metrics.unstored();
        }
    }

    private final class Away implements Absence {
        private final String owner;
        private final String clientId;

        Away(String owner, String clientId) {
            this.owner = owner;
            this.clientId = clientId;
        }

        @Override
        public boolean keeps(Event event, List<Subscription> matched) {
            return DeliveryCost.keeps(event, matched, owner, clientId);
        }

        @Override
        public int eventsMax() {
            return settings.offlineEvents();
        }

        @Override
        public long bytesMax() {
            return settings.offlineBytes();
        }

        @Override
        public void onGivenUp(int events) {
            metrics.dropped(DropReason.OFFLINE_QUEUE_FULL, events);
        }
    }
}

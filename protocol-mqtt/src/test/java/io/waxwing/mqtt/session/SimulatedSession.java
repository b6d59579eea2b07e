package io.waxwing.mqtt.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.waxwing.bus.delivery.Acknowledgement;
import io.waxwing.bus.delivery.Delivery;
import io.waxwing.bus.delivery.SharedProgress;
import io.waxwing.bus.delivery.Subscription;
import io.waxwing.bus.event.Attributes;
import io.waxwing.bus.event.Event;
import io.waxwing.bus.event.EventDraft;
import io.waxwing.bus.event.Payload;
import io.waxwing.bus.event.SessionMark;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.spi.Access;
import io.waxwing.bus.spi.Exchange;
import io.waxwing.bus.spi.SessionStore;
import io.waxwing.bus.topic.DeliveryClass;
import io.waxwing.bus.topic.TopicFilter;
import io.waxwing.mqtt.packet.Connect;
import io.waxwing.mqtt.packet.MqttPacket;
import io.waxwing.mqtt.packet.MqttVersion;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * One client that comes back, its session, a store that writes late and a bus that answers late, in one thread. A
 * connection can be lost and the server can crash between any two steps; then everything under way is lost, but what
 * was written.
 */
final class SimulatedSession {
    private static final SessionSettings SETTINGS = SessionSettings.of("x").withReceiveMaximum(4);

    final Random random;
    final List<Event> log = new ArrayList<>();
    final List<String> journal = new ArrayList<>();
    private final List<EventDraft> ring = new ArrayList<>();
    private final StoredRows store = new StoredRows();
    private @Nullable SessionState left;
    private int connections;

    @Nullable Server server;

    SimulatedSession(long seed) {
        random = new Random(seed);
    }

    /** Another publisher's event for the client. */
    void append(int qos) {
        int position = log.size() + 1;
        log.add(new Event(
                "t",
                Attributes.NONE,
                Payload.utf8(qos + "-" + position),
                qos,
                DeliveryClass.LOCAL,
                null,
                0,
                position,
                ""));
    }

    Server connect() {
        Server next = new Server("c" + ++connections);
        server = next;
        return next;
    }

    /** The connection is lost; the process lives. */
    void disconnect() {
        Server last = server;
        if (last != null) {
            server = null;
            last.session.onConnectionLost(last);
            SessionState leaves = last.session.leave(0);
            left = leaves == null ? left : leaves;
            // What was asked of the store is written, whether or not somebody waits for it.
            last.saves.forEach(store::write);
            if (leaves != null && leaves.hasChanged()) {
                store.write(leaves.changes());
            }
        }
    }

    /** kill -9: of what was asked of the store a beginning is written; of the ring, what the journal took. */
    void crash() {
        Server last = server;
        server = null;
        if (last != null) {
            int written = random.nextInt(last.saves.size() + 1);
            last.saves.stream().limit(written).forEach(store::write);
        }
        ring.clear();
        left = store.readOnly(SETTINGS.windowMax());
    }

    /** The journal takes the oldest event of the ring; a repeat by its mark makes no second one. */
    void journalOne() {
        if (ring.isEmpty()) {
            return;
        }
        EventDraft draft = ring.remove(0);
        SessionMark mark = draft.mark();
        if (mark == null || store.putIfAbsent(mark.session(), mark.row())) {
            journal.add(new String(draft.payload().bytes(), java.nio.charset.StandardCharsets.UTF_8));
        }
        Server at = server;
        if (at != null) {
            at.journaled(draft);
        }
    }

    boolean isQuiet() {
        Server at = server;
        return ring.isEmpty() && at != null && at.isQuiet();
    }

    /** One connection's end at the server. */
    final class Server implements Output {
        final MqttSession session;
        final ArrayDeque<MqttPacket> toClient = new ArrayDeque<>();
        private final ArrayDeque<SessionStore.Change> saves = new ArrayDeque<>();
        private final ArrayDeque<Runnable> answers = new ArrayDeque<>();
        private final List<EventDraft> waiting = new ArrayList<>();
        private final List<Long> tokens = new ArrayList<>();
        private long next = -1;
        private List<Subscription> matched = List.of();
        boolean closed;

        Server(String nonce) {
            session = new MqttSession(SETTINGS, nonce, 0, 0);
        }

        void claimed() {
            SessionState former = left;
            left = null;
            session.onOwned(former, 0, this);
        }

        boolean isQuiet() {
            return toClient.isEmpty() && saves.isEmpty() && answers.isEmpty() && waiting.isEmpty() && next > log.size();
        }

        /** Something that was under way inside the server comes to its end. */
        void step() {
            switch (random.nextInt(4)) {
                case 0 -> {
                    if (!saves.isEmpty()) {
                        store.write(saves.remove());
                        session.onSaved(0, this);
                    }
                }
                case 1 -> {
                    if (!answers.isEmpty()) {
                        answers.remove().run();
                    }
                }
                case 2 -> journalOne();
                default -> deliverOne();
            }
        }

        private void deliverOne() {
            if (next >= 1 && next <= log.size()) {
                Event event = log.get((int) next - 1);
                next++;
                session.onDelivery(new Delivery(event, matched, false, false), 0, this);
            }
        }

        void journaled(EventDraft draft) {
            int at = waiting.indexOf(draft);
            if (at >= 0) {
                waiting.remove(at);
                long token = tokens.remove(at);
                answers.add(() -> session.onAcknowledged(token, Acknowledgement.DURABLE, 0, this));
            }
        }

        @Override
        public void send(MqttPacket packet) {
            toClient.add(packet);
        }

        @Override
        public boolean isWritable() {
            return toClient.size() < 8;
        }

        @Override
        public @Nullable Access login(Connect connect, String clientId) {
            return Access.UNLIMITED;
        }

        @Override
        public @Nullable Exchange exchange(String method, String clientId) {
            return null;
        }

        @Override
        public void claim(String clientId, boolean durable) {
            answers.add(this::claimed);
        }

        @Override
        public void opened(MqttVersion version, int window) {}

        @Override
        public void save(SessionStore.Change change) {
            assertThat(saves).as("one write at a time").isEmpty();
            saves.add(change);
        }

        @Override
        public void find(List<Long> references) {
            List<@Nullable Event> events = new ArrayList<>();
            references.forEach(reference -> events.add(log.get((int) (long) reference - 1)));
            answers.add(() -> session.onFound(events, 0, this));
        }

        @Override
        public void attend(SessionState state) {
            matched = state.subscriptions().stream()
                    .map(KeptSubscription::subscription)
                    .toList();
            next = matched.isEmpty() ? next : state.cursor();
        }

        @Override
        public void discard(SessionState state) {
            throw new AssertionError("nothing is discarded");
        }

        @Override
        public boolean publish(long token, EventDraft draft) {
            ring.add(draft);
            waiting.add(draft);
            tokens.add(token);
            return true;
        }

        @Override
        public void subscribe(Subscription subscription, long token) {
            long since = log.size() + 1L;
            answers.add(() -> {
                matched = List.of(subscription);
                next = next < 0 ? since : next;
                session.onSubscriptionAnswer(token, since, 0, this);
            });
        }

        @Override
        public void unsubscribe(TopicFilter filter, long token) {
            throw new AssertionError("nothing is unsubscribed");
        }

        @Override
        public void progress(SharedProgress step) {
            throw new AssertionError("no shared subscription was made");
        }

        @Override
        public void released(Delivery delivery) {}

        @Override
        public void throttle(long nanos) {
            throw new AssertionError("no rate was set");
        }

        @Override
        public void pauseReading() {}

        @Override
        public void resumeReading() {}

        @Override
        public void close(CloseReason reason) {
            closed = true;
            assertThat(reason).isEqualTo(CloseReason.CONNECTION_LOST);
        }

        @Override
        public void received(int sizeBytes) {}

        @Override
        public void rejected(FailureCode code) {
            throw new AssertionError("rejected: " + code);
        }

        @Override
        public void delivered(int sizeBytes) {}

        @Override
        public void dropped(DropReason reason) {
            throw new AssertionError("dropped: " + reason);
        }
    }
}

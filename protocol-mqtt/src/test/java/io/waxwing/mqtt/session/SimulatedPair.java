package io.waxwing.mqtt.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.waxwing.bus.delivery.Acknowledgement;
import io.waxwing.bus.delivery.Delivery;
import io.waxwing.bus.delivery.SharedProgress;
import io.waxwing.bus.delivery.Subscription;
import io.waxwing.bus.event.Event;
import io.waxwing.bus.event.EventDraft;
import io.waxwing.bus.event.Payload;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.spi.Access;
import io.waxwing.bus.spi.Exchange;
import io.waxwing.bus.spi.SessionStore;
import io.waxwing.bus.topic.DeliveryClass;
import io.waxwing.bus.topic.TopicFilter;
import io.waxwing.mqtt.packet.Connect;
import io.waxwing.mqtt.packet.MqttPacket;
import io.waxwing.mqtt.packet.MqttVersion;
import io.waxwing.mqtt.packet.Properties;
import io.waxwing.mqtt.packet.Property;
import io.waxwing.mqtt.packet.PubAck;
import io.waxwing.mqtt.packet.PubComp;
import io.waxwing.mqtt.packet.PubRec;
import io.waxwing.mqtt.packet.PubRel;
import io.waxwing.mqtt.packet.Publish;
import io.waxwing.mqtt.packet.ReasonCode;
import io.waxwing.mqtt.packet.Subscribe;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** A publishing and a subscribing client, their sessions, and a bus that answers late and out of order. */
final class SimulatedPair {
    private static final int SUBSCRIBER_WINDOW = 5;
    private static final int PUBLISHER_WINDOW = 3;

    private final Random random;
    private final SessionSettings settings = SessionSettings.of("x").withReceiveMaximum(PUBLISHER_WINDOW);
    private final MqttSession publisher = new MqttSession(settings, "p", 0, 0);
    private final MqttSession subscriber = new MqttSession(settings, "s", 0, 0);
    private final Link toPublisher = new Link();
    private final Link toSubscriber = new Link();
    private final List<Runnable> busAnswers = new ArrayList<>();
    private final ArrayDeque<Delivery> deliveries = new ArrayDeque<>();
    // Of the publishing client: QoS by identifier, in order of sending; identifiers of PUBRECs to release.
    private final ArrayDeque<Integer> owedAcks = new ArrayDeque<>();
    private final ArrayDeque<Integer> toRelease = new ArrayDeque<>();
    private final Map<Integer, Integer> inUse = new HashMap<>();
    // Of the subscribing client: answers it still has to give, and the last number seen by topic and QoS.
    private final List<MqttPacket> owedAnswers = new ArrayList<>();
    private final Map<Integer, Integer> inFlight = new HashMap<>();
    private final Map<String, Integer> lastSeen = new HashMap<>();
    private int numbers;
    private int published12;
    private int acknowledged;
    private int sentToBus;
    private int delivered;

    SimulatedPair(long seed) {
        random = new Random(seed);
        Properties small = Properties.builder()
                .add(Property.RECEIVE_MAXIMUM, SUBSCRIBER_WINDOW)
                .build();
        publisher.onPacket(connect("p", Properties.NONE), 0, toPublisher);
        publisher.onOwned(null, 0, toPublisher);
        subscriber.onPacket(connect("s", small), 0, toSubscriber);
        subscriber.onOwned(null, 0, toSubscriber);
        Subscribe.Entry all = new Subscribe.Entry("#", 2, false, false, 0);
        subscriber.onPacket(new Subscribe(1, List.of(all), Properties.NONE), 0, toSubscriber);
        subscriber.onSubscriptionAnswer(1, 1, 0, toSubscriber);
    }

    int publishedOfQos12() {
        return published12;
    }

    int acknowledgedByBus() {
        return acknowledged;
    }

    int delivered() {
        return delivered;
    }

    void step() {
        switch (random.nextInt(8)) {
            case 0, 1 -> publish();
            case 2 -> answerOfTheBus();
            case 3, 4 -> deliverOne();
            case 5 -> subscriberAnswers();
            case 6 -> release();
            default -> {
                toSubscriber.writable = random.nextInt(3) > 0;
                if (toSubscriber.writable) {
                    subscriber.onWritable(0, toSubscriber);
                }
            }
        }
        check();
    }

    /** No more faults: everything that was sent must come to its end. */
    void settle() {
        toSubscriber.writable = true;
        subscriber.onWritable(0, toSubscriber);
        for (int turns = 0; turns < 20_000 && !isQuiet(); turns++) {
            answerOfTheBus();
            deliverOne();
            subscriberAnswers();
            release();
            check();
        }
        assertThat(isQuiet()).isTrue();
        assertThat(delivered).isEqualTo(sentToBus);
        assertThat(toSubscriber.released).isEqualTo(sentToBus);
        assertThat(inFlight).isEmpty();
        assertThat(inUse).isEmpty();
    }

    private boolean isQuiet() {
        return busAnswers.isEmpty()
                && deliveries.isEmpty()
                && owedAnswers.isEmpty()
                && toRelease.isEmpty()
                && owedAcks.isEmpty();
    }

    private void check() {
        assertThat(publisher.isClosed()).isFalse();
        assertThat(subscriber.isClosed()).isFalse();
        assertThat(inFlight.size()).isLessThanOrEqualTo(SUBSCRIBER_WINDOW);
    }

    private void publish() {
        int qos = random.nextInt(3);
        if (qos > 0 && inUse.size() >= PUBLISHER_WINDOW) {
            return;
        }
        int id = 0;
        if (qos > 0) {
            do {
                id = 1 + random.nextInt(6);
            } while (inUse.containsKey(id));
            inUse.put(id, qos);
            owedAcks.add(id);
            published12++;
        }
        Payload number = Payload.utf8(Integer.toString(++numbers));
        String topic = random.nextBoolean() ? "a" : "b";
        Publish packet = new Publish(false, qos, false, topic, id, number, Properties.NONE);
        publisher.onPacket(packet, 0, toPublisher);
        if (qos == 2 && random.nextInt(3) == 0) {
            publisher.onPacket(packet, 0, toPublisher); // P-4: said twice is one event.
        }
    }

    private void answerOfTheBus() {
        if (!busAnswers.isEmpty()) {
            busAnswers.remove(random.nextInt(busAnswers.size())).run();
        }
    }

    private void deliverOne() {
        Delivery next = deliveries.poll();
        if (next != null) {
            subscriber.onDelivery(next, 0, toSubscriber);
        }
    }

    private void subscriberAnswers() {
        if (owedAnswers.isEmpty()) {
            return;
        }
        MqttPacket answer = owedAnswers.remove(random.nextInt(owedAnswers.size()));
        // The slot is free for the server as soon as it reads this.
        if (answer instanceof PubAck ack) {
            inFlight.remove(ack.packetId());
        } else if (answer instanceof PubComp done) {
            inFlight.remove(done.packetId());
        } else if (answer instanceof PubRec rec && rec.reason().isError()) {
            inFlight.remove(rec.packetId());
        }
        subscriber.onPacket(answer, 0, toSubscriber);
    }

    private void release() {
        Integer id = toRelease.poll();
        if (id != null) {
            inUse.remove(id);
            publisher.onPacket(new PubRel(id), 0, toPublisher);
        }
    }

    private static Connect connect(String clientId, Properties properties) {
        return new Connect(MqttVersion.V5, true, 0, clientId, null, null, null, properties);
    }

    /** What a session's output reaches: the other client, or the bus. */
    private final class Link implements Output {
        private boolean writable = true;
        private int released;

        @Override
        public void send(MqttPacket packet) {
            if (packet instanceof Publish publish) {
                arrived(publish);
            } else if (packet instanceof PubRel rel) {
                owedAnswers.add(new PubComp(rel.packetId()));
            } else if (packet instanceof PubAck ack) {
                // P-7: the oldest unacknowledged comes first.
                assertThat(owedAcks.poll()).isEqualTo(ack.packetId());
                assertThat(inUse.remove(ack.packetId())).isEqualTo(1);
            } else if (packet instanceof PubRec rec && inUse.containsKey(rec.packetId())) {
                assertThat(owedAcks.poll()).isEqualTo(rec.packetId());
                toRelease.add(rec.packetId());
            }
        }

        private void arrived(Publish publish) {
            delivered++;
            int number = Integer.parseInt(new String(publish.payload().bytes(), StandardCharsets.UTF_8));
            // D-7: in order by topic, each once; QoS 0 does not overtake QoS 1 and 2.
            assertThat(number).isGreaterThan(lastSeen.getOrDefault(publish.topic() + publish.qos(), 0));
            lastSeen.put(publish.topic() + publish.qos(), number);
            if (publish.qos() == 0) {
                assertThat(number).isGreaterThan(lastSeen.getOrDefault(publish.topic() + "12", 0));
                return;
            }
            assertThat(number).isGreaterThan(lastSeen.getOrDefault(publish.topic() + "12", 0));
            lastSeen.put(publish.topic() + "12", number);
            assertThat(inFlight.put(publish.packetId(), publish.qos())).isNull();
            ReasonCode refused = random.nextInt(5) == 0 ? ReasonCode.UNSPECIFIED_ERROR : ReasonCode.SUCCESS;
            owedAnswers.add(
                    publish.qos() == 1
                            ? new PubAck(publish.packetId())
                            : new PubRec(publish.packetId(), refused, Properties.NONE));
        }

        @Override
        public boolean isWritable() {
            return writable;
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
        public void claim(String clientId, boolean durable) {}

        @Override
        public void opened(MqttVersion version, int window) {}

        @Override
        public void save(SessionStore.Change change) {
            throw new AssertionError("nothing to save");
        }

        @Override
        public void find(List<Long> references) {
            throw new AssertionError("nothing to find");
        }

        @Override
        public void attend(SessionState session) {
            throw new AssertionError("nothing to attend");
        }

        @Override
        public void discard(SessionState session) {
            throw new AssertionError("nothing to discard");
        }

        @Override
        public boolean publish(long token, EventDraft draft) {
            sentToBus++;
            Event event = new Event(
                    draft.topic(),
                    draft.attributes(),
                    draft.payload(),
                    draft.qos(),
                    DeliveryClass.LOCAL,
                    null,
                    0,
                    sentToBus,
                    draft.publisher());
            deliveries.add(new Delivery(event, toSubscriber.subscribed, false, false));
            if (token != MqttSession.NO_TOKEN) {
                busAnswers.add(() -> {
                    acknowledged++;
                    publisher.onAcknowledged(token, Acknowledgement.DURABLE, 0, toPublisher);
                });
            }
            return true;
        }

        private List<Subscription> subscribed = List.of();

        @Override
        public void subscribe(Subscription subscription, long token) {
            subscribed = List.of(subscription);
        }

        @Override
        public void unsubscribe(TopicFilter filter, long token) {}

        @Override
        public void progress(SharedProgress step) {
            throw new AssertionError("no shared subscription was made");
        }

        @Override
        public void released(Delivery delivery) {
            released++;
        }

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
            throw new AssertionError("closed: " + reason);
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

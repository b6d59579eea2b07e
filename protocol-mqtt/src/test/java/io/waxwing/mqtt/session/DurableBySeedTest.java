package io.waxwing.mqtt.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.waxwing.bus.event.Payload;
import io.waxwing.mqtt.packet.ConnAck;
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
import io.waxwing.mqtt.packet.SubAck;
import io.waxwing.mqtt.packet.Subscribe;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A conformant client with a durable session, lost connections and crashed servers; every step is chosen by a seed. */
class DurableBySeedTest {
    private static final int SEEDS = 300;
    private static final int STEPS = 1_500;

    @Test
    @DisplayName(
            "S-1, S-6, D-5, P-4: QoS 2 once and QoS 1 at least once in both directions, in order, whatever ends when")
    void nothingIsLostOrDoubled() {
        Long given = Long.getLong("seed");
        long first = given == null ? System.nanoTime() : given;
        int arrived = 0;
        for (long seed = first; seed < first + (given == null ? SEEDS : 1); seed++) {
            Client client = new Client(new SimulatedSession(seed));
            try {
                for (int step = 0; step < STEPS; step++) {
                    client.step();
                }
                client.settle();
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("seed " + seed, e);
            }
            arrived += client.got.size();
        }
        assertThat(arrived).isGreaterThan(SEEDS);
    }

    private static final class Client {
        private final SimulatedSession world;
        private final Random random;
        private final Set<String> got = new HashSet<>();
        private final Set<Integer> received = new HashSet<>();
        private final ArrayDeque<MqttPacket> owed = new ArrayDeque<>();
        // Of its own QoS 2: identifier to payload, or to nothing once PUBREC came.
        private final Map<Integer, @Nullable String> sending = new LinkedHashMap<>();
        private final List<String> published = new ArrayList<>();
        private SimulatedSession.@Nullable Server server;
        private boolean open;
        private boolean subscribed;
        private long subscribedFrom = Long.MAX_VALUE;
        private int lastNumber;
        private int lastId;
        private long window;

        Client(SimulatedSession world) {
            this.world = world;
            this.random = world.random;
        }

        void step() {
            SimulatedSession.Server at = server;
            int chance = random.nextInt(100);
            if (at == null) {
                connect();
            } else if (chance < 2) {
                end(random.nextBoolean());
            } else if (chance < 10) {
                world.append(1 + random.nextInt(2));
            } else if (chance < 18) {
                publish();
            } else if (chance < 45) {
                take(at);
            } else if (chance < 60 && !owed.isEmpty()) {
                at.session.onPacket(owed.remove(), 0, at);
            } else {
                at.step();
            }
        }

        void settle() {
            for (int turns = 0; turns < 60_000 && !isQuiet(); turns++) {
                SimulatedSession.Server at = server;
                if (at == null) {
                    connect();
                } else {
                    take(at);
                    if (!owed.isEmpty()) {
                        at.session.onPacket(owed.remove(), 0, at);
                    }
                    at.session.onWritable(0, at);
                    at.step();
                }
            }
            assertThat(isQuiet()).as("everything comes to its end").isTrue();
            for (long position = subscribedFrom; position <= world.log.size(); position++) {
                String payload = text(world.log.get((int) position - 1).payload());
                assertThat(got).as("event %s", position).contains(payload);
            }
            assertThat(world.journal).containsExactlyElementsOf(published);
        }

        private boolean isQuiet() {
            return world.isQuiet() && owed.isEmpty() && sending.isEmpty() && subscribed;
        }

        private void connect() {
            SimulatedSession.Server at = world.connect();
            server = at;
            open = false;
            window = 1 + random.nextInt(6);
            Properties properties = Properties.builder()
                    .add(Property.SESSION_EXPIRY_INTERVAL, 1_000)
                    .add(Property.RECEIVE_MAXIMUM, window)
                    .build();
            at.session.onPacket(new Connect(MqttVersion.V5, false, 0, "client", null, null, null, properties), 0, at);
        }

        private void end(boolean crash) {
            if (crash) {
                world.crash();
            } else {
                world.disconnect();
            }
            server = null;
            owed.clear();
        }

        private void publish() {
            if (!open || sending.size() >= 4) {
                return;
            }
            do {
                lastId = lastId % 6 + 1;
            } while (sending.containsKey(lastId));
            String payload = "p" + published.size();
            published.add(payload);
            sending.put(lastId, payload);
            owed.add(publish(lastId, payload, false)); // Behind what is sent again.
        }

        private static Publish publish(int id, String payload, boolean dup) {
            return new Publish(dup, 2, false, "u", id, Payload.utf8(payload), Properties.NONE);
        }

        private void take(SimulatedSession.Server at) {
            MqttPacket packet = at.toClient.poll();
            if (packet instanceof ConnAck) {
                opened(at);
            } else if (packet instanceof SubAck) {
                subscribed = true;
                subscribedFrom = Math.min(subscribedFrom, world.log.size() + 1L);
            } else if (packet instanceof Publish publish) {
                arrived(publish);
            } else if (packet instanceof PubRel rel) {
                received.remove(rel.packetId());
                owed.add(new PubComp(rel.packetId()));
            } else if (packet instanceof PubRec rec && sending.containsKey(rec.packetId())) {
                sending.put(rec.packetId(), null);
                owed.add(new PubRel(rec.packetId()));
            } else if (packet instanceof PubComp comp) {
                sending.remove(comp.packetId());
            }
        }

        private void opened(SimulatedSession.Server at) {
            open = true;
            sending.forEach((id, payload) -> owed.add(payload == null ? new PubRel(id) : publish(id, payload, true)));
            if (!subscribed) {
                Subscribe.Entry all = new Subscribe.Entry("t", 2, false, false, 2);
                at.session.onPacket(new Subscribe(1, List.of(all), Properties.NONE), 0, at);
            }
        }

        private void arrived(Publish publish) {
            String payload = text(publish.payload());
            boolean again = publish.qos() == 2 && !received.add(publish.packetId());
            if (!again) {
                boolean isNew = got.add(payload);
                assertThat(isNew || publish.qos() == 1)
                        .as("%s comes once", payload)
                        .isTrue();
                int number = Integer.parseInt(payload.substring(2));
                assertThat(isNew && number <= lastNumber)
                        .as("%s is in order", payload)
                        .isFalse();
                lastNumber = Math.max(lastNumber, number);
            }
            owed.add(publish.qos() == 1 ? new PubAck(publish.packetId()) : new PubRec(publish.packetId()));
            long inFlight =
                    owed.stream().filter(packet -> packet instanceof PubAck).count();
            assertThat(inFlight).isLessThanOrEqualTo(window);
        }

        private static String text(Payload payload) {
            return new String(payload.bytes(), StandardCharsets.UTF_8);
        }
    }
}

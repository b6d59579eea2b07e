package io.waxwing.broker.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.waxwing.bus.delivery.Delivery;
import io.waxwing.bus.delivery.SharedProgress.Step;
import io.waxwing.bus.delivery.StartFrom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A group whose members come, go, are slow and end, with restarts of the node, against a naive account of each event.
 */
class SharedGroupBySeedTest {
    private static final int SEEDS = 120;
    private static final int STEPS = 250;

    @ParameterizedTest
    @EnumSource(SharedStrategy.class)
    @DisplayName("H-2, H-3, H-4: each event is with one member at a time, and none is lost but with a QoS 2 receiver")
    void noEventIsLostAndNoneIsWithTwoMembers(SharedStrategy strategy) {
        Long given = Long.getLong("seed");
        long first = given == null ? System.nanoTime() : given;
        int finished = 0;
        for (long seed = first; seed < first + (given == null ? SEEDS : 1); seed++) {
            World world = new World(seed, strategy);
            try {
                for (int step = 0; step < STEPS; step++) {
                    world.step();
                }
                world.end();
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("seed " + seed, e);
            }
            finished += world.finished.size();
        }
        assertThat(finished).isGreaterThan(given == null ? 2_000 : 10);
    }

    /** One client with one session; what it holds is told as a session tells it. */
    private static final class Client {
        @Nullable GroupMember member;

        final boolean durable;
        boolean here;
        int read;
        final TreeSet<Long> unsent = new TreeSet<>();
        final Map<Long, Step> sent = new TreeMap<>();
        // Offered on this connection and not finished.
        final Set<Long> fresh = new TreeSet<>();

        Client(boolean durable) {
            this.durable = durable;
        }
    }

    private static final class World extends DispatchBench {
        private static final String FILTER = "$share/g/t/+";

        private final SplittableRandom random;
        private final List<Client> clients = new ArrayList<>();
        private final Set<Long> finished = new HashSet<>();
        // By position, which counts from 1.
        private final List<String> topics = new ArrayList<>();
        private final Map<String, Long> lastFirst = new HashMap<>();
        private final Set<Long> offered = new HashSet<>();
        private final SharedStrategy strategy;
        private long published;

        World(long seed, SharedStrategy strategy) {
            random = new SplittableRandom(seed);
            this.strategy = strategy;
            strategy.applyTo(dispatcher);
            for (int i = 0; i < 4; i++) {
                clients.add(new Client(i < 2));
            }
            // One that never leaves, so that the group never ends.
            arrive(clients.get(0));
            settle();
        }

        void step() {
            Client client = clients.get(random.nextInt(clients.size()));
            switch (random.nextInt(12)) {
                case 0, 1, 2, 3 -> publishOne();
                case 4 -> arrive(client);
                case 5 -> depart(client);
                case 6 -> end(client);
                case 7 -> {
                    if (random.nextInt(6) == 0) {
                        crash();
                    }
                }
                case 8 -> turnFull(client);
                default -> use(client);
            }
            if (random.nextInt(3) > 0) {
                settle();
            }
            look();
        }

        private void publishOne() {
            published++;
            topics.add("t/" + random.nextInt(3));
            publish(topics.get(topics.size() - 1), "e", false);
        }

        private void arrive(Client client) {
            if (client.here) {
                return;
            }
            client.here = true;
            client.read = 0;
            GroupMember member = client.member;
            if (member == null) {
                member = new GroupMember();
                member.window = 1 + random.nextInt(6);
                client.member = member;
                if (client.durable) {
                    member.standing(dispatcher.attach(member.new Away(), -1)).resume(member);
                } else {
                    member.attachment = dispatcher.attach(member, StartFrom.NEXT);
                }
                member.subscribe(FILTER);
            } else {
                GroupMember newcomer = new GroupMember();
                newcomer.goesOnWith(FILTER);
                newcomer.window = 1 + random.nextInt(6);
                newcomer.standing(member.standing()).resume(newcomer);
                client.member = newcomer;
            }
        }

        /** The connection ends: a durable session stays, with what it has sent. */
        private void depart(Client client) {
            GroupMember member = client.member;
            if (!client.here || member == null) {
                return;
            }
            if (!client.durable) {
                end(client);
                return;
            }
            client.here = false;
            client.unsent.clear();
            client.fresh.clear();
            member.standing().pause(1);
        }

        /** The session ends. */
        private void end(Client client) {
            GroupMember member = client.member;
            if (member == null || client == clients.get(0)) {
                return;
            }
            Objects.requireNonNull(member.attachment).detach();
            forget(client);
        }

        private void forget(Client client) {
            client.sent.forEach((position, step) -> {
                if (step == Step.SENT_FOR_GOOD) {
                    finished.add(position);
                }
            });
            client.sent.clear();
            client.unsent.clear();
            client.fresh.clear();
            client.here = false;
            client.member = null;
        }

        private void turnFull(Client client) {
            GroupMember member = client.member;
            if (member != null && client.here) {
                member.takes = !member.takes;
                if (member.takes) {
                    Objects.requireNonNull(member.attachment).resume();
                }
            }
        }

        /** Sends or acknowledges the oldest. */
        private void use(Client client) {
            GroupMember member = client.member;
            look();
            if (member == null || !client.here) {
                return;
            }
            if (!client.unsent.isEmpty() && random.nextBoolean()) {
                long position = Objects.requireNonNull(client.unsent.pollFirst());
                Step step = random.nextInt(3) == 0 ? Step.SENT_FOR_GOOD : Step.SENT;
                client.sent.put(position, step);
                member.tell(position, step);
            } else if (!client.sent.isEmpty()) {
                long position = client.sent.keySet().iterator().next();
                client.sent.remove(position);
                client.fresh.remove(position);
                finished.add(position);
                member.tell(position, Step.DONE);
            }
        }

        /** What was offered since the last look. */
        private void look() {
            for (Client client : clients) {
                GroupMember member = client.member;
                if (member == null || !client.here) {
                    continue;
                }
                List<Delivery> seen = member.seen;
                for (; client.read < seen.size(); client.read++) {
                    long position = seen.get(client.read).reference();
                    assertThat(finished).as("offered after its end").doesNotContain(position);
                    for (Client other : clients) {
                        assertThat(other.sent).as("offered while it is sent").doesNotContainKey(position);
                        assertThat(other.unsent).as("offered twice").doesNotContain(position);
                    }
                    client.unsent.add(position);
                    client.fresh.add(position);
                    if (strategy == SharedStrategy.BY_KEY) {
                        lookAtKey(client, position);
                    }
                }
            }
        }

        /** Nobody else who is here has an event of that topic, and none was passed over. */
        private void lookAtKey(Client taker, long position) {
            String topic = topicOf(position);
            for (Client other : clients) {
                boolean has = other.here
                        && other.fresh.stream().anyMatch(its -> topicOf(its).equals(topic));
                assertThat(other != taker && has)
                        .as("two have %s at %s", topic, position)
                        .isFalse();
            }
            if (offered.add(position)) {
                assertThat(position).as("order of %s", topic).isGreaterThan(lastFirst.getOrDefault(topic, 0L));
                lastFirst.put(topic, position);
            }
        }

        private String topicOf(long position) {
            return topics.get((int) position - 1);
        }

        /** What was written is all that is left; sessions tell again what they have sent. */
        private void crash() {
            settle();
            look();
            for (Client client : clients) {
                if (!client.durable) {
                    forget(client);
                }
                client.unsent.clear();
                client.fresh.clear();
                client.here = false;
            }
            restart();
            strategy.applyTo(dispatcher);
            for (Client client : clients) {
                if (client.member != null) {
                    GroupMember member = new GroupMember();
                    member.goesOnWith(FILTER);
                    member.window = 1 + random.nextInt(6);
                    member.standing(dispatcher.attach(member.new Away(), 1)).restore(GroupMember.all(FILTER), 1);
                    client.sent.forEach(member::tell);
                    client.member = member;
                }
            }
        }

        /** One durable client that reads on until nothing is left. */
        void end() {
            settle();
            look();
            Client last = clients.get(0);
            clients.stream().filter(client -> client != last).forEach(this::end);
            arrive(last);
            GroupMember member = Objects.requireNonNull(last.member);
            member.takes = true;
            Objects.requireNonNull(member.attachment).resume();
            for (int i = 0; i < 40 * published + 100 && finished.size() < published; i++) {
                settle();
                use(last);
            }
            settle();
            for (long position = 1; position <= published; position++) {
                assertThat(finished).as("of %s", published).contains(position);
            }
        }
    }
}

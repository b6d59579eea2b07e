package io.waxwing.mqtt.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.concurrent.GlobalEventExecutor;
import io.waxwing.bus.delivery.Subscription;
import io.waxwing.bus.spi.Standing;
import io.waxwing.bus.spi.Subscriber;
import io.waxwing.bus.topic.TopicFilter;
import io.waxwing.mqtt.session.States;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Claims, ends and takeovers of one client identifier on event loops that run in any order, one step at a time. */
class OwnersTest {
    private static final int ROUNDS = 2_000;

    @Test
    @DisplayName(
            "T-1, T-2, T-4, T-5: owners never overlap, the last to claim owns, and the session is never lost or doubled")
    void theSessionHasOneOwnerAtATime() {
        Long fixed = Long.getLong("seed");
        long seed = fixed == null ? System.nanoTime() : fixed;
        for (int round = 0; round < (fixed == null ? ROUNDS : 1); round++) {
            new Race(new Random(seed + round), "seed " + (seed + round)).run();
        }
    }

    private static final class Race {
        private final Random random;
        private final String seed;
        private final List<ArrayDeque<Runnable>> loops =
                List.of(new ArrayDeque<>(), new ArrayDeque<>(), new ArrayDeque<>());
        private final Owners owners = new Owners(this::park);
        private final KeptSession session = new KeptSession(States.of("id"), new Place());
        private final List<Connection> connections = new ArrayList<>();
        private final List<Integer> order = new ArrayList<>();
        private @Nullable Object owner;
        private int parked;

        Race(Random random, String seed) {
            this.random = random;
            this.seed = seed;
        }

        void run() {
            int count = 2 + random.nextInt(8);
            for (int i = 0; i < count; i++) {
                Connection next = new Connection(i, loops.get(random.nextInt(loops.size())));
                connections.add(next);
                owners.claim(next.ownership);
                for (int steps = random.nextInt(8); steps > 0; steps--) {
                    step();
                }
                if (random.nextInt(3) == 0) {
                    Connection lost = connections.get(random.nextInt(connections.size()));
                    lost.loop.add(lost::end);
                }
            }
            while (step()) {
                assertThat(parked).as(seed).isBetween(0, 2);
            }
            Connection last = connections.get(count - 1);
            assertThat(order).as(seed).isSorted();
            if (last.ended) {
                assertThat(owners.size()).as(seed).isEqualTo(order.isEmpty() ? 0 : 1);
            } else {
                assertThat(owner).as(seed).isSameAs(last);
            }
            assertThat(parked).as(seed).isEqualTo(last.ended && !order.isEmpty() ? 1 : 0);
        }

        private boolean step() {
            List<ArrayDeque<Runnable>> busy =
                    loops.stream().filter(loop -> !loop.isEmpty()).toList();
            if (busy.isEmpty()) {
                return false;
            }
            Objects.requireNonNull(busy.get(random.nextInt(busy.size())).poll()).run();
            return true;
        }

        private Owners.Ownership park(KeptSession left, Owners.Loop loop) {
            assertThat(left).as(seed).isSameAs(session);
            parked++;
            Owners.Ownership[] own = new Owners.Ownership[1];
            boolean[] over = {false};
            own[0] = new Owners.Ownership("id", "", new Claimant(loop, unused -> {}, () -> {
                if (!over[0]) {
                    over[0] = true;
                    parked--;
                    owners.release(own[0], left);
                }
            }));
            return own[0];
        }

        /** Makes a session if it is given none, and leaves it when it ends. */
        private final class Connection {
            private final int number;
            private final ArrayDeque<Runnable> loop;
            private final Owners.Ownership ownership;
            private @Nullable KeptSession has;
            private boolean ended;

            Connection(int number, ArrayDeque<Runnable> loop) {
                this.number = number;
                this.loop = loop;
                this.ownership = new Owners.Ownership(
                        "id",
                        "",
                        new Claimant(new Owners.Loop(GlobalEventExecutor.INSTANCE, loop::add), this::begin, this::end));
            }

            private void begin(@Nullable KeptSession inherited) {
                assertThat(ended).as(seed).isFalse();
                assertThat(owner).as(seed).isNull();
                assertThat(inherited == null).as(seed).isEqualTo(order.isEmpty());
                owner = this;
                order.add(number);
                has = session;
            }

            void end() {
                if (!ended) {
                    ended = true;
                    owner = owner == this ? null : owner;
                    owners.release(ownership, has);
                }
            }
        }
    }

    private record Claimant(Owners.Loop loop, Consumer<@Nullable KeptSession> owned, Runnable evicted)
            implements Owners.Claimant {
        @Override
        public void onOwned(@Nullable KeptSession left) {
            owned.accept(left);
        }

        @Override
        public void onEvicted() {
            evicted.run();
        }
    }

    private static final class Place implements Standing {
        @Override
        public void restore(Subscription subscription, long since) {}

        @Override
        public void pause(long position) {}

        @Override
        public void resume(Subscriber subscriber) {}

        @Override
        public void subscribe(Subscription subscription, long token) {}

        @Override
        public void unsubscribe(TopicFilter filter, long token) {}

        @Override
        public void resume() {}

        @Override
        public void detach() {}
    }
}

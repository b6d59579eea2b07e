package io.waxwing.broker.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waxwing.broker.dispatch.GapBench.Made;
import io.waxwing.bus.delivery.Delivery;
import io.waxwing.bus.delivery.Gap;
import io.waxwing.bus.delivery.StartFrom;
import io.waxwing.bus.delivery.Subscription;
import io.waxwing.bus.delivery.Subscription.RetainedValues;
import io.waxwing.bus.failure.Refusal;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.bus.spi.Attachment;
import io.waxwing.bus.spi.EventReader.Beyond;
import io.waxwing.bus.spi.Subscriber;
import io.waxwing.bus.topic.TopicFilter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Subscribers that pass gaps, beside one that waits, over a ledger some of whose payloads are kept back. */
class AheadTest {
    private static final int SEEDS = Integer.getInteger("seeds", 300);

    /** What one subscriber got, over all its connections. */
    private static final class Client implements Subscriber {
        final boolean passes;
        final String filter;
        final List<String> seen = new ArrayList<>();
        final List<String> thisTime = new ArrayList<>();
        int room = Integer.MAX_VALUE;
        boolean waiting;
        StartFrom last = StartFrom.FIRST;

        @Nullable Refusal refused;

        @Nullable Attachment attachment;

        Client(boolean passes, String filter) {
            this.passes = passes;
            this.filter = filter;
        }

        void attach(GapBench bench, StartFrom start) {
            thisTime.clear();
            Attachment made = bench.dispatcher.attach(this, start);
            made.subscribe(new Subscription(TopicFilter.parse(filter), RetainedValues.DO_NOT_SEND, false, this), 1);
            attachment = made;
            waiting = false;
        }

        private boolean take(String what) {
            if (room == 0) {
                waiting = true;
                return false;
            }
            room--;
            seen.add(what);
            thisTime.add(what);
            return true;
        }

        @Override
        public boolean passesGaps() {
            return passes;
        }

        @Override
        public boolean offer(Delivery delivery) {
            boolean taken = take(text(delivery));
            if (taken && delivery.event().eventId() != null) {
                last = new StartFrom.After(delivery.event().eventId());
            }
            return taken;
        }

        @Override
        public boolean offerLate(Delivery delivery) {
            return take("late " + text(delivery));
        }

        @Override
        public boolean offerGap(Gap gap) {
            boolean taken = take((gap.isVoid() ? "void " : "gap ") + gap.place().leafIndex());
            if (taken && !gap.isVoid()) {
                last = new StartFrom.AfterGap(gap.place().height(), gap.place().leafIndex());
            }
            return taken;
        }

        private static String text(Delivery delivery) {
            return new String(delivery.event().payload().bytes(), StandardCharsets.UTF_8);
        }

        @Override
        public void onSubscribed(long token) {}

        @Override
        public void onUnsubscribed(long token, boolean existed) {}

        @Override
        public void onTurnEnd() {}

        @Override
        public void onRefused(Refusal refusal) {
            refused = refusal;
        }
    }

    private final GapBench bench = new GapBench();

    private Client client(boolean passes, StartFrom start) {
        Client made = new Client(passes, "#");
        made.attach(bench, start);
        bench.settle();
        return made;
    }

    private Made ordered(int origin, String topic, boolean here, String... names) {
        Made made = bench.batch(origin, topic, List.of(names));
        if (here) {
            bench.hold(made);
        }
        bench.block(List.of(made), List.of());
        bench.settle();
        return made;
    }

    private static String gap(Made of) {
        return "gap " + (of.leaf() + 1);
    }

    private void waitLong() {
        bench.settle();
        bench.pass(2 * GapBench.WAIT_NANOS);
        bench.settle();
    }

    @Test
    void nobodyGoesAheadBeforeTheTimeAndWhoWaitsNeverDoes() {
        Client passes = client(true, StartFrom.FIRST);
        Client waits = client(false, StartFrom.FIRST);
        ordered(2, "t", true, "a");
        Made missing = ordered(3, "t", false, "b", "c");
        ordered(2, "t", true, "d");
        bench.pass(GapBench.WAIT_NANOS - 2);
        bench.settle();
        assertThat(passes.seen).containsExactly("a");
        bench.pass(GapBench.WAIT_NANOS);
        bench.settle();
        assertThat(passes.seen).containsExactly("a", gap(missing), "d");
        assertThat(waits.seen).containsExactly("a");
        bench.hold(missing);
        bench.settle();
        assertThat(waits.seen).containsExactly("a", "b", "c", "d");
        assertThat(passes.seen).containsExactly("a", gap(missing), "d", "late b", "late c");
        ordered(2, "t", true, "e");
        assertThat(passes.seen).endsWith("late c", "e");
        assertThat(waits.seen).endsWith("d", "e");
    }

    @Test
    void aPayloadThatIsOnlySlowIsNoGapThoughAnotherHasBeenMissingForLong() {
        Client passes = client(true, StartFrom.FIRST);
        Made missing = ordered(3, "t", false, "a");
        waitLong();
        Made slow = ordered(2, "t", false, "b");
        ordered(2, "t", true, "c");
        assertThat(passes.seen).containsExactly(gap(missing));
        bench.hold(slow);
        bench.settle();
        assertThat(passes.seen).containsExactly(gap(missing), "b", "c");
    }

    @Test
    void whoComesBackGetsWhatCameWhileItWasAwayAlsoAfterARestartOfTheNode() {
        Client passes = client(true, StartFrom.FIRST);
        ordered(2, "t", true, "a");
        Made missing = ordered(3, "t", false, "b");
        ordered(2, "t", true, "c");
        waitLong();
        assertThat(passes.seen).containsExactly("a", gap(missing), "c");
        bench.restart();
        passes.attach(bench, passes.last);
        ordered(2, "t", true, "d");
        waitLong();
        assertThat(passes.thisTime).containsExactly("d");
        bench.restart();
        bench.hold(missing);
        ordered(2, "t", true, "e");
        bench.settle();
        passes.attach(bench, passes.last);
        bench.settle();
        assertThat(passes.thisTime).containsExactlyInAnyOrder("late b", "e");
    }

    @Test
    void aTopicThatWasNeverSeenHereIsAGapByItsPseudonym() {
        Client all = client(true, StartFrom.FIRST);
        Client other = new Client(true, "t");
        other.attach(bench, StartFrom.FIRST);
        Client same = new Client(true, "new/topic");
        same.attach(bench, StartFrom.FIRST);
        Made missing = ordered(3, "new/topic", false, "a");
        ordered(2, "t", true, "b");
        waitLong();
        assertThat(all.seen).containsExactly(gap(missing), "b");
        assertThat(other.seen).containsExactly("b");
        assertThat(same.seen).containsExactly(gap(missing));
    }

    @Test
    void placesThatAreNotThereAreRefused() {
        ordered(2, "t", true, "a");
        for (StartFrom wrong :
                List.of(new StartFrom.AfterGap(1, 999), new StartFrom.AfterGap(7, 2), new StartFrom.AfterGap(0, 0))) {
            Client lost = client(true, wrong);
            assertThat(lost.refused).isNotNull();
            Client waits = client(false, wrong);
            assertThat(waits.refused).isNotNull();
        }
    }

    @Test
    void aPageShowsWhatIsBehindTheGapAndGoesOnThere() {
        ordered(2, "t", true, "a");
        Made missing = ordered(3, "t", false, "b");
        ordered(2, "t", true, "c", "d");
        History history = bench.dispatcher.history();
        TopicFilter t = TopicFilter.parse("t");
        assertThat(history.beyond(t, null, 10).items()).isEmpty();
        waitLong();
        Beyond first = history.beyond(t, null, 2);
        assertThat(first.atEnd()).isFalse();
        assertThat(first.items()).hasSize(2);
        Gap gap = first.items().get(0).gap();
        assertThat(gap).isNotNull();
        assertThat(gap.place().leafIndex()).isEqualTo(missing.leaf() + 1);
        assertThat(gap.origin()).isEqualTo("bank-3");
        Beyond second = history.beyond(
                t, new StartFrom.After(first.items().get(1).event().eventId()), 2);
        assertThat(second.items()).hasSize(1);
        assertThat(second.atEnd()).isTrue();
        assertThat(history.beyond(TopicFilter.parse("u"), null, 10).items()).isEmpty();
        assertThatThrownBy(() -> history.beyond(t, null, 0)).isInstanceOf(RefusedException.class);
        bench.hold(missing);
        bench.settle();
        assertThat(history.beyond(t, null, 10).items()).isEmpty();
    }

    /** Batches withheld, found and void, subscribers that are slow and away, at random. */
    private static final class World {
        private final SplittableRandom random;
        private final GapBench bench = new GapBench();
        private final Client passes = new Client(true, "t");
        private final Client comesAndGoes = new Client(true, "t");
        private final Client waits = new Client(false, "t");
        private final List<Made> missing = new ArrayList<>();
        private final List<String> order = new ArrayList<>();
        private final Set<String> gone = new HashSet<>();
        private final Map<Long, List<String>> segments = new HashMap<>();
        private int events;

        World(long seed) {
            random = new SplittableRandom(seed);
            List.of(passes, comesAndGoes, waits).forEach(client -> client.attach(bench, StartFrom.FIRST));
        }

        void step() {
            switch (random.nextInt(12)) {
                case 0, 1, 2, 3 -> block();
                case 4, 5 -> bench.pass(random.nextLong(2 * GapBench.WAIT_NANOS));
                case 6 -> findOne();
                case 7 -> slow(passes);
                case 8 -> slow(comesAndGoes);
                case 9 -> slow(waits);
                case 10 -> comeAndGo();
                default -> bench.settle();
            }
            bench.turn();
        }

        private void block() {
            List<Made> batches = new ArrayList<>();
            for (int i = random.nextInt(3); i >= 0; i--) {
                String topic = random.nextInt(4) == 0 ? "u" : "t";
                List<String> names = new ArrayList<>();
                for (int event = random.nextInt(3); event >= 0; event--) {
                    names.add("e" + ++events);
                }
                Made made = bench.batch(2 + random.nextInt(3), topic, names);
                batches.add(made);
                if (topic.equals("t")) {
                    order.addAll(names);
                    segments.put(made.leaf() + 1, names);
                }
                if (random.nextInt(5) == 0) {
                    missing.add(made);
                } else {
                    bench.hold(made);
                }
            }
            List<Made> voided = new ArrayList<>();
            if (!missing.isEmpty() && !batches.contains(missing.get(0)) && random.nextInt(8) == 0) {
                Made found = missing.remove(0);
                voided.add(found);
                gone.addAll(found.names());
            }
            bench.block(batches, voided);
        }

        private void findOne() {
            if (random.nextBoolean()) {
                find();
            }
        }

        private void find() {
            if (!missing.isEmpty()) {
                bench.hold(missing.remove(random.nextInt(missing.size())));
            }
        }

        private void slow(Client client) {
            client.room = random.nextInt(4);
            resume(client);
        }

        private static void resume(Client client) {
            if (client.waiting && client.attachment != null) {
                client.waiting = false;
                client.attachment.resume();
            }
        }

        private void comeAndGo() {
            if (comesAndGoes.attachment != null) {
                comesAndGoes.attachment.detach();
            }
            // Given by a turn that comes after it is away.
            int before = comesAndGoes.seen.size();
            StartFrom last = comesAndGoes.last;
            bench.turn();
            comesAndGoes.seen.subList(before, comesAndGoes.seen.size()).clear();
            comesAndGoes.last = last;
            comesAndGoes.attach(bench, last);
        }

        void end() {
            while (!missing.isEmpty()) {
                find();
            }
            bench.block(List.of(), List.of());
            for (Client client : List.of(passes, comesAndGoes, waits)) {
                client.room = Integer.MAX_VALUE;
            }
            for (int i = 0; i < 5; i++) {
                List.of(passes, comesAndGoes, waits).forEach(World::resume);
                bench.settle();
            }
            List<String> left = new ArrayList<>(order);
            left.removeAll(gone);
            assertThat(waits.seen).isEqualTo(left);
            assertThat(onTimeOf(passes.seen)).isSubsetOf(order).doesNotHaveDuplicates();
            assertThat(onTimeOf(passes.seen)).isSortedAccordingTo(java.util.Comparator.comparingInt(order::indexOf));
            assertThat(allOf(passes.seen)).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(left);
            assertThat(new HashSet<>(allOf(comesAndGoes.seen))).containsAll(left);
            assertLateWasAGap(passes.seen);
            assertLateWasAGap(comesAndGoes.seen);
            assertGapsWereExplained(passes.seen);
        }

        private static List<String> onTimeOf(List<String> seen) {
            return seen.stream().filter(text -> text.startsWith("e")).toList();
        }

        private static List<String> allOf(List<String> seen) {
            return seen.stream()
                    .filter(text -> text.startsWith("e") || text.startsWith("late "))
                    .map(text -> text.replace("late ", ""))
                    .toList();
        }

        /** Or, where somebody was away, what he may have had already. */
        private void assertLateWasAGap(List<String> seen) {
            Set<String> told = new HashSet<>();
            for (String text : seen) {
                if (text.startsWith("gap ")) {
                    told.addAll(segments.get(Long.parseLong(text.substring(4))));
                } else if (text.startsWith("late ")) {
                    assertThat(told).contains(text.substring(5));
                } else {
                    told.add(text);
                }
            }
        }

        /** Each gap was followed by its events or by the word that they are void. */
        private void assertGapsWereExplained(List<String> seen) {
            for (String text : seen) {
                if (text.startsWith("gap ")) {
                    List<String> names = segments.get(Long.parseLong(text.substring(4)));
                    boolean isVoid = gone.containsAll(names);
                    List<String> wanted =
                            isVoid ? List.of("void " + text.substring(4)) : List.of("late " + names.get(0));
                    assertThat(seen).containsAll(wanted);
                }
            }
        }
    }

    @Test
    void nothingIsLostOrOutOfPlaceWhateverIsWithheldAndWhoeverIsSlowOrAway() {
        Long given = Long.getLong("seed");
        long first = given == null ? System.nanoTime() : given;
        int gaps = 0;
        for (long seed = first; seed < first + (given == null ? SEEDS : 1); seed++) {
            World world = new World(seed);
            try {
                for (int step = 0; step < 200; step++) {
                    world.step();
                }
                world.end();
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("seed " + seed, e);
            }
            gaps += (int) world.passes.seen.stream()
                    .filter(text -> text.startsWith("gap "))
                    .count();
        }
        assertThat(gaps).isGreaterThanOrEqualTo(given == null ? SEEDS / 3 : 0);
    }
}

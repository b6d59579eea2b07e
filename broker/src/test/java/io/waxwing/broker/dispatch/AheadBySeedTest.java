package io.waxwing.broker.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.waxwing.broker.dispatch.GapBench.Made;
import io.waxwing.bus.delivery.StartFrom;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Subscribers that pass gaps, beside one that waits, against the ledger's own account. */
class AheadBySeedTest {
    private static final int SEEDS = Integer.getInteger("seeds", 100);

    /** Batches withheld, found and void, subscribers that are slow and away, at random. */
    private static final class World {
        private final SplittableRandom random;
        private final GapBench bench = new GapBench();
        private final GapClient passes = new GapClient(true, "t");
        private final GapClient comesAndGoes = new GapClient(true, "t");
        private final GapClient waits = new GapClient(false, "t");
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

        private void slow(GapClient client) {
            client.room = random.nextInt(4);
            resume(client);
        }

        private static void resume(GapClient client) {
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
            for (GapClient client : List.of(passes, comesAndGoes, waits)) {
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
            assertThat(onTimeOf(passes.seen)).isSortedAccordingTo(Comparator.comparingInt(order::indexOf));
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

package io.waxwing.broker.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** What is done to the members. */
final class Scenarios {
    static final int PROGRESS = 8;

    private Scenarios() {}

    static List<Scenario> all() {
        return List.of(
                new Scenario("delay 25 ms each way, 1 % lost", Scenarios::weather),
                new Scenario("one cut off from three", Scenarios::threeAndOne),
                new Scenario("two and two", Scenarios::twoAndTwo),
                new Scenario("kill -9 in the middle of its turn", Scenarios::kill),
                new Scenario("kill -9 of the leader of a view that stands still", Scenarios::killLeader),
                new Scenario("SIGSTOP for 30 s", Scenarios::pause),
                new Scenario("full disk", Scenarios::fullDisk),
                new Scenario("clock an hour ahead, then an hour behind", Scenarios::clock),
                new Scenario("data wiped, keys and votes kept", Scenarios::wiped),
                new Scenario("old backup of the data put back, keys and votes kept", Scenarios::oldData),
                new Scenario("old backup of everything put back, votes too", OldVotes::happen));
    }

    private static String weather(Lab lab) throws Exception {
        lab.weather(25, 1);
        long begin = System.nanoTime();
        for (LabNode node : lab.nodes) {
            lab.awaitOrdered(node.number(), PROGRESS);
        }
        String median = "acknowledged after " + lab.load().medianMs(begin) + " ms in the middle"
                + (lab.network.hasNetem() ? "" : " (delayed by relays: this kernel has no netem)");
        lab.calm();
        return median;
    }

    private static String threeAndOne(Lab lab) throws Exception {
        int alone = 4;
        lab.network.cut(alone);
        long pendingBefore = lab.load().durable(alone);
        // Of what was under way when the cable was pulled.
        Awaitility.await("the cut-off publisher is told that its events are durable only")
                .atMost(30, TimeUnit.SECONDS)
                .until(() -> lab.load().durable(alone) >= pendingBefore + 2);
        long finalBefore = lab.load().ordered(alone);
        for (int member = 1; member < alone; member++) {
            lab.awaitOrdered(member, PROGRESS);
        }
        assertThat(lab.load().ordered(alone))
                .as("nothing is final for the one alone")
                .isEqualTo(finalBefore);
        long healed = System.nanoTime();
        lab.network.heal();
        lab.awaitOrdered(alone, 1);
        return "three went on, the one was told 'durable', back " + ms(healed) + " ms after healing";
    }

    private static String twoAndTwo(Lab lab) throws Exception {
        lab.network.separate(3, 4);
        for (LabNode node : lab.nodes) {
            long before = lab.load().durable(node.number());
            Awaitility.await(node.name() + " is told that its events are durable only")
                    .atMost(30, TimeUnit.SECONDS)
                    .until(() -> lab.load().durable(node.number()) >= before + 2);
        }
        int finalBefore = lab.load().ordered().size();
        long before = lab.load().durable(1);
        Awaitility.await().atMost(30, TimeUnit.SECONDS).until(() -> lab.load().durable(1) > before);
        assertThat(lab.load().ordered()).as("nothing is final with two of four").hasSize(finalBefore);
        long healed = System.nanoTime();
        lab.network.heal();
        lab.awaitOrdered(1, 1);
        return "nothing became final, all were told 'durable', back " + ms(healed) + " ms after healing";
    }

    private static String kill(Lab lab) throws Exception {
        long seed = Long.getLong("seed", System.nanoTime());
        SplittableRandom random = new SplittableRandom(seed);
        long longest = 0;
        for (int member : new int[] {1, 4}) {
            lab.awaitOrdered(member, 1 + random.nextInt(4));
            long begin = System.nanoTime();
            // With a view per block and leaders in turn, a node under load is never far from its turn.
            lab.node(member).kill();
            for (LabNode node : lab.nodes) {
                if (node.number() != member) {
                    lab.awaitOrdered(node.number(), PROGRESS);
                }
            }
            longest = Math.max(longest, lab.load().longestPauseMs(begin));
            lab.node(member).start(Lab.settings(lab.node(member)));
            lab.settle();
        }
        return "longest pause " + longest + " ms, seed " + seed;
    }

    /** Two and two, so that no view can end; then the one whose turn it is dies, and the others meet again. */
    private static String killLeader(Lab lab) throws Exception {
        lab.network.separate(3, 4);
        LabNode leader = Awaitility.await("a view stands still, and its leader knows that it is its turn")
                .atMost(30, TimeUnit.SECONDS)
                .pollDelay(3, TimeUnit.SECONDS)
                .until(() -> lab.leaderOfTheLastView(), Objects::nonNull);
        double view = leader.metric(Lab.VIEW);
        leader.kill();
        lab.network.heal();
        long begin = System.nanoTime();
        for (LabNode node : lab.nodes) {
            if (node != leader) {
                lab.awaitOrdered(node.number(), PROGRESS);
            }
        }
        String told = leader.name() + " died in its view " + (long) view + "; all others went on within " + ms(begin)
                + " ms after they met again";
        leader.start(Lab.settings(leader));
        return told;
    }

    private static String pause(Lab lab) throws Exception {
        int paused = 2;
        lab.node(paused).signal("STOP");
        long begin = System.nanoTime();
        try {
            for (int member : new int[] {1, 3, 4}) {
                lab.awaitOrdered(member, PROGRESS);
            }
            Awaitility.await().atMost(40, TimeUnit.SECONDS).until(() -> ms(begin) >= 30_000);
        } finally {
            lab.node(paused).signal("CONT");
        }
        long awake = System.nanoTime();
        lab.awaitOrdered(paused, 2);
        return "the others went on, with a longest pause of " + lab.load().longestPauseMs(begin) + " ms; it was back "
                + ms(awake) + " ms after waking up";
    }

    private static String fullDisk(Lab lab) throws Exception {
        LabNode node = lab.node(Lab.ON_SMALL_DISK);
        Path filler = lab.smallDiskFolder().resolve("filler");
        Namespaces.run("sh", "-c", "head -c 1G /dev/zero > '" + filler + "' 2>/dev/null || true");
        try {
            HttpResponse<String> refused = Awaitility.await("its publishers are refused")
                    .atMost(30, TimeUnit.SECONDS)
                    .until(
                            () -> Objects.requireNonNull(node.publish("lab/full", "x", 1)),
                            answer -> answer.statusCode() == 503);
            assertThat(refused.body()).contains("WXW-2101");
            for (int member : new int[] {1, 2, 4}) {
                lab.awaitOrdered(member, PROGRESS);
            }
        } finally {
            Files.deleteIfExists(filler);
        }
        long freed = System.nanoTime();
        lab.awaitOrdered(node.number(), 1);
        return "its publishers were refused, the others went on, back " + ms(freed) + " ms after there was room";
    }

    private static String clock(Lab lab) throws Exception {
        if (!Lab.hasFaketime()) {
            return "NOT RUN: there is no libfaketime";
        }
        lab.ownClock();
        long begin = System.nanoTime();
        for (String offset : List.of("+3600", "-3600", "+0")) {
            lab.setClock(offset);
            for (LabNode node : lab.nodes) {
                lab.awaitOrdered(node.number(), PROGRESS);
            }
        }
        String told = "all went on, longest pause " + lab.load().longestPauseMs(begin) + " ms";
        lab.trueClockAgain();
        return told;
    }

    private static String wiped(Lab lab) throws Exception {
        LabNode node = lab.node(1);
        node.stop();
        Namespaces.run("rm", "-rf", node.data().database().toString());
        return comesBack(lab, node);
    }

    private static String oldData(Lab lab) throws Exception {
        LabNode node = lab.node(4);
        Path backup = lab.folder().resolve("backup");
        node.stop();
        Namespaces.run("cp", "-a", node.data().database().toString(), backup.toString());
        node.start(Lab.settings(node));
        lab.settle();
        lab.awaitOrdered(node.number(), PROGRESS);
        node.stop();
        Namespaces.run("rm", "-rf", node.data().database().toString());
        Namespaces.run("mv", backup.toString(), node.data().database().toString());
        return comesBack(lab, node);
    }

    /** A node that has signed more than it has: it must get the rest from the others before it signs again. */
    static String comesBack(Lab lab, LabNode node) throws Exception {
        lab.lostUnfinished(node.number());
        for (LabNode other : lab.nodes) {
            if (other.number() != node.number()) {
                lab.awaitOrdered(other.number(), PROGRESS);
            }
        }
        long begin = System.nanoTime();
        node.start(Lab.settings(node));
        lab.settle();
        return "the others went on; " + ms(begin) + " ms after its start it had everything and published again";
    }

    static long ms(long sinceNanos) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - sinceNanos);
    }
}

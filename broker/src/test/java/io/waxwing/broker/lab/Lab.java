package io.waxwing.broker.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.waxwing.broker.network.LocalNetwork;
import io.waxwing.ledger.control.Genesis;
import io.waxwing.ledger.control.Registry.Availability;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** Four members' nodes with their network and their load. */
final class Lab implements AutoCloseable {
    static final List<String> NAMES = List.of("bank-a", "bank-b", "insurer", "utility");
    /** The member whose data is on a disk of its own that can be filled. */
    static final int ON_SMALL_DISK = 3;
    /** The member whose clock can be set, if there is faketime. */
    static final int WITH_OWN_CLOCK = 2;

    private static final @Nullable Path FAKETIME = faketime();
    static final String VIEW = "waxwing_ledger_view";
    private static final int BASE_PORT = 21_000;

    final Namespaces network;
    final List<LabNode> nodes = new ArrayList<>();
    private final Path folder;
    private final Path smallDisk;
    private final Path clock;
    private final Set<Integer> lostTheirUnfinished = new HashSet<>();
    private @Nullable SteadyLoad load;

    Lab(Path folder) throws IOException, InterruptedException {
        this.folder = folder;
        this.clock = folder.resolve("clock");
        network = Namespaces.make(NAMES.size());
        List<String> hosts = new ArrayList<>();
        for (int member = 1; member <= NAMES.size(); member++) {
            hosts.add(Namespaces.peerAddress(member));
        }
        Genesis.Terms terms = new Genesis.Terms("lab.example", Availability.QUORUM, System.currentTimeMillis());
        LocalNetwork members =
                new LocalNetwork(folder, terms, LocalNetwork.freeBasePort(BASE_PORT, NAMES.size()), hosts);
        members.create(NAMES);
        for (int i = 0; i < NAMES.size(); i++) {
            Path own = folder.resolve(NAMES.get(i));
            nodes.add(new LabNode(i + 1, NAMES.get(i), own, members.ports(i), network));
        }
        smallDisk = smallDisk();
    }

    /** Moves a member's data to a file system in memory, keys aside. */
    private Path smallDisk() throws IOException, InterruptedException {
        Path data = node(ON_SMALL_DISK).data().data();
        Path beside = data.resolveSibling("before");
        Files.move(data, beside);
        Files.createDirectory(data);
        Namespaces.run("mount", "-t", "tmpfs", "-o", "size=400m", "tmpfs", data.toString());
        Namespaces.run("cp", "-a", beside + "/.", data.toString());
        return data;
    }

    void start() throws IOException {
        for (LabNode node : nodes) {
            node.start(settings(node));
        }
        nodes.forEach(LabNode::awaitReady);
        load = new SteadyLoad(nodes);
    }

    /** What a node is started with besides its own file. */
    static String[] settings(LabNode node) {
        // What a node publishes itself is to be under way in every scenario.
        String often = "audit.seal=2s";
        return node.number() == ON_SMALL_DISK ? new String[] {often, "store.reserve=64MiB"} : new String[] {often};
    }

    LabNode node(int number) {
        return nodes.get(number - 1);
    }

    SteadyLoad load() {
        return java.util.Objects.requireNonNull(load, "was started");
    }

    Path folder() {
        return folder;
    }

    Path smallDiskFolder() {
        return smallDisk;
    }

    static boolean hasFaketime() {
        return FAKETIME != null;
    }

    /** Where Debian's package has it, whatever the processor; null if it is not installed. */
    private static @Nullable Path faketime() {
        try (Stream<Path> libraries = Files.list(Path.of("/usr/lib"))) {
            return libraries
                    .map(folder -> folder.resolve("faketime/libfaketimeMT.so.1"))
                    .filter(Files::exists)
                    .findFirst()
                    .orElse(null);
        } catch (IOException e) {
            return null;
        }
    }

    /** Sets the clock of {@link #WITH_OWN_CLOCK}, relative to the true one. */
    void setClock(String offset) throws IOException {
        Path next = folder.resolve("clock.next");
        Files.writeString(next, offset + "\n");
        Files.move(next, clock, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    }

    /** Starts {@link #WITH_OWN_CLOCK} again, with a clock that can be set. */
    void ownClock() throws IOException, InterruptedException {
        setClock("+0");
        LabNode node = node(WITH_OWN_CLOCK);
        node.environment("LD_PRELOAD", String.valueOf(FAKETIME));
        node.environment("FAKETIME_TIMESTAMP_FILE", clock.toString());
        // Seconds; to look at every reading of the clock would keep the node busy.
        node.environment("FAKETIME_CACHE_DURATION", "1");
        node.environment("FAKETIME_DONT_FAKE_MONOTONIC", "1");
        node.stop();
        node.start(settings(node));
        settle();
    }

    /** Starts it without: the JVM's timed waits do not survive such a clock, and spin. */
    void trueClockAgain() throws IOException, InterruptedException {
        LabNode node = node(WITH_OWN_CLOCK);
        node.stop();
        node.trueClock();
        node.start(settings(node));
    }

    /** Delay and loss between all members, by the kernel or by the relays. */
    void weather(int delayMs, int lossPercent) throws IOException, InterruptedException {
        if (network.hasNetem()) {
            network.weather(delayMs, lossPercent);
        } else {
            for (LabNode node : nodes) {
                node.weather(delayMs, lossPercent);
            }
        }
    }

    void calm() throws IOException, InterruptedException {
        if (network.hasNetem()) {
            network.calm();
        } else {
            weather(0, 0);
        }
    }

    /** A member whose data was taken away: what it had promised and not yet brought to the ledger is gone with it. */
    void lostUnfinished(int member) {
        lostTheirUnfinished.add(member);
    }

    /** Waits until a publisher is told of so many more final events. */
    void awaitOrdered(int member, int more) {
        long before = load().ordered(member);
        Awaitility.await("final events of " + node(member).name())
                .atMost(60, TimeUnit.SECONDS)
                .pollInterval(50, TimeUnit.MILLISECONDS)
                .until(() -> load().ordered(member) >= before + more);
    }

    /** Waits until all nodes are ready, every publisher gets answers and nobody is left behind. */
    void settle() {
        nodes.forEach(LabNode::awaitReady);
        nodes.forEach(node -> awaitOrdered(node.number(), 2));
        double height = nodes.stream()
                .mapToDouble(node -> node.metric("waxwing_ledger_height"))
                .max()
                .orElseThrow();
        for (LabNode node : nodes) {
            Awaitility.await(node.name() + " is at height " + (long) height)
                    .atMost(60, TimeUnit.SECONDS)
                    .until(() -> node.metric("waxwing_ledger_height") >= height);
        }
    }

    /** The node that is in the highest view of all and has to propose in it; null if there is none. */
    @Nullable LabNode leaderOfTheLastView() {
        double last =
                nodes.stream().mapToDouble(node -> node.metric(VIEW)).max().orElseThrow();
        for (LabNode node : nodes) {
            if (node.metric("waxwing_ledger_leading") == 1 && node.metric(VIEW) == last) {
                return node;
            }
        }
        return null;
    }

    /** All that the oracle knows to ask. The nodes are stopped then. */
    String judge() throws IOException, InterruptedException {
        load().close();
        Oracle oracle = new Oracle(nodes, load());
        oracle.everyNodeHasTheSameHistory(lostTheirUnfinished);
        oracle.everyAcknowledgementNamesItsEvent();
        oracle.theLedgersOrderIsThatOfRealTime();
        var receipts = oracle.receipts();
        for (LabNode node : nodes) {
            node.stop();
        }
        byte[] trust = Files.readAllBytes(node(1).data().trustPolicy());
        oracle.everyReceiptHolds(receipts, trust);
        assertThat(receipts).isNotEmpty();
        return load().ordered().size() + " acknowledged as final, "
                + load().durable().size()
                + " as durable; " + receipts.size() + " events, one position each at all nodes, in the order of real"
                + " time, all receipts hold with all nodes stopped";
    }

    /** Copies what the nodes logged, count and do at this moment, into a folder of its own below the given one. */
    void keepEvidence(Path below) throws IOException, InterruptedException {
        Path kept = Files.createDirectories(below.resolve(Long.toString(System.currentTimeMillis())));
        for (LabNode node : nodes) {
            node.keepEvidence(Files.createDirectory(kept.resolve(node.name())));
        }
        System.out.println("NamespacesIT: logs, metrics and stacks of the nodes are in " + kept);
    }

    @Override
    public void close() {
        if (load != null) {
            load.close();
        }
        nodes.forEach(LabNode::close);
        network.close();
        try {
            Namespaces.run("umount", "-l", smallDisk.toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

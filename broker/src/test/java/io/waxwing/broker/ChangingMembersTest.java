package io.waxwing.broker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.waxwing.ledger.control.Genesis;
import io.waxwing.ledger.control.Registry.Availability;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/**
 * A member joins, one leaves, one changes its keys, by commands and while events go on; nothing is lost or unproven.
 */
class ChangingMembersTest {
    private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(90);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @SuppressWarnings("NullAway.Init")
    private FourNodes four;

    private final List<Load> loads = new ArrayList<>();

    @BeforeEach
    void begin() {
        Genesis.Terms terms = new Genesis.Terms("ledger.example", Availability.QUORUM, 1_760_000_000_000L);
        four = new FourNodes(folder, terms, List.of(), Map.of());
    }

    @AfterEach
    void end() {
        loads.forEach(Load::close);
        four.close();
    }

    /** Runs a command and gives what it printed. */
    private static String waxwing(String... arguments) {
        StringWriter out = new StringWriter();
        CommandLine line = Main.commandLine();
        line.setOut(new PrintWriter(out));
        line.setErr(new PrintWriter(out));
        assertThat(line.execute(arguments)).as(out.toString()).isZero();
        return out.toString();
    }

    private String member(String name, String... arguments) {
        String[] all = new String[arguments.length + 5];
        all[0] = "member";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        all[arguments.length + 1] = "--url";
        all[arguments.length + 2] = four.at(name, "").toString();
        all[arguments.length + 3] = "--token";
        all[arguments.length + 4] = four.of(name).resolve("data/operator.token").toString();
        return waxwing(all);
    }

    private JsonNode members(String name) throws Exception {
        return new ObjectMapper().readTree(four.get(name, "/v1/members").body());
    }

    private void awaitEpoch(int epoch, String... names) throws Exception {
        long deadline = System.nanoTime() + LIMIT_NANOS;
        for (String name : names) {
            while (members(name).path("epoch").asInt() < epoch && System.nanoTime() < deadline) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
            }
            assertThat(members(name).path("epoch").asInt())
                    .as("epoch at " + name)
                    .isEqualTo(epoch);
        }
    }

    /** What one has proposed reaches another, who approves it. */
    private void approve(String proposed, String... names) {
        String id = proposed.substring("proposed ".length(), "proposed ".length() + 64);
        long deadline = System.nanoTime() + LIMIT_NANOS;
        for (String name : names) {
            String url = four.at(name, "").toString();
            while (!waxwing("member", "proposals", "-o", "json", "--url", url).contains(id)
                    && System.nanoTime() < deadline) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
            }
            assertThat(member(name, "vote", id.substring(0, 12))).contains("approved " + id);
        }
    }

    /** Publishes one event after the other to a topic of its own until it is ended. */
    private final class Load implements AutoCloseable {
        private final String topic;
        private final AtomicInteger published = new AtomicInteger();
        private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        private final Thread thread;
        private volatile boolean publishing = true;

        Load(String name) {
            topic = "load/" + name;
            thread = new Thread(() -> {
                try {
                    while (publishing) {
                        four.publish(name, topic, topic + published.get(), "60");
                        published.incrementAndGet();
                    }
                } catch (Exception | AssertionError e) {
                    failure.set(e);
                }
            });
            thread.start();
            loads.add(this);
        }

        void end() throws InterruptedException {
            publishing = false;
            thread.join();
            assertThat(failure.get()).as("the publisher's failure").isNull();
            assertThat(published.get()).isPositive();
        }

        @Override
        public void close() {
            publishing = false;
        }
    }

    private static int freePort() throws Exception {
        try (ServerSocket any = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return any.getLocalPort();
        }
    }

    @Test
    void oneJoinsOneLeavesAndOneRotatesItsKeysWhileEventsGoOn() throws Exception {
        String first =
                four.publish("bank-a", "t", "of-epoch-0", "30").path("eventId").asText();
        Load load = new Load("bank-b");

        joins();

        approve(member("bank-a", "propose-remove", "utility"), "bank-b", "insurer", "fifth");
        awaitEpoch(2, "bank-a", "bank-b", "insurer", "fifth");
        assertThat(members("fifth").path("validators").asInt()).isEqualTo(4);
        four.publish("fifth", "t", "without-utility", "60");

        Load ofInsurer = rotates();
        // Of four validators three are enough, so the rotated keys are needed without this one.
        four.stop("bank-a");
        four.publish("insurer", "t", "with-other-keys", "60");

        load.end();
        ofInsurer.end();
        List<String> order = four.historyOf("bank-b", load.topic, load.published.get());
        List<String> ofRotated = four.historyOf("bank-b", ofInsurer.topic, ofInsurer.published.get());
        for (String name : List.of("insurer", "fifth")) {
            assertThat(four.historyOf(name, load.topic, load.published.get())).isEqualTo(order);
            assertThat(four.historyOf(name, ofInsurer.topic, ofInsurer.published.get()))
                    .isEqualTo(ofRotated);
            for (String event : List.of(ofRotated.get(0), ofRotated.get(ofRotated.size() - 1))) {
                four.verify(four.receipt(name, event.substring(0, event.indexOf(' '))));
            }
            assertThat(four.historyOf(name, "t", 4)).isEqualTo(four.historyOf("bank-b", "t", 4));
            for (String event : four.history(name, "t")) {
                four.verify(four.receipt(name, event.substring(0, event.indexOf(' '))));
            }
        }
        four.verify(four.receipt("fifth", first));
    }

    private void joins() throws Exception {
        String data = four.of("fifth").resolve("data").toString();
        String join = folder.resolve("fifth.join").toString();
        waxwing("key", "gen", "--keys", data + "/keys");
        waxwing("network", "join", "--name", "fifth", "--peer", "127.0.0.1:" + freePort(), "--data", data, "-o", join);
        approve(member("bank-a", "propose-add", join), "bank-b", "insurer");
        awaitEpoch(1, "bank-a", "bank-b", "insurer", "utility");
        String chain = folder.resolve("trust.chain").toString();
        waxwing(
                "member",
                "export-trust",
                "-o",
                chain,
                "--url",
                four.at("bank-b", "").toString());
        String genesis = four.of("bank-a").resolve("data/network.genesis").toString();
        assertThat(waxwing("genesis", "install", genesis, "--chain", chain, "--data", data))
                .contains("is that of fifth");
        Files.writeString(
                four.of("fifth").resolve("waxwing.yaml"), "institution: fifth\nledger:\n  origin: ledger.example\n");
        four.start("fifth");
        awaitEpoch(1, "fifth");
        four.publish("fifth", "t", "from-the-fifth", "60");
        assertThat(four.historyOf("utility", "t", 2).get(1)).endsWith("from-the-fifth");
    }

    /**
     * All its keys, while it publishes itself: batches that the old key signed and that are not final are signed anew.
     */
    private Load rotates() throws Exception {
        String insurer = four.of("insurer").resolve("data").toString();
        waxwing("key", "rotate", "--data", insurer);
        four.stop("insurer");
        four.start("insurer");
        Load load = new Load("insurer");
        String again = folder.resolve("insurer.join").toString();
        String peer = peerOf("insurer");
        waxwing(
                "network",
                "join",
                "--name",
                "insurer",
                "--peer",
                peer,
                "--data",
                insurer,
                "--keys",
                insurer + "/keys/2",
                "-o",
                again);
        approve(member("insurer", "propose-replace", again), "bank-b", "fifth");
        awaitEpoch(3, "bank-a", "bank-b", "insurer", "fifth");
        return load;
    }

    private String peerOf(String name) throws Exception {
        for (JsonNode member : members("bank-a").path("members")) {
            if (member.path("name").asText().equals(name)) {
                return member.path("origins").get(0).path("peer").asText();
            }
        }
        throw new AssertionError("no member " + name);
    }
}

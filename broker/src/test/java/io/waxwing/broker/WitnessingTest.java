package io.waxwing.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Counter;
import io.waxwing.broker.config.ConfigLoader;
import io.waxwing.ledger.note.Checkpoint;
import io.waxwing.ledger.note.Cosignature;
import io.waxwing.ledger.note.NoteKey;
import io.waxwing.ledger.note.SignedNote;
import io.waxwing.ledger.note.TrustPolicy;
import io.waxwing.ledger.sign.JdkSignatureCheck;
import io.waxwing.ledger.verify.CheckpointCheck;
import io.waxwing.ledger.witness.AddCheckpoint;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node of one ledger is the witness of another one's, both whole nodes with HTTP between them. */
class WitnessingTest {
    private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final HttpClient http = HttpClient.newHttpClient();

    @TempDir
    private Path folder = Path.of("");

    private @Nullable Broker ledger;
    private @Nullable Broker witness;

    @AfterEach
    void stop() {
        for (Broker node : new Broker[] {ledger, witness}) {
            if (node != null) {
                node.stop();
            }
        }
    }

    private Broker start(String name, String yaml) throws IOException {
        Path file = Files.writeString(folder.resolve(name + ".yaml"), yaml);
        Map<String, String> settings = Map.of(
                "institution", name,
                "ledger.origin", name + ".example",
                "ledger.heartbeat", "0s",
                "listeners.mqtt.port", "0",
                "listeners.http.port", "0",
                "listeners.stomp.port", "0",
                "outside.interval", "20ms");
        return Broker.start(BrokerFolder.of(folder.resolve(name), null), ConfigLoader.load(file, Map.of(), settings));
    }

    private Broker startLedger(String more) throws IOException {
        ledger = start("log", more);
        return ledger;
    }

    private void stopLedger() {
        Objects.requireNonNull(ledger).stop();
        ledger = null;
    }

    private static URI uri(@Nullable Broker node, String path) {
        InetSocketAddress at =
                Objects.requireNonNull(Objects.requireNonNull(node).listeners().get("http"));
        return URI.create("http://127.0.0.1:" + at.getPort() + path);
    }

    private HttpResponse<String> get(@Nullable Broker node, String path) throws Exception {
        return http.send(HttpRequest.newBuilder(uri(node, path)).build(), HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> post(@Nullable Broker node, String path, byte[] body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(uri(node, path))
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build();
        return http.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private void publish(String payload) throws Exception {
        byte[] body = payload.getBytes(StandardCharsets.UTF_8);
        assertThat(post(ledger, "/v1/topics/t/events?wait=ordered", body).statusCode())
                .isEqualTo(201);
    }

    private static void until(BooleanSupplier holds) {
        long deadline = System.nanoTime() + LIMIT_NANOS;
        while (!holds.getAsBoolean() && System.nanoTime() < deadline) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        }
        assertThat(holds.getAsBoolean()).isTrue();
    }

    private double failures(String code) {
        return Objects.requireNonNull(ledger)
                .metrics()
                .find("waxwing.outside.failures")
                .tag("code", code)
                .counters()
                .stream()
                .mapToDouble(Counter::count)
                .sum();
    }

    private long witnessedSize() {
        try {
            HttpResponse<String> answer = get(ledger, "/ledger/checkpoint/witnessed");
            return answer.statusCode() == 404 ? 0 : sizeOf(answer.body());
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static long sizeOf(String note) {
        return Checkpoint.parse(
                        SignedNote.parse(note.getBytes(StandardCharsets.UTF_8)).text())
                .treeSize();
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        }
    }

    /** Two nodes that know each other; returns what the ledger's node has to be started with. */
    private String introduced() throws Exception {
        startLedger("");
        publish("one");
        String trust = Files.readString(folder.resolve("log").resolve("trust.policy"));
        String logKey = trust.lines()
                .filter(line -> line.startsWith("log "))
                .map(line -> line.substring("log ".length()))
                .findFirst()
                .orElseThrow();
        witness = start("other", "witness:\n  logs:\n    - { vkey: \"" + logKey + "\" }\n");
        String witnessKey = get(witness, "/ledger/witness").body().strip();
        assertThat(witnessKey).startsWith("other.witness.other.example+");
        stopLedger();
        return "outside:\n  witnesses:\n    - { url: \"" + uri(witness, "/ledger") + "\", vkey: \"" + witnessKey
                + "\" }\n";
    }

    @Test
    void checkpointsAreCosignedAndServedForAnybodyWhoKnowsBothKeys() throws Exception {
        String outside = introduced();
        assertThat(get(witness, "/ledger/checkpoint/witnessed").statusCode()).isEqualTo(404);
        startLedger(outside);
        publish("two");
        long size = sizeOf(get(ledger, "/ledger/checkpoint").body());
        until(() -> witnessedSize() >= size);
        String note = get(ledger, "/ledger/checkpoint/witnessed").body();
        SignedNote signed = SignedNote.parse(note.getBytes(StandardCharsets.UTF_8));
        NoteKey key = NoteKey.parse(get(witness, "/ledger/witness").body().strip());
        String policy = Files.readString(folder.resolve("log").resolve("trust.policy"))
                .replaceFirst(
                        "(?m)^quorum (.*)$",
                        "witness outside " + key.vkey() + "\ngroup both all $1 outside\nquorum both");
        var verified = new CheckpointCheck(
                        TrustPolicy.parse(policy.getBytes(StandardCharsets.UTF_8)), new JdkSignatureCheck())
                .verify(signed);
        assertThat(verified.cosigners()).contains("outside");
        assertThat(signed.signatures().stream()
                        .filter(line -> Cosignature.verify(
                                line, key, Checkpoint.parse(signed.text()), new JdkSignatureCheck())))
                .hasSize(1);
        // What was witnessed is served again after a restart.
        stopLedger();
        startLedger("");
        assertThat(witnessedSize()).isGreaterThanOrEqualTo(size);
        assertThat(get(ledger, "/ledger/checkpoint").headers().firstValue("content-type"))
                .isEqualTo(get(ledger, "/ledger/checkpoint/witnessed").headers().firstValue("content-type"));
    }

    @Test
    void aLedgerThatIsRolledBackOrForkedIsNotCosignedAnyMore() throws Exception {
        String outside = introduced();
        copy(folder.resolve("log"), folder.resolve("backup"));
        startLedger(outside);
        for (int i = 0; i < 3; i++) {
            publish("true history " + i);
        }
        long size = sizeOf(get(ledger, "/ledger/checkpoint").body());
        until(() -> witnessedSize() >= size);
        stopLedger();
        Files.move(folder.resolve("log"), folder.resolve("gone"));
        Files.move(folder.resolve("backup"), folder.resolve("log"));
        startLedger(outside);
        until(() -> failures("WXW-3213") > 0);
        SignedNote old =
                SignedNote.parse(get(ledger, "/ledger/checkpoint").body().getBytes(StandardCharsets.UTF_8));
        HttpResponse<String> refused = post(
                witness,
                "/ledger/add-checkpoint",
                AddCheckpoint.of(0, List.of(), old).encode());
        assertThat(refused.statusCode()).isEqualTo(409);
        assertThat(refused.headers().firstValue("content-type")).contains("text/x.tlog.size");
        // The checkpoint of the last event may have come after the one that was asked for.
        assertThat(Long.parseLong(refused.body().strip())).isGreaterThanOrEqualTo(size);
        for (int i = 0; i < 8; i++) {
            publish("another history " + i);
        }
        until(() -> failures("WXW-3212") > 0);
        assertThat(witnessedSize()).isZero();
        assertThat(post(
                                witness,
                                "/ledger/add-checkpoint",
                                AddCheckpoint.of(0, List.of(), old).encode())
                        .body())
                .isEqualTo(refused.body());
    }
}

package io.waxwing.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.waxwing.broker.config.BrokerConfig;
import io.waxwing.broker.config.ConfigLoader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Backups of a node that runs and of one that stands, and what comes back from them. */
class BackupTest {
    private static final BrokerConfig CONFIG = ConfigLoader.load(
            null,
            Map.of(),
            Map.of(
                    "listeners.mqtt.port", "0",
                    "listeners.http.port", "0",
                    "listeners.stomp.port", "0"));

    private final HttpClient http = HttpClient.newHttpClient();

    @TempDir
    private Path folder = Path.of("");

    private Path data() {
        return folder.resolve("data");
    }

    private static String url(Broker node) {
        return "http://127.0.0.1:"
                + Objects.requireNonNull(node.listeners().get("http")).getPort();
    }

    private String publish(Broker node, String content) throws Exception {
        HttpResponse<String> answer = http.send(
                HttpRequest.newBuilder(URI.create(url(node) + "/v1/topics/a/events"))
                        .POST(HttpRequest.BodyPublishers.ofString(content))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        return answer.headers().firstValue("location").orElseThrow();
    }

    private String get(Broker node, String path) throws Exception {
        return http.send(
                        HttpRequest.newBuilder(URI.create(url(node) + path)).build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
    }

    private static String waxwing(Object... arguments) {
        StringWriter output = new StringWriter();
        CommandLine line = Main.commandLine();
        PrintWriter writer = new PrintWriter(output, true);
        line.setOut(writer);
        line.setErr(writer);
        int code = line.execute(Stream.of(arguments).map(Object::toString).toArray(String[]::new));
        return "exit " + code + "\n" + output;
    }

    @Test
    void aRunningNodeIsCopiedAtOneMomentAndComesBackWithAllThatWasAcknowledgedBefore() throws Exception {
        String before;
        String after;
        Path backup = folder.resolve("backup");
        Broker node = Broker.start(BrokerFolder.of(data(), null), CONFIG);
        try {
            before = publish(node, "before");
            assertThat(waxwing("server", "backup", "-o", backup, "--data", data(), "--url", url(node)))
                    .startsWith("exit 0")
                    .contains("without keys");
            after = publish(node, "after");
            assertThat(waxwing("server", "check", "--data", data()))
                    .as("politely")
                    .startsWith("exit 1")
                    .contains("WXW-2103", "a node runs on it");
        } finally {
            node.stop();
        }
        try (Stream<Path> left = Files.list(data())) {
            assertThat(left).noneMatch(path -> path.getFileName().toString().startsWith("backup"));
        }
        assertThat(waxwing("server", "restore", backup, "--data", data()))
                .as("never over something")
                .startsWith("exit 1")
                .contains("WXW-2111");
        Path other = folder.resolve("other");
        assertThat(waxwing("server", "restore", backup, "--data", other)).startsWith("exit 0");
        assertThat(waxwing("server", "check", "--data", other))
                .startsWith("exit 0")
                .contains("RESULT   OK");
        assertThat(other.resolve("keys")).doesNotExist();
        assertThat(waxwing("server", "check", "--data", other, "--keys", data().resolve("keys")))
                .startsWith("exit 3")
                .contains("votes    WXW-3103 the key has signed");
        assertThat(other.resolve("operator.token")).doesNotExist();
        assertThat(waxwing("server", "run", "--data", other, "--keys", data().resolve("keys"), "--stop-when-ready"))
                .as("the keys remember what was signed after the backup")
                .startsWith("exit 1")
                .containsPattern("WXW-3105|WXW-2104 .* does not give batch 2");
        assertThat(before).isNotEqualTo(after);
    }

    @Test
    void aLedgerOfOneComesBackWithItsKeysIfTheLossIsAccepted() throws Exception {
        String before;
        Path backup = folder.resolve("backup");
        Broker node = Broker.start(BrokerFolder.of(data(), null), CONFIG);
        try {
            before = publish(node, "before");
            assertThat(waxwing("server", "backup", "-o", backup, "--data", data(), "--url", url(node), "--with-keys"))
                    .startsWith("exit 0");
        } finally {
            node.stop();
        }
        Path other = folder.resolve("other");
        assertThat(waxwing("server", "restore", backup, "--data", other))
                .startsWith("exit 1")
                .contains("WXW-2112");
        assertThat(other).doesNotExist();
        assertThat(waxwing("server", "restore", backup, "--data", other, "--accept-loss"))
                .startsWith("exit 0");
        assertThat(Files.getPosixFilePermissions(other.resolve("keys").resolve("vote.key")))
                .hasSize(2);
        Broker again = Broker.start(BrokerFolder.of(other, null), CONFIG);
        try {
            assertThat(get(again, before)).contains("data_base64\":\"YmVmb3Jl");
            publish(again, "goes on");
        } finally {
            again.stop();
        }
        assertThat(waxwing("server", "check", "--data", other)).startsWith("exit 0");
        assertThat(Files.readString(BrokerFolder.of(other, null).auditLog()))
                .contains("\"who\":\"$command\"", "\"act\":\"restore\"", "loss accepted");
    }

    @Test
    void backupsUnderLoadHaveWhateverWasAcknowledgedBeforeTheyWereAskedFor() throws Exception {
        List<String> acknowledged = new CopyOnWriteArrayList<>();
        AtomicBoolean over = new AtomicBoolean();
        Broker node = Broker.start(BrokerFolder.of(data(), null), CONFIG);
        List<CompletableFuture<Void>> publishers = new ArrayList<>();
        int before = 0;
        Path backup = folder;
        try {
            for (int i = 0; i < 4; i++) {
                publishers.add(CompletableFuture.runAsync(() -> {
                    while (!over.get()) {
                        acknowledged.add(publishUnchecked(node));
                    }
                }));
            }
            for (int round = 0; round < 3; round++) {
                int wanted = acknowledged.size() + 50;
                await().until(() -> acknowledged.size() >= wanted);
                before = acknowledged.size();
                backup = folder.resolve("backup" + round);
                assertThat(waxwing(
                                "server", "backup", "-o", backup, "--data", data(), "--url", url(node), "--with-keys"))
                        .startsWith("exit 0");
            }
        } finally {
            over.set(true);
            publishers.forEach(CompletableFuture::join);
            node.stop();
        }
        assertThat(acknowledged.size()).as("published while the copy was made").isGreaterThan(before);
        Path other = folder.resolve("other");
        assertThat(waxwing("server", "restore", backup, "--data", other, "--accept-loss"))
                .startsWith("exit 0");
        Broker again = Broker.start(BrokerFolder.of(other, null), CONFIG);
        try {
            for (String place : acknowledged.subList(0, before)) {
                assertThat(get(again, place)).contains("data_base64\":\"bG9hZA");
            }
            publish(again, "goes on");
        } finally {
            again.stop();
        }
        assertThat(waxwing("server", "check", "--data", other)).startsWith("exit 0");
    }

    private String publishUnchecked(Broker node) {
        try {
            return publish(node, "load");
        } catch (Exception failed) {
            throw new IllegalStateException(failed);
        }
    }

    @Test
    void aByteThatFlippedAFileTooManyAndOneThatIsMissingAreNamed() throws Exception {
        Broker.start(BrokerFolder.of(data(), null), CONFIG).stop();
        Path backup = folder.resolve("backup");
        assertThat(waxwing("server", "backup", "-o", backup, "--data", data())).startsWith("exit 0");
        assertThat(waxwing("server", "backup", "-o", backup, "--data", data())).contains("WXW-2111");
        assertThat(waxwing("server", "restore", backup, "--verify-only")).startsWith("exit 0");
        List<Path> files;
        try (Stream<Path> all = Files.walk(backup)) {
            files = all.filter(Files::isRegularFile).sorted().toList();
        }
        for (Path file : files) {
            byte[] whole = Files.readAllBytes(file);
            if (whole.length == 0) {
                continue;
            }
            byte[] flipped = whole.clone();
            flipped[whole.length / 2] ^= 1;
            Files.write(file, flipped);
            String said = waxwing("server", "restore", backup, "--data", folder.resolve("other"));
            assertThat(said)
                    .as(file.toString())
                    .startsWith("exit 1")
                    .contains("WXW-2110", file.getFileName().toString());
            Files.delete(file);
            assertThat(waxwing("server", "restore", backup, "--verify-only")).contains("WXW-2110");
            Files.write(file, whole);
        }
        assertThat(folder.resolve("other")).doesNotExist();
        Path more = Files.writeString(backup.resolve("data").resolve("more"), "x");
        assertThat(waxwing("server", "restore", backup, "--verify-only"))
                .contains("WXW-2110", "data/more is there, but not in the manifest");
        Files.delete(more);
        assertThat(waxwing("server", "restore", backup, "--data", folder.resolve("other")))
                .startsWith("exit 0");
    }

    @Test
    void aManifestCannotLeadOutOfTheFolder() throws IOException {
        for (String name : List.of("data/../../out", "/etc/out", "data//out", "../out", "out")) {
            Path backup = Files.createDirectories(folder.resolve("backup"));
            String lines = "waxwing-backup v1\ntaken now\nformat 6\nledger " + "00".repeat(32)
                    + "\nmembers alone\nheight 0\nleaves 2\njournal 0\nposition 1\nkeys without\nfile "
                    + "00".repeat(32) + " 0 " + name + "\n";
            lines = lines.replace("format 6", "format " + io.waxwing.broker.store.Database.FORMAT);
            byte[] sum = io.waxwing.ledger.hash.Sha256.digest(lines.getBytes(StandardCharsets.UTF_8))
                    .toBytes();
            Files.writeString(
                    backup.resolve("MANIFEST"),
                    lines + "sha256 " + java.util.HexFormat.of().formatHex(sum) + "\n");
            assertThat(waxwing("server", "restore", backup, "--data", folder.resolve("other")))
                    .as(name)
                    .startsWith("exit 1")
                    .contains("WXW-2110");
        }
    }

    @Test
    void aBackupOfANewerVersionIsRefused() throws IOException {
        Path backup = Files.createDirectories(folder.resolve("backup"));
        String lines = "waxwing-backup v1\ntaken now\nformat 999\nledger " + "00".repeat(32)
                + "\nmembers alone\nheight 0\nleaves 2\njournal 0\nposition 1\nkeys without\n";
        byte[] sum = io.waxwing.ledger.hash.Sha256.digest(lines.getBytes(StandardCharsets.UTF_8))
                .toBytes();
        Files.writeString(
                backup.resolve("MANIFEST"),
                lines + "sha256 " + java.util.HexFormat.of().formatHex(sum) + "\n");
        assertThat(waxwing("server", "restore", backup, "--data", folder.resolve("other")))
                .startsWith("exit 1")
                .contains("WXW-2102", "a newer version wrote it");
    }
}

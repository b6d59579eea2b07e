package io.waxwing.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.waxwing.broker.config.ConfigLoader;
import io.waxwing.cli.Waxwing;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code waxwing file} against a whole node. */
class FileCommandTest {
    @TempDir
    private Path folder = Path.of("");

    private Broker node;
    private String url;

    @BeforeEach
    void start() {
        node = Broker.start(
                BrokerFolder.of(folder.resolve("data"), null),
                ConfigLoader.load(
                        null,
                        Map.of(),
                        Map.of(
                                "listeners.mqtt.port", "0",
                                "listeners.http.port", "0",
                                "listeners.stomp.port", "0",
                                "store.reserve", "1MiB")));
        InetSocketAddress http = Objects.requireNonNull(node.listeners().get("http"));
        url = "http://127.0.0.1:" + http.getPort();
    }

    @AfterEach
    void stop() {
        node.stop();
    }

    private record Result(int exitCode, String out, String err) {}

    private Result run(String... words) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine line = Waxwing.commandLine();
        line.setOut(new PrintWriter(out));
        line.setErr(new PrintWriter(err));
        List<String> all = new ArrayList<>(List.of("file"));
        all.addAll(List.of(words));
        all.addAll(List.of("--url", url));
        int exitCode = line.execute(all.toArray(String[]::new));
        return new Result(exitCode, out.toString().strip(), err.toString());
    }

    private Path file(String name, int size) throws Exception {
        byte[] content = new byte[size];
        new Random(size).nextBytes(content);
        return Files.write(folder.resolve(name), content);
    }

    private Result get(String eventId, Path to, String... more) {
        List<String> words = new ArrayList<>(List.of("get", eventId, "-o", to.toString()));
        words.addAll(List.of(more));
        return run(words.toArray(String[]::new));
    }

    @Test
    void whatIsSentIsGotVerifiedByTheReceiptAndListed() throws Exception {
        Path sent = file("scan.png", 2_000_003);
        Result sending = run("send", "visits", sent.toString());
        assertThat(sending.exitCode()).as(sending.err()).isZero();
        assertThat(sending.err()).contains("1.9 MiB of 1.9 MiB  100%", "4 of 4 chunks sent");
        Path got = folder.resolve("got.png");
        Result getting = get(
                sending.out(),
                got,
                "--verify",
                "--trust",
                folder.resolve("data/trust.policy").toString());
        assertThat(getting.exitCode()).as(getting.err()).isZero();
        assertThat(getting.out()).contains("verified", "proved by the ledger");
        assertThat(getting.err()).contains("4 of 4 chunks verified");
        assertThat(got).hasSameBinaryContentAs(sent);
        assertThat(folder.resolve("got.png.part")).doesNotExist();
        assertThat(run("ls", "visits").out()).contains(sending.out(), "image/png", "scan.png");
        assertThat(run("show", sending.out()).out()).contains("4 of 4 are at this node");
    }

    @Test
    void anEmptyFileIsAFile() throws Exception {
        Result sending = run("send", "visits", file("empty", 0).toString());
        assertThat(get(sending.out(), folder.resolve("got")).exitCode()).isZero();
        assertThat(folder.resolve("got")).isEmptyFile();
    }

    @Test
    void gettingGoesOnWithWhatIsThereAndOverwritesWhatIsWrongInIt() throws Exception {
        Path sent = file("scan.png", 2_000_003);
        String eventId = run("send", "visits", sent.toString()).out();
        byte[] half = Arrays.copyOf(Files.readAllBytes(sent), 1_200_000);
        half[100] ^= 1;
        Files.write(folder.resolve("got.part"), half);
        Result getting = get(eventId, folder.resolve("got"));
        assertThat(getting.exitCode()).as(getting.err()).isZero();
        assertThat(folder.resolve("got")).hasSameBinaryContentAs(sent);
    }

    @Test
    void sendingGoesOnWithWhatTheNodeHas() throws Exception {
        Path sent = file("scan.png", 2_000_003);
        // An upload that another try has begun: the same file, root and chunks, two of four brought.
        FileClient client = new FileClient(path -> URI.create(url + path));
        String root = rootOf(sent);
        String id = client.json(
                        "POST",
                        "/v1/files",
                        ("{\"topic\":\"visits\",\"name\":\"scan.png\",\"size\":2000003,\"chunkSize\":524288,"
                                        + "\"mediaType\":\"image/png\",\"root\":\"" + root + "\"}")
                                .getBytes())
                .path("file")
                .asText();
        byte[] content = Files.readAllBytes(sent);
        for (int chunk : List.of(0, 2)) {
            byte[] bytes = Arrays.copyOfRange(content, chunk * 524_288, (chunk + 1) * 524_288);
            client.send("PUT", "/v1/files/" + id + "/chunks/" + chunk, bytes);
        }
        Result sending = run("send", "visits", sent.toString());
        assertThat(sending.exitCode()).as(sending.err()).isZero();
        assertThat(client.json("GET", "/v1/files/" + sending.out(), new byte[0])
                        .path("file")
                        .asText())
                .isEqualTo(id);
    }

    private String rootOf(Path file) throws Exception {
        String other = run("send", "other", file.toString()).out();
        return new FileClient(path -> URI.create(url + path))
                .json("GET", "/v1/files/" + other, new byte[0])
                .path("root")
                .asText();
    }

    @Test
    void nothingIsOverwrittenAndWrongNamesAreSaid() throws Exception {
        Path there = file("there", 3);
        String eventId = run("send", "visits", there.toString()).out();
        Result refused = get(eventId, there);
        assertThat(refused.exitCode()).isNotZero();
        assertThat(refused.err()).contains("there already");
        assertThat(run("send", "visits", folder.toString()).err()).contains("is no file");
        assertThat(get("00000000-1-1", folder.resolve("x")).err()).contains("WXW-1201");
        Result link = linked(eventId);
        assertThat(link.exitCode()).isNotZero();
        assertThat(there).hasSize(3);
    }

    private Result linked(String eventId) throws Exception {
        Files.createSymbolicLink(folder.resolve("y.part"), folder.resolve("there"));
        return get(eventId, folder.resolve("y"));
    }
}

package io.waxwing.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.waxwing.ledger.file.ChunkHashes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code waxwing file} against a node that says what it is told to. */
class FileCommandsTest {
    private static final String JSON = "application/json";
    private static final byte[] CONTENT = "the content of a file".getBytes(StandardCharsets.UTF_8);
    private static final ChunkHashes HASHES = new ChunkHashes(List.of(ChunkHashes.of(CONTENT)));
    private static final String ID = "ab".repeat(16);
    private static final String EVENT = "0123abcd-1-1";
    private static final String CARD = "\"file\":\"" + ID + "\",\"name\":\"plan.txt\",\"size\":" + CONTENT.length
            + ",\"chunkSize\":524288,\"root\":\"" + HASHES.root().hex() + "\",\"mediaType\":\"text/plain\"";

    @TempDir
    private Path folder = Path.of("");

    @SuppressWarnings("NullAway.Init") // Set before each test.
    private FakeNode node;

    @BeforeEach
    void start() throws IOException {
        node = new FakeNode();
    }

    @AfterEach
    void stop() {
        node.close();
    }

    private Cli run(String... arguments) {
        String[] all = java.util.Arrays.copyOf(arguments, arguments.length + 2);
        all[arguments.length] = "--url";
        all[arguments.length + 1] = node.url();
        return Cli.run(all);
    }

    private void prepareFile(byte[] hashes, byte[] content) {
        node.prepare(
                "GET /v1/events/" + EVENT,
                200,
                "application/cloudevents+json",
                "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"s\",\"type\":\"io.waxwing.file\",\"wxwtopic\":\"t\","
                        + "\"wxweventid\":\"" + EVENT + "\",\"data\":{" + CARD + "}}");
        node.prepare("GET /v1/files/" + EVENT + "/hashes", 200, "application/octet-stream", hashes);
        node.prepare("GET /v1/files/" + EVENT + "/content", 206, "text/plain", content);
    }

    @Test
    void whatIsMissingIsSentAndTheEventIsNamed() throws IOException {
        Path file = Files.write(folder.resolve("plan.txt"), CONTENT);
        node.prepare("POST /v1/files", 201, JSON, "{\"file\":\"" + ID + "\",\"missing\":[{\"from\":0,\"to\":1}]}");
        node.prepare("PUT /v1/files/" + ID + "/chunks/0", 204, JSON, "");
        node.prepare("POST /v1/files/" + ID + ":publish", 201, JSON, "{\"eventId\":\"" + EVENT + "\"}");
        Cli cli = run("file", "send", "t", file.toString());
        assertThat(cli.out()).as(cli.err()).isEqualTo(EVENT + "\n");
        assertThat(node.asked.get(0)).contains("\"root\":\"" + HASHES.root().hex() + "\"");
        assertThat(node.asked.get(1)).startsWith("PUT").endsWith("the content of a file");
    }

    @Test
    void whatIsThereIsNotSentAgain() throws IOException {
        Path file = Files.write(folder.resolve("plan.txt"), CONTENT);
        node.prepare("POST /v1/files", 201, JSON, "{\"file\":\"" + ID + "\",\"missing\":[]}");
        node.prepare("POST /v1/files/" + ID + ":publish", 201, JSON, "{\"eventId\":\"" + EVENT + "\"}");
        assertThat(run("file", "send", "t", file.toString(), "--name", "other").out())
                .isEqualTo(EVENT + "\n");
        assertThat(node.asked).noneMatch(asked -> asked.startsWith("PUT"));
        assertThat(run("file", "send", "t", folder.toString()).err()).contains("is no file");
        assertThat(Cli.run("file").err()).contains("which one");
    }

    @Test
    void anEventThatIsNotOnTheLedgerYetIsSaid() throws IOException {
        Path file = Files.write(folder.resolve("plan.txt"), CONTENT);
        node.prepare("POST /v1/files", 201, JSON, "{\"file\":\"" + ID + "\",\"missing\":[]}");
        node.prepare("POST /v1/files/" + ID + ":publish", 202, JSON, "{}");
        assertThat(run("file", "send", "t", file.toString(), "--patience", "0").err())
                .contains("not on the ledger yet");
    }

    @Test
    void aFileIsVerifiedHereAndNothingIsOverwritten() throws IOException {
        prepareFile(HASHES.encode(), CONTENT);
        Path target = folder.resolve("got.txt");
        Cli cli = run("file", "get", EVENT, "-o", target.toString());
        assertThat(cli.exitCode()).as(cli.err()).isZero();
        assertThat(Files.readAllBytes(target)).isEqualTo(CONTENT);
        assertThat(run("file", "get", EVENT, "-o", target.toString()).err()).contains("is there already");
    }

    @Test
    void whatAnEarlierTryLeftIsVerifiedAndKept() throws IOException {
        prepareFile(HASHES.encode(), new byte[0]);
        Path target = folder.resolve("got.txt");
        Files.write(folder.resolve("got.txt.part"), CONTENT);
        assertThat(run("file", "get", EVENT, "-o", target.toString()).exitCode())
                .isZero();
        assertThat(Files.readAllBytes(target)).isEqualTo(CONTENT);
        assertThat(node.asked).noneMatch(asked -> asked.contains("/content"));
    }

    @Test
    void otherBytesOrHashesAreNotTheFile() {
        byte[] other = CONTENT.clone();
        other[0]++;
        prepareFile(HASHES.encode(), other);
        String target = folder.resolve("got.txt").toString();
        assertThat(run("file", "get", EVENT, "-o", target).err()).contains("has another hash");
        prepareFile(new ChunkHashes(List.of(ChunkHashes.of(other))).encode(), other);
        assertThat(run("file", "get", EVENT, "-o", target).err()).contains("do not give the root");
        assertThat(Path.of(target)).doesNotExist();
    }

    @Test
    void filesAreListedAndShown() {
        node.prepare(
                "GET /v1/topics/t/events?limit=1000&from=first",
                200,
                JSON,
                "{\"events\":[{\"type\":\"other\"},{\"type\":\"io.waxwing.file\",\"wxweventid\":\"" + EVENT
                        + "\",\"data\":{" + CARD + "}}],\"atEnd\":true}");
        assertThat(run("file", "ls", "t").out().lines())
                .singleElement()
                .asString()
                .contains(EVENT, "plan.txt");
        node.prepare("GET /v1/files/" + EVENT, 200, JSON, "{" + CARD + ",\"topic\":\"t\",\"chunksHere\":1}");
        assertThat(run("file", "show", EVENT).out())
                .contains("1 of 1 are at this node", HASHES.root().hex());
        node.prepare("GET /v1/files/" + EVENT, 200, JSON, "{}");
        assertThat(run("file", "show", EVENT).err()).contains("is no file");
    }
}

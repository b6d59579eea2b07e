package io.waxwing.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands that say what is asked of events. */
class RuleCommandsTest {
    private static final String JSON = "application/json";

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it.
    Path folder;

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

    @Test
    void schemasAreSetShownAndRemoved() throws IOException {
        Path file = Files.writeString(folder.resolve("meter.json"), "{\"type\":\"object\"}");
        node.prepare("PUT /v1/topics/a%2Fb/schema", 201, JSON, "{\"topic\":\"a/b\",\"id\":\"77cd\"}");
        assertThat(run("schema", "put", "a/b", file.toString()).out()).startsWith("set 77cd");
        assertThat(node.asked.get(0)).endsWith("{\"type\":\"object\"}");
        node.prepare("GET /v1/topics/a%2Fb/schema", 200, "application/schema+json", "{\"type\":\"object\"}");
        assertThat(run("schema", "get", "a/b").out()).startsWith("{\"type\"");
        node.prepare("DELETE /v1/topics/a%2Fb/schema", 204, JSON, "");
        assertThat(run("schema", "rm", "a/b").out()).startsWith("removed");
        assertThat(run("schema", "put", "a/b", "none.json").err()).contains("cannot read none.json");
        assertThat(Cli.run("schema").err()).contains("which one");
    }

    @Test
    void signersAreSetListedAndRemoved() throws IOException {
        Path key = Files.writeString(folder.resolve("key.pem"), "PEM");
        String signer =
                "{\"id\":\"k\",\"filter\":\"a/#\",\"source\":\"//x\",\"required\":true,\"algorithm\":\"Ed25519\"}";
        node.prepare("PUT /v1/signers/k", 201, JSON, signer);
        Cli put = run("signer", "put", "k", key.toString(), "--topics", "a/#", "--source", "//x", "--required");
        assertThat(put.out()).startsWith("set").contains("required  a/#  //x");
        assertThat(node.asked.get(0))
                .endsWith("{\"filter\":\"a/#\",\"source\":\"//x\",\"required\":true,\"publicKey\":\"PEM\"}");
        node.prepare("GET /v1/signers", 200, JSON, "{\"signers\":[" + signer + "]}");
        assertThat(run("signer", "ls").out()).contains("Ed25519");
        assertThat(run("signer", "ls", "-o", "json").out()).startsWith("[{");
        node.prepare("GET /v1/signers", 200, JSON, "{\"signers\":[]}");
        assertThat(run("signer", "ls").out()).contains("nobody");
        node.prepare("DELETE /v1/signers/k", 204, JSON, "");
        assertThat(run("signer", "rm", "k").out()).startsWith("removed");
        assertThat(Cli.run("signer").err()).contains("which one");
    }
}

package io.waxwing.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands for what the node does by itself with events. */
class ProcessingCommandsTest {
    private static final String JSON = "application/json";
    private static final String RULE =
            "{\"id\":\"hot\",\"state\":\"active\",\"filter\":\"m/+\",\"target\":{\"topic\":\"hot\"},"
                    + "\"deadLetters\":1,\"counters\":{\"done\":7,\"passedOver\":2,\"retried\":3}}";

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
    void rulesAreMadeListedShownPausedAndRemoved() throws IOException {
        Path file = Files.writeString(folder.resolve("hot.json"), "{\"filter\":\"m/+\"}");
        node.prepare("PUT /v1/rules/hot", 201, JSON, RULE);
        assertThat(run("rule", "put", "hot", file.toString()).out())
                .startsWith("made")
                .contains("done 7, passed over 2, retried 3, dead letters 1");
        assertThat(node.asked.get(0)).endsWith("{\"filter\":\"m/+\"}");
        node.prepare("PUT /v1/rules/hot", 200, JSON, RULE);
        assertThat(run("rule", "put", "hot", file.toString()).out()).startsWith("changed");
        node.prepare("GET /v1/rules", 200, JSON, "{\"rules\":[" + RULE + "]}");
        assertThat(run("rule", "ls").out()).startsWith("hot");
        assertThat(run("rule", "ls", "-o", "json").out()).startsWith("[{");
        node.prepare("GET /v1/rules", 200, JSON, "{\"rules\":[]}");
        assertThat(run("rule", "ls").out()).startsWith("no rules");
        node.prepare("GET /v1/rules/hot", 200, JSON, RULE);
        assertThat(run("rule", "show", "hot").out()).contains("\"passedOver\" : 2");
        for (String word : new String[] {"pause", "resume"}) {
            node.prepare("POST /v1/rules/hot:" + word, 200, JSON, RULE);
            assertThat(run("rule", word, "hot").out()).startsWith("hot");
        }
        node.prepare("POST /v1/rules/hot:redrive", 200, JSON, "{\"redriven\":4}");
        assertThat(run("rule", "redrive", "hot").out()).startsWith("4 are processed again");
        node.prepare("DELETE /v1/rules/hot", 204, JSON, "");
        assertThat(run("rule", "rm", "hot").out()).startsWith("removed");
        assertThat(Cli.run("rule").err()).contains("which one");
    }

    @Test
    void schedulesAreMadeListedShownAndRemoved() throws IOException {
        String schedule = "{\"id\":\"daily\",\"cron\":\"0 7 * * *\",\"topic\":\"a\",\"next\":\"2026-01-02T07:00:00Z\","
                + "\"counters\":{\"fired\":7,\"missed\":2,\"failed\":1}}";
        Path file = Files.writeString(folder.resolve("daily.json"), "{\"cron\":\"0 7 * * *\"}");
        node.prepare("PUT /v1/schedules/daily", 201, JSON, schedule);
        assertThat(run("schedule", "put", "daily", file.toString()).out())
                .startsWith("made")
                .contains("0 7 * * *", "next 2026-01-02T07:00:00Z", "fired 7, missed 2, failed 1");
        assertThat(node.asked.get(0)).endsWith("{\"cron\":\"0 7 * * *\"}");
        node.prepare("PUT /v1/schedules/daily", 200, JSON, schedule);
        assertThat(run("schedule", "put", "daily", file.toString()).out()).startsWith("changed");
        node.prepare("GET /v1/schedules", 200, JSON, "{\"schedules\":[" + schedule + "]}");
        assertThat(run("schedule", "ls").out()).startsWith("daily");
        assertThat(run("schedule", "ls", "-o", "json").out()).startsWith("[{");
        node.prepare("GET /v1/schedules", 200, JSON, "{\"schedules\":[]}");
        assertThat(run("schedule", "ls").out()).startsWith("no schedules");
        node.prepare("GET /v1/schedules/daily", 200, JSON, schedule);
        assertThat(run("schedule", "show", "daily").out()).contains("\"missed\" : 2");
        node.prepare("DELETE /v1/schedules/daily", 204, JSON, "");
        assertThat(run("schedule", "rm", "daily").out()).startsWith("removed");
        assertThat(Cli.run("schedule").err()).contains("which one");
    }

    @Test
    void aRuleIsTriedWithoutDoingAnything() throws IOException {
        Path file = Files.writeString(folder.resolve("hot.json"), "{\"filter\":\"m\"}");
        node.prepare("POST /v1/rules:check", 200, JSON, "{\"matches\":true,\"passes\":true,\"event\":{}}");
        Cli good = run("rule", "check", file.toString(), "m", "{\"data\":7}");
        assertThat(good.exitCode()).isZero();
        assertThat(node.asked.get(0)).endsWith("{\"rule\":{\"filter\":\"m\"},\"event\":{\"data\":7},\"topic\":\"m\"}");
        node.prepare("POST /v1/rules:check", 200, JSON, "{\"matches\":true,\"passes\":true,\"error\":\"WXW-1254 x\"}");
        Cli bad = run("rule", "check", file.toString(), "m", "{}");
        assertThat(bad.exitCode()).isEqualTo(ExitCodes.USAGE);
        assertThat(bad.out()).contains("WXW-1254");
        assertThat(run("rule", "check", file.toString(), "m", "{").err()).contains("the event is no JSON");
    }
}

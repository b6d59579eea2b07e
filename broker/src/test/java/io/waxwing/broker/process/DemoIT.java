package io.waxwing.broker.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code waxwing demo} from {@code up} to {@code reset}: four processes, and everything that it says one can do. */
@Tag("slow")
class DemoIT {
    private static final long MAX_RESIDENT_KIB = 1_600 * 1024;

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Map<String, String> urls = new HashMap<>();

    @TempDir
    private Path folder = Path.of("");

    private String demo(String... arguments) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of("demo"));
        all.addAll(List.of(arguments));
        all.addAll(List.of("--dir", dir()));
        return NodeProcess.command(all.toArray(String[]::new));
    }

    private String dir() {
        return folder.resolve("demo").toString();
    }

    @AfterEach
    void endWhatAFailedTestLeftRunning() throws Exception {
        if (Files.exists(folder.resolve("demo"))) {
            assertThat(demo("reset")).startsWith("exit 0");
        }
    }

    private JsonNode status() throws Exception {
        String printed = demo("status", "-o", "json");
        assertThat(printed).startsWith("exit 0\n");
        return new ObjectMapper().readTree(printed.substring("exit 0\n".length()));
    }

    private JsonNode member(String name) throws Exception {
        for (JsonNode member : status().get("members")) {
            if (member.get("name").asText().equals(name)) {
                return member;
            }
        }
        throw new AssertionError("no member " + name);
    }

    /** Ports are kept for the life of a demo. */
    private String url(String name) throws Exception {
        if (!urls.containsKey(name)) {
            urls.put(name, member(name).get("http").asText());
        }
        return urls.getOrDefault(name, "");
    }

    private HttpResponse<String> publish(String name, String payload) throws Exception {
        return http.send(
                HttpRequest.newBuilder(URI.create(url(name) + "/v1/topics/home%2Fmeter/events"))
                        .header("content-type", "text/plain")
                        .header("prefer", "wait=3")
                        .POST(HttpRequest.BodyPublishers.ofString(payload))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> get(String name, String path) throws Exception {
        return http.send(
                HttpRequest.newBuilder(URI.create(url(name) + path)).build(), HttpResponse.BodyHandlers.ofString());
    }

    private static String eventId(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        return answer.headers().firstValue("location").orElseThrow().substring("/v1/events/".length());
    }

    @Test
    void fourInstitutionsOrderEventsUntilTooManyAreLostAndEveryActDoesWhatItSays() throws Exception {
        String up = demo("up", "--detach");
        assertThat(up).startsWith("exit 0").contains("RESULT     VERIFIED").contains("demo kill insurer");
        assertThat(status().get("members")).hasSize(4).allMatch(this::isReady);
        assertThat(residentKib()).as("KiB of all four nodes").isLessThan(MAX_RESIDENT_KIB);
        assertThat(demo("up", "--detach")).startsWith("exit 0").contains("all 4 nodes run already");
        Path receipt = anEventOfOneIsReadAtAnotherAndProvedByAThird();
        withOneDownEventsAreStillFinal();
        withTwoDownEventsStayPendingAndPublishersAreTold();
        whenTheyAreBackThePendingEventIsFinalEverywhere();
        aFlippedBitIsNamed();
        assertThat(demo("down")).startsWith("exit 0").contains("ended ");
        assertThat(status().get("members")).allMatch(member -> state(member).equals("stopped"));
        String trust = status().get("trust").asText();
        assertThat(NodeProcess.command("verify", receipt.toString(), "--trust", trust, "--no-state"))
                .startsWith("exit 0")
                .contains("VERIFIED");
        assertThat(demo("reset")).startsWith("exit 0");
        assertThat(folder.resolve("demo")).doesNotExist();
    }

    private static String state(JsonNode member) {
        return member.get("state").asText();
    }

    private boolean isReady(JsonNode member) {
        return state(member).equals("ready") && member.get("pid").asLong() > 0;
    }

    private long residentKib() throws Exception {
        long sum = 0;
        for (JsonNode member : status().get("members")) {
            for (String line :
                    Files.readAllLines(Path.of("/proc", member.get("pid").asText(), "status"))) {
                sum += line.startsWith("VmRSS:") ? Long.parseLong(line.replaceAll("[^0-9]", "")) : 0;
            }
        }
        return sum;
    }

    private Path anEventOfOneIsReadAtAnotherAndProvedByAThird() throws Exception {
        String eventId = eventId(publish("bank-a", "42 kWh"));
        Awaitility.await()
                .atMost(20, TimeUnit.SECONDS)
                .until(() -> get("utility", "/v1/events/" + eventId).body().contains("42 kWh"));
        Path receipt = folder.resolve("e.tlog-proof");
        assertThat(NodeProcess.command("receipt", "get", eventId, "--url", url("insurer"), "-o", receipt.toString()))
                .startsWith("exit 0");
        return receipt;
    }

    private void withOneDownEventsAreStillFinal() throws Exception {
        assertThat(demo("kill", "insurer")).startsWith("exit 0").contains("3 of 4 run, the quorum is 3: events still");
        assertThat(state(member("insurer"))).isEqualTo("stopped");
        eventId(Awaitility.await()
                .atMost(30, TimeUnit.SECONDS)
                .until(() -> publish("bank-a", "still"), answer -> answer.statusCode() == 201));
        assertThat(demo("kill", "insurer")).startsWith("exit 2").contains("WXW-3184");
    }

    private void withTwoDownEventsStayPendingAndPublishersAreTold() throws Exception {
        assertThat(demo("kill", "utility"))
                .startsWith("exit 0")
                .contains("2 of 4 run")
                .contains("stays pending");
        HttpResponse<String> told = publish("bank-a", "pending");
        assertThat(told.statusCode()).as(told.body()).isEqualTo(202);
        assertThat(told.body()).contains("\"status\":\"durable\"");
        assertThat(history("bank-a")).contains("still").doesNotContain("pending");
    }

    private void whenTheyAreBackThePendingEventIsFinalEverywhere() throws Exception {
        assertThat(demo("start", "insurer", "utility")).startsWith("exit 0").contains("4 of 4 run");
        for (String name : List.of("bank-a", "bank-b", "insurer", "utility")) {
            Awaitility.await(name)
                    .atMost(60, TimeUnit.SECONDS)
                    .until(() -> history(name).contains("pending"));
        }
    }

    private String history(String name) throws Exception {
        return get(name, "/v1/topics/home%2Fmeter/events?from=first").body();
    }

    private void aFlippedBitIsNamed() throws Exception {
        String tampered = demo("tamper", "bank-b");
        assertThat(tampered).startsWith("exit 0").contains("flipped one bit at bank-b: leaf ");
        String eventId = tampered.replaceAll("(?s).*the one of event (\\S+).*", "$1");
        String file = folder.resolve("refused").toString();
        assertThat(NodeProcess.command("receipt", "get", eventId, "--url", url("bank-b"), "-o", file))
                .startsWith("exit 2")
                .contains("WXW-2104")
                .contains("does not lead to the checkpoint's root");
        assertThat(NodeProcess.command("receipt", "get", eventId, "--url", url("insurer"), "-o", file))
                .startsWith("exit 0");
        assertThat(demo("kill", "bank-b")).startsWith("exit 0");
        String data = folder.resolve("demo").resolve("bank-b").resolve("data").toString();
        assertThat(NodeProcess.command("server", "check", "--data", data))
                .startsWith("exit 3")
                .contains("ledger   leaf ")
                .contains("RESULT   DAMAGED");
    }
}

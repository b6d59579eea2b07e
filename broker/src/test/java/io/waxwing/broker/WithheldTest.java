package io.waxwing.broker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.waxwing.broker.admin.DataCheck;
import io.waxwing.ledger.control.ChallengeTerms;
import io.waxwing.ledger.control.Genesis;
import io.waxwing.ledger.control.Registry.Availability;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where the origin alone has to hold a batch, and gives its payloads to nobody. */
class WithheldTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> OTHERS = List.of("bank-b", "insurer", "utility");

    private static final String PASSES = "/v1/topics/t/events?from=first&onWithheld=gap";

    @TempDir
    Path folder;

    private FourNodes four() {
        Genesis.Terms terms = new Genesis.Terms(
                "ledger.example", Availability.ORIGIN, 1_760_000_000_000L, List.of(), new ChallengeTerms(5, 12_000));
        return new FourNodes(folder, terms, List.of(), Map.of("ledger.gapAfter", "2s"));
    }

    /** Withheld by bank-a, between two events that everybody has; its eventId. */
    private static String withheld(FourNodes four) throws Exception {
        four.publish("bank-b", "t", "before", "30");
        for (String name : FourNodes.NAMES) {
            four.historyOf(name, "t", 1);
        }
        four.withholding.add("bank-a");
        JsonNode answer = four.publish("bank-a", "t", "withheld", "30");
        assertThat(answer.path("status").asText()).isEqualTo("ordered");
        return answer.path("eventId").asText();
    }

    private static List<String> convictions(FourNodes four, String at) throws Exception {
        List<String> convicted = new ArrayList<>();
        for (JsonNode member : JSON.readTree(four.get(at, "/v1/members").body()).path("members")) {
            member.path("convicted")
                    .forEach(what -> convicted.add(member.path("name").asText() + " " + what.asText()));
        }
        return convicted;
    }

    private static void assertVoid(FourNodes four, String name, String eventId) throws Exception {
        HttpResponse<byte[]> answer = four.get(name, "/v1/events/" + eventId);
        for (int i = 0; i < 400 && answer.statusCode() != 410; i++) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
            answer = four.get(name, "/v1/events/" + eventId);
        }
        assertThat(answer.statusCode()).as(name).isEqualTo(410);
        assertThat(JSON.readTree(answer.body()).path("code").asText()).isEqualTo("WXW-1207");
    }

    private static void assertAnotherEventIfPublishedAgain(FourNodes four, String eventId, List<String> order)
            throws Exception {
        four.withholding.clear();
        JsonNode again = four.publish("bank-a", "t", "withheld", "30");
        assertThat(again.path("status").asText()).isEqualTo("ordered");
        assertThat(again.path("eventId").asText()).isNotEqualTo(eventId);
        for (String name : FourNodes.NAMES) {
            assertThat(four.historyOf(name, "t", 3))
                    .startsWith(order.toArray(String[]::new))
                    .last()
                    .asString()
                    .startsWith(again.path("eventId").asText())
                    .endsWith(" withheld");
            assertVoid(four, name, eventId);
        }
    }

    @Test
    void whatIsWithheldOnTheLinksComesThroughTheLedgerAndNobodyIsConvicted() throws Exception {
        try (FourNodes four = four()) {
            withheld(four);
            four.publish("bank-b", "t", "behind", "30");
            List<String> order = four.historyOf("bank-a", "t", 3);
            for (String name : OTHERS) {
                assertThat(four.historyOf(name, "t", 3)).isEqualTo(order);
                assertThat(convictions(four, name)).isEmpty();
            }
        }
    }

    @Test
    void whatNobodyGivesIsVoidForAllAndDeliveryGoesOnBehindIt() throws Exception {
        FourNodes nodes = four();
        try (FourNodes four = nodes) {
            String eventId = withheld(four);
            four.stop("bank-a");
            try (SseStream passes = new SseStream(four, "insurer", PASSES, "")) {
                four.publish("bank-b", "t", "behind", "30");
                // Who does not wait is told of the gap, and that it is void.
                for (String text : List.of("before", "gap #2", "behind", "void #2")) {
                    assertThat(passes.nextShown()).isEqualTo(text);
                }
            }
            List<String> order = four.historyOf("bank-b", "t", 2);
            assertThat(order.get(0)).endsWith(" before");
            assertThat(order.get(1)).endsWith(" behind");
            for (String name : OTHERS) {
                assertThat(four.historyOf(name, "t", 2)).isEqualTo(order);
                assertVoid(four, name, eventId);
                assertThat(convictions(four, name)).containsExactly("bank-a false-avail");
            }
            // It had delivered the event before there was a verdict.
            four.start("bank-a");
            assertVoid(four, "bank-a", eventId);
            assertThat(four.historyOf("bank-a", "t", 2)).isEqualTo(order);
            four.stop("utility");
            four.start("utility");
            assertVoid(four, "utility", eventId);
            assertThat(four.historyOf("utility", "t", 2)).isEqualTo(order);
            assertAnotherEventIfPublishedAgain(four, eventId, order);
        }
        for (String name : FourNodes.NAMES) {
            DataCheck.Report report =
                    DataCheck.run(BrokerFolder.of(nodes.of(name).resolve("data"), null));
            assertThat(report.damaged()).as("%s: %s", name, report.lines()).isFalse();
        }
    }
}

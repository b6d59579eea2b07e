package io.waxwing.broker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.waxwing.ledger.control.ChallengeTerms;
import io.waxwing.ledger.control.Genesis;
import io.waxwing.ledger.control.Registry.Availability;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Subscribers that do not wait for a payload that its origin keeps back. */
class GapTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String GAP = "/v1/topics/t/events?onWithheld=gap";

    @TempDir
    Path folder;

    private FourNodes four() {
        Genesis.Terms terms = new Genesis.Terms(
                "ledger.example", Availability.ORIGIN, 1_760_000_000_000L, List.of(), new ChallengeTerms(0, 600_000));
        return new FourNodes(folder, terms, List.of(), Map.of("ledger.gapAfter", "2s"));
    }

    /** Everybody has the first event. */
    private FourNodes begun() throws Exception {
        FourNodes four = four();
        four.publish("bank-b", "t", "before", "30");
        for (String name : FourNodes.NAMES) {
            four.historyOf(name, "t", 1);
        }
        return four;
    }

    private JsonNode page(FourNodes four, String more) throws Exception {
        return JSON.readTree(four.get("insurer", GAP + more).body());
    }

    /** A page shows beside what is delivered what is behind the gap, and goes on there. */
    private void assertPage(FourNodes four) throws Exception {
        JsonNode page = page(four, "&limit=2");
        assertThat(page.path("events")).hasSize(1);
        assertThat(page.path("beyond")).hasSize(2);
        assertThat(page.path("beyond").get(0).path("type").asText()).isEqualTo("gap");
        assertThat(page.path("beyond").get(1).path("data").asText()).isEqualTo("behind");
        JsonNode next = page(four, "&beyond=" + page.path("beyondCursor").asText());
        assertThat(next.path("beyond")).hasSize(1);
        assertThat(next.path("beyond").get(0).path("data").asText()).isEqualTo("more");
        assertThat(page(four, "&beyond=" + next.path("beyondCursor").asText()).path("beyond"))
                .isEmpty();
        assertThat(JSON.readTree(four.get("insurer", "/v1/topics/t/events").body())
                        .has("beyond"))
                .isFalse();
    }

    @Test
    void whoPassesGapsIsToldGoesOnAndGetsThePayloadLateAlsoAfterItWasAway() throws Exception {
        try (FourNodes four = begun();
                SseStream waits = new SseStream(four, "insurer", "/v1/topics/t/events?from=first", "");
                SseStream passes = new SseStream(four, "insurer", GAP + "&from=first", "")) {
            assertThat(passes.nextShown()).isEqualTo("before");
            four.withholding.add("bank-a");
            four.publish("bank-a", "t", "withheld", "30");
            four.publish("bank-b", "t", "behind", "0");
            SseStream.Sse gap = passes.next();
            assertThat(gap.shown()).isEqualTo("gap #2");
            assertThat(gap.data().path("origin").asText()).isEqualTo("bank-a");
            assertThat(gap.data().path("topic").asText()).isEqualTo("t");
            assertThat(gap.data().path("count").asInt()).isOne();
            assertThat(gap.data().path("commitment").asText()).matches("[0-9a-f]{64}");
            SseStream.Sse behind = passes.next();
            assertThat(behind.shown()).isEqualTo("behind");
            assertThat(waits.nextShown()).isEqualTo("before");
            try (SseStream afterGap = new SseStream(four, "insurer", GAP, gap.id());
                    SseStream fromNow = new SseStream(four, "insurer", GAP + "&from=next", "")) {
                assertThat(afterGap.nextShown()).isEqualTo("behind");
                four.publish("bank-b", "t", "more", "0");
                assertThat(afterGap.nextShown()).isEqualTo("more");
                assertThat(passes.nextShown()).isEqualTo("more");
                assertThat(fromNow.nextShown()).isEqualTo("more");
                assertThat(waits.isIdle()).isTrue();
                assertPage(four);
                four.withholding.clear();
                assertThat(passes.nextShown()).isEqualTo("late withheld");
                assertThat(afterGap.nextShown()).isEqualTo("late withheld");
                for (String text : List.of("withheld", "behind", "more")) {
                    assertThat(waits.nextShown()).isEqualTo(text);
                }
                four.publish("bank-b", "t", "last", "30");
                assertThat(passes.nextShown()).isEqualTo("last");
                assertThat(fromNow.nextShown()).isEqualTo("last");
            }
            try (SseStream back = new SseStream(four, "insurer", GAP, behind.id())) {
                for (String text : List.of("late withheld", "more", "last")) {
                    assertThat(back.nextShown()).isEqualTo(text);
                }
            }
        }
    }
}

package io.waxwing.broker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.waxwing.ledger.control.Genesis;
import io.waxwing.ledger.control.Registry.Availability;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MembersTest {
    /** The first snapshot. */
    private static final int SNAPSHOT_BLOCKS = 256;

    @TempDir
    private Path folder = Path.of("");

    @SuppressWarnings("NullAway.Init")
    private FourNodes four;

    @BeforeEach
    void begin() {
        Genesis.Terms terms = new Genesis.Terms("ledger.example", Availability.QUORUM, 1_760_000_000_000L);
        four = new FourNodes(folder, terms, List.of(), Map.of());
    }

    @AfterEach
    void end() {
        four.close();
    }

    @Test
    void whatAnyMemberTakesIsEverywhereInOneOrderWithReceiptsFromAll() throws Exception {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            ids.add(four.publish(FourNodes.NAMES.get(i % 4), "t", "event-" + i, "30")
                    .path("eventId")
                    .asText());
        }
        List<String> order = four.historyOf("bank-a", "t", 8);
        for (String name : FourNodes.NAMES) {
            assertThat(four.historyOf(name, "t", 8)).isEqualTo(order);
            four.verify(four.receipt(name, ids.get(3)));
        }
    }

    @Test
    void aMemberThatWasAwayFetchesWhatItMissed() throws Exception {
        four.publish("bank-a", "t", "before", "30");
        four.historyOf("utility", "t", 1);
        four.stop("utility");
        for (int i = 0; i < 5; i++) {
            four.publish("bank-b", "t", "while-away-" + i, "30");
        }
        four.start("utility");
        assertThat(four.historyOf("utility", "t", 6)).isEqualTo(four.historyOf("insurer", "t", 6));
        four.publish("utility", "t", "back", "30");
        assertThat(four.historyOf("bank-a", "t", 7)).isEqualTo(four.historyOf("utility", "t", 7));
    }

    @Test
    void withTwoOfFourEventsWaitAndTheirPublishersAreTold() throws Exception {
        four.publish("bank-a", "t", "first", "30");
        four.stop("insurer");
        four.stop("utility");
        JsonNode told = four.publish("bank-a", "t", "pending", "1");
        assertThat(told.path("status").asText()).isEqualTo("durable");
        four.start("insurer");
        List<String> order = four.historyOf("bank-a", "t", 2);
        assertThat(order.get(1)).endsWith("pending");
        four.start("utility");
        assertThat(four.historyOf("utility", "t", 2)).isEqualTo(order);
    }

    @Test
    void aMemberThatLostItsDataButNotItsKeysComesBackWithAllEventsAndGoesOnPublishing() throws Exception {
        four.publish("bank-a", "t", "of-a-neighbour", "30");
        for (int i = 0; i < 5; i++) {
            four.publish("utility", "t", "of-my-own-" + i, "30");
        }
        List<String> order = four.historyOf("bank-a", "t", 6);
        four.stop("utility");
        four.publish("bank-b", "t", "meanwhile", "30");
        for (int i = 0; four.metric("bank-a", "waxwing_ledger_height") < SNAPSHOT_BLOCKS + 4; i++) {
            four.publish("bank-b", "load", "load-" + i, "30");
        }
        FourNodes.delete(four.of("utility").resolve("data/db"));
        four.start("utility");
        assertThat(four.metric("utility", "waxwing_ledger_snapshot_height")).isEqualTo(SNAPSHOT_BLOCKS);
        order = four.historyOf("bank-a", "t", 7);
        assertThat(four.historyOf("utility", "t", 7)).isEqualTo(order);
        assertThat(four.publish("utility", "t", "of-my-own-3", "30")
                        .path("eventId")
                        .asText())
                .as("what its publisher says again is the event that was lost and found")
                .isEqualTo(order.get(4).split(" ")[0]);
        four.publish("utility", "t", "after-it", "30");
        assertThat(four.historyOf("utility", "t", 8)).isEqualTo(four.historyOf("insurer", "t", 8));
        four.stop("utility");
        four.start("utility");
        four.publish("utility", "t", "after-a-restart", "30");
        assertThat(four.historyOf("utility", "t", 9)).isEqualTo(four.historyOf("bank-b", "t", 9));
    }

    @Test
    void aBatchThatOnlyOthersHaveIsFoundAgainAfterTheDataIsLostAndStaysFoundOverAnotherRestart() throws Exception {
        four.publish("utility", "t", "first", "30");
        four.historyOf("bank-a", "t", 1);
        four.stop("bank-b");
        four.stop("insurer");
        assertThat(four.publish("utility", "t", "pending", "1").path("status").asText())
                .isEqualTo("durable");
        four.stop("utility");
        FourNodes.delete(four.of("utility").resolve("data/db"));
        four.start("utility");
        four.publish("utility", "t", "behind-it", "1");
        four.stop("utility");
        four.start("utility");
        four.start("insurer");
        four.start("bank-b");
        List<String> order = four.historyOf("bank-a", "t", 3);
        assertThat(order.get(1)).endsWith("pending");
        assertThat(order.get(2)).endsWith("behind-it");
        for (String name : FourNodes.NAMES) {
            assertThat(four.historyOf(name, "t", 3)).isEqualTo(order);
        }
    }
}

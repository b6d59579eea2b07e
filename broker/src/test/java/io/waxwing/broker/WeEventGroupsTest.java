package io.waxwing.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.waxwing.ledger.control.Genesis;
import io.waxwing.ledger.control.Registry.Availability;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A group of WeEvent's that is an audience: bank-a and bank-b are in it, insurer and utility are not. */
class WeEventGroupsTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path folder = Path.of("");

    private static JsonNode rest(FourNodes four, String name, String call) throws Exception {
        return JSON.readTree(four.get(name, "/weevent-broker/rest/" + call).body());
    }

    @Test
    void whatIsPublishedInAGroupReachesTheMembersOfItsAudienceAlone() throws Exception {
        Genesis.Terms terms = new Genesis.Terms(
                "ledger.example",
                Availability.QUORUM,
                1_760_000_000_000L,
                List.of(new Genesis.PrivateAudience(Availability.QUORUM, Set.of("bank-a", "bank-b"))));
        try (FourNodes four = new FourNodes(folder, terms, List.of("contracts"), Map.of())) {
            for (String name : List.of("bank-a", "bank-b", "insurer")) {
                four.stop(name);
                Files.writeString(
                        four.of(name).resolve("waxwing.yaml"),
                        "\nweevent: { groups: [ { id: 2, prefix: deals, audience: contracts } ] }\n",
                        StandardOpenOption.APPEND);
                four.start(name);
            }
            assertThat(rest(four, "bank-a", "open?topic=t&groupId=2")
                            .get("data")
                            .asBoolean())
                    .isTrue();
            JsonNode sent = rest(four, "bank-a", "publish?topic=t&groupId=2&content=secret");
            assertThat(sent.get("status").asText()).as(sent.toString()).isEqualTo("SUCCESS");
            String get = "getEvent?groupId=2&eventId=" + sent.get("eventId").asText();
            await().atMost(30, TimeUnit.SECONDS)
                    .until(() -> rest(four, "bank-b", get).get("code").asInt() == 0);
            assertThat(rest(four, "bank-b", get).at("/data/topic").asText()).isEqualTo("t");
            assertThat(rest(four, "bank-b", "state?topic=t&groupId=2")
                            .at("/data/sequenceNumber")
                            .asInt())
                    .isEqualTo(1);
            // By then everybody has ordered it.
            JsonNode all = rest(four, "bank-b", "open?topic=all");
            assertThat(all.get("data").asBoolean()).isTrue();
            sent = rest(four, "bank-b", "publish?topic=all&content=1");
            String common = "getEvent?eventId=" + sent.get("eventId").asText();
            await().atMost(30, TimeUnit.SECONDS)
                    .until(() -> rest(four, "insurer", common).get("code").asInt() == 0);
            assertThat(rest(four, "insurer", get).get("code").asInt()).isNotZero();
            assertThat(rest(four, "insurer", "open?topic=u&groupId=2")
                            .get("code")
                            .asInt())
                    .as("who is not in the audience opens nothing there")
                    .isEqualTo(100111);
            assertThat(rest(four, "utility", "exist?topic=t&groupId=2")
                            .get("code")
                            .asInt())
                    .isEqualTo(200211);
        }
    }
}

package io.waxwing.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.waxwing.ledger.control.Genesis;
import io.waxwing.ledger.control.Registry.Availability;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files between institutions; bank-a and bank-b are an audience, insurer and utility are not in it. */
class FilesAmongFourTest {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final int SIZE = 3_000_001;

    @TempDir
    private Path folder = Path.of("");

    private FourNodes four(String eager) {
        Genesis.Terms terms = new Genesis.Terms(
                "ledger.example",
                Availability.QUORUM,
                1_760_000_000_000L,
                List.of(new Genesis.PrivateAudience(Availability.QUORUM, Set.of("bank-a", "bank-b"))));
        return new FourNodes(folder, terms, List.of("contracts"), Map.of("files.eager", eager));
    }

    private static FileClient at(FourNodes four, String name) {
        return new FileClient(path -> four.at(name, path));
    }

    private static byte[] content(Marker marker) {
        byte[] content = new byte[SIZE];
        new Random(3).nextBytes(content);
        byte[] text = marker.text().getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(text, 0, content, 1_000_000, text.length);
        return content;
    }

    private static HttpResponse<byte[]> awaited(FourNodes four, String name, String eventId) {
        return Awaitility.await(name)
                .atMost(LONG)
                .until(() -> at(four, name).content(eventId), answer -> answer.statusCode() == 200);
    }

    private static int here(FourNodes four, String name, String eventId) throws Exception {
        return at(four, name)
                .json("GET", "/v1/files/" + eventId, new byte[0])
                .path("chunksHere")
                .asInt();
    }

    @Test
    void everyMemberGetsItAndErasingTakesItFromAll() throws Exception {
        Marker marker = Marker.random();
        byte[] content = content(marker);
        try (FourNodes four = four("64MiB")) {
            String eventId = at(four, "bank-a").upload("visits", "scan.png", content);
            for (String name : FourNodes.NAMES) {
                four.historyOf(name, "visits", 1);
                Awaitility.await(name).atMost(LONG).until(() -> here(four, name, eventId) == 46);
                assertThat(at(four, name).content(eventId).body()).isEqualTo(content);
            }
            four.verify(four.receipt("utility", eventId));
            // Now those who have it serve it too: the publisher's node is not needed any more.
            assertThat(at(four, "bank-a")
                            .send("DELETE", "/v1/events/" + eventId + "?reason=test", new byte[0], "prefer", "wait=30")
                            .statusCode())
                    .isEqualTo(200);
            for (String name : FourNodes.NAMES) {
                Awaitility.await(name)
                        .atMost(LONG)
                        .until(() -> marker.files(four.of(name)).isEmpty());
                assertThat(at(four, name).content(eventId).statusCode()).isEqualTo(410);
            }
        }
    }

    @Test
    void onDemandItComesWhenSomebodyReadsItAndAMemberThatLiesIsFoundOut() throws Exception {
        byte[] content = content(Marker.random());
        try (FourNodes four = four("0B")) {
            String eventId = at(four, "bank-a").upload("visits", "scan.png", content);
            for (String name : List.of("bank-b", "insurer", "utility")) {
                four.historyOf(name, "visits", 1);
                assertThat(here(four, name, eventId)).as(name).isZero();
            }
            assertThat(awaited(four, "bank-b", eventId).body()).isEqualTo(content);

            four.lying.add("bank-b");
            HttpResponse<byte[]> answer = awaited(four, "insurer", eventId);
            assertThat(answer.body()).isEqualTo(content);
            Awaitility.await().atMost(LONG).until(() -> lies(four, "insurer") >= 1);
        }
    }

    private static double lies(FourNodes four, String name) throws Exception {
        return four.metric(name, "waxwing_files_lies_total");
    }

    @Test
    void aNodeThatStopsMidwayGoesOnFromWhereItWasAndFromAnyMember() throws Exception {
        byte[] content = content(Marker.random());
        try (FourNodes four = four("0B")) {
            String eventId = at(four, "bank-a").upload("visits", "scan.png", content);
            four.historyOf("utility", "visits", 1);
            four.historyOf("bank-b", "visits", 1);
            assertThat(awaited(four, "bank-b", eventId).body()).isEqualTo(content);
            assertThat(at(four, "utility")
                            .content(eventId, "range", "bytes=0-999999")
                            .body())
                    .hasSize(1_000_000);
            int before = here(four, "utility", eventId);
            assertThat(before).isBetween(16, 45);
            four.stop("utility");
            four.stop("bank-a");
            four.start("utility");
            assertThat(here(four, "utility", eventId)).isEqualTo(before);
            assertThat(awaited(four, "utility", eventId).body()).isEqualTo(content);
            four.start("bank-a");
        }
    }

    @Test
    void whoIsNotInTheAudienceGetsNothingOfIt() throws Exception {
        Marker marker = Marker.random();
        byte[] content = content(marker);
        try (FourNodes four = four("64MiB")) {
            String eventId = at(four, "bank-a").upload("contracts/1", "contract.pdf", content);
            assertThat(awaited(four, "bank-b", eventId).body()).isEqualTo(content);
            for (String name : List.of("insurer", "utility")) {
                assertThat(at(four, name).content(eventId).statusCode()).isEqualTo(404);
                assertThat(marker.files(four.of(name))).isEmpty();
                assertThat(new String(four.heard(name), StandardCharsets.ISO_8859_1))
                        .doesNotContain(marker.text());
                assertThat(Files.list(four.of(name).resolve("data/files")).filter(Files::isDirectory))
                        .isEmpty();
            }
            assertThat(marker.files(four.of("bank-b"))).isNotEmpty();
        }
    }
}

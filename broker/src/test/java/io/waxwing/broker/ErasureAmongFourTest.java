package io.waxwing.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.waxwing.broker.admin.DataCheck;
import io.waxwing.ledger.control.Genesis;
import io.waxwing.ledger.control.Registry.Availability;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What one institution erases is destroyed by all who have it, also by those that were away. */
class ErasureAmongFourTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    private final HttpClient http = HttpClient.newHttpClient();
    private final Marker early = Marker.random();
    private final Marker late = Marker.random();

    @TempDir
    private Path folder = Path.of("");

    private FourNodes four() {
        Genesis.Terms terms = new Genesis.Terms("ledger.example", Availability.QUORUM, 1_760_000_000_000L, List.of());
        return new FourNodes(folder, terms, List.of(), Map.of());
    }

    private String erase(FourNodes four, String at, String eventId) throws Exception {
        HttpResponse<String> answer = http.send(
                HttpRequest.newBuilder(four.at(at, "/v1/events/" + eventId + "?reason=test"))
                        .header("prefer", "wait=30")
                        .DELETE()
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        return answer.statusCode() + " " + answer.body();
    }

    private static String publish(FourNodes four, String at, String content) throws Exception {
        return four.publish(at, "visits", content, "30").path("eventId").asText();
    }

    private static void awaitNowhere(FourNodes four, Marker marker, String name) {
        Awaitility.await(marker + " at " + name)
                .atMost(LONG)
                .until(() -> marker.files(four.of(name)).isEmpty());
    }

    private static String text(FourNodes four, String at, String path) throws Exception {
        HttpResponse<byte[]> answer = four.get(at, path);
        return answer.statusCode() + " " + new String(answer.body(), StandardCharsets.UTF_8);
    }

    private static void copy(Path from, Path to) throws Exception {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path path : all.toList()) {
                Files.copy(path, to.resolve(from.relativize(path).toString()));
            }
        }
    }

    @Test
    void everyMemberDestroysItAndOneThatWasAwayWhenItReturns() throws Exception {
        FourNodes nodes = four();
        try (FourNodes four = nodes) {
            String first = publish(four, "bank-a", early.text());
            String kept = publish(four, "bank-a", "kept");
            for (String name : FourNodes.NAMES) {
                four.historyOf(name, "visits", 2);
                assertThat(early.files(four.of(name))).as(name).isNotEmpty();
            }
            assertThat(erase(four, "bank-b", first)).startsWith("403 ").contains("WXW-1282", "bank-a");

            // utility has it and is away when it is erased; what is published meanwhile it never had.
            four.stop("utility");
            Path old = folder.resolve("old");
            copy(four.of("utility").resolve("data/db"), old);
            String second = publish(four, "bank-a", late.text());
            four.historyOf("bank-b", "visits", 3);
            assertThat(erase(four, "bank-a", first)).startsWith("200 ");
            assertThat(erase(four, "bank-a", second)).startsWith("200 ");
            for (String name : List.of("bank-a", "bank-b", "insurer")) {
                awaitNowhere(four, early, name);
                awaitNowhere(four, late, name);
                assertThat(text(four, name, "/v1/events/" + first))
                        .startsWith("410 ")
                        .contains("WXW-1281");
                assertThat(four.history(name, "visits")).hasSize(1);
                four.verify(four.receipt(name, first));
            }

            four.start("utility");
            awaitNowhere(four, early, "utility");
            four.historyOf("utility", "visits", 1);
            Awaitility.await()
                    .atMost(LONG)
                    .until(() -> text(four, "utility", "/v1/events/" + second).startsWith("410 "));
            awaitNowhere(four, late, "utility");
            for (String event : List.of(first, second, kept)) {
                four.verify(four.receipt("utility", event));
            }

            // What comes back with an older backup goes again.
            four.stop("utility");
            Path db = four.of("utility").resolve("data/db");
            FourNodes.delete(db);
            copy(old, db);
            FourNodes.delete(old);
            assertThat(early.files(four.of("utility"))).isNotEmpty();
            four.start("utility");
            awaitNowhere(four, early, "utility");
            four.historyOf("utility", "visits", 1);
            publish(four, "utility", "goes-on");
            for (String name : FourNodes.NAMES) {
                four.historyOf(name, "visits", 2);
            }
        }
        for (String name : FourNodes.NAMES) {
            DataCheck.Report report =
                    DataCheck.run(BrokerFolder.of(nodes.of(name).resolve("data"), null));
            assertThat(report.damaged()).as("%s: %s", name, report.lines()).isFalse();
            assertThat(late.files(nodes.of(name))).as(name).isEmpty();
        }
    }
}

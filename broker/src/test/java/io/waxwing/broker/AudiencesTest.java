package io.waxwing.broker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.waxwing.broker.admin.DataCheck;
import io.waxwing.broker.store.Database;
import io.waxwing.broker.store.EventJournal;
import io.waxwing.broker.store.StoredEvent;
import io.waxwing.ledger.control.Genesis;
import io.waxwing.ledger.control.Registry.Availability;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.node.store.RocksLedgerStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** bank-a and bank-b are an audience, insurer and utility are not in it; all four order its batches. */
class AudiencesTest {
    private static final String PRIVATE = "contracts/1";
    private static final List<String> MEMBERS = List.of("bank-a", "bank-b");
    private static final List<String> OTHERS = List.of("insurer", "utility");

    @TempDir
    private Path folder = Path.of("");

    private FourNodes four(Availability availability, Map<String, String> settings) {
        Genesis.Terms terms = new Genesis.Terms(
                "ledger.example",
                Availability.QUORUM,
                1_760_000_000_000L,
                List.of(new Genesis.PrivateAudience(availability, Set.copyOf(MEMBERS))));
        return new FourNodes(folder, terms, List.of("contracts"), settings);
    }

    @Test
    void nothingOfAPrivateEventReachesWhoIsNotInItsAudienceAndItsMembersProveIt() throws Exception {
        List<byte[]> secrets = new ArrayList<>();
        FourNodes nodes = four(Availability.QUORUM, Map.of());
        try (FourNodes four = nodes) {
            List<String> ids = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                String payload = "the-content-of-contract-" + i;
                secrets.add(payload.getBytes(StandardCharsets.UTF_8));
                JsonNode answer = four.publish(MEMBERS.get(i % 2), PRIVATE, payload, "30");
                assertThat(answer.path("status").asText()).isEqualTo("ordered");
                ids.add(answer.path("eventId").asText());
                four.publish(OTHERS.get(i % 2), "t", "for-all-" + i, "30");
            }
            List<String> order = four.historyOf("bank-a", PRIVATE, 6);
            assertThat(four.historyOf("bank-b", PRIVATE, 6)).isEqualTo(order);
            for (String member : MEMBERS) {
                four.verify(four.receipt(member, ids.get(5)));
            }
            List<String> common = four.historyOf("bank-a", "t", 6);
            for (String name : FourNodes.NAMES) {
                assertThat(four.historyOf(name, "t", 6)).isEqualTo(common);
            }
            for (String other : OTHERS) {
                assertThat(four.history(other, PRIVATE)).isEmpty();
                assertThat(four.get(other, "/v1/events/" + ids.get(0) + "/receipt")
                                .statusCode())
                        .isEqualTo(404);
            }
        }
        for (String name : FourNodes.NAMES) {
            DataCheck.Report report =
                    DataCheck.run(BrokerFolder.of(nodes.of(name).resolve("data"), null));
            assertThat(report.damaged()).as("%s: %s", name, report.lines()).isFalse();
        }
        secrets.add(PRIVATE.getBytes(StandardCharsets.UTF_8));
        secrets.addAll(salts(nodes.of("bank-a")));
        assertThat(secrets).hasSize(6 + 1 + 6);
        secrets.add(secretOfTheAudience(nodes));
        for (byte[] secret : secrets) {
            assertThat(heldAt(nodes, "bank-b", secret))
                    .as("the search finds what is there")
                    .isTrue();
            for (String other : OTHERS) {
                assertThat(heldAt(nodes, other, secret))
                        .as("%s at %s", HexFormat.of().formatHex(secret), other)
                        .isFalse();
                assertThat(isIn(nodes.heard(other), secret)).isFalse();
            }
        }
        assertThat(isIn(nodes.heard("bank-b"), secrets.get(0))).isTrue();
    }

    private static byte[] secretOfTheAudience(FourNodes nodes) throws IOException {
        String text = Files.readString(nodes.of("bank-a").resolve("data/keys/audience-2.secret"));
        return HexFormat.of().parseHex(text.strip());
    }

    private static List<byte[]> salts(Path node) {
        List<byte[]> salts = new ArrayList<>();
        try (Database database = Database.open(node.resolve("data/db"), RocksLedgerStore.columnNames())) {
            EventJournal journal = new EventJournal(database);
            EventJournal.Reader reader = journal.reader();
            for (long seq = 1; seq <= journal.lastJournalSeq(); seq++) {
                StoredEvent event = reader.read(seq);
                if (event.topic().equals(PRIVATE)) {
                    salts.add(event.salt().toBytes());
                }
            }
        }
        assertThat(salts).doesNotContain(Hash.ZERO.toBytes());
        return salts;
    }

    private static boolean heldAt(FourNodes nodes, String name, byte[] secret) throws IOException {
        try (Stream<Path> files = Files.walk(nodes.of(name))) {
            return files.filter(Files::isRegularFile).anyMatch(file -> isIn(bytes(file), secret));
        }
    }

    private static byte[] bytes(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As it is, in hexadecimal, or in Base64 at any place of a longer text. */
    private static boolean isIn(byte[] bytes, byte[] secret) {
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        String hex = HexFormat.of().formatHex(secret);
        if (text.contains(new String(secret, StandardCharsets.ISO_8859_1))
                || text.contains(hex)
                || text.contains(hex.toUpperCase(Locale.ROOT))) {
            return true;
        }
        for (int before = 0; before < 3; before++) {
            byte[] shifted = new byte[before + secret.length];
            System.arraycopy(secret, 0, shifted, before, secret.length);
            String coded = Base64.getEncoder().withoutPadding().encodeToString(shifted);
            // The characters at both ends hold bits of the neighbours too.
            String certain = coded.substring(before == 0 ? 0 : before + 1, coded.length() - 1);
            if (text.contains(certain)
                    || text.contains(certain.replace('+', '-').replace('/', '_'))) {
                return true;
            }
        }
        return false;
    }

    @Test
    void aMemberThatIsAwayStallsItsOwnAudienceOnlyAndHasEverythingWhenItIsBack() throws Exception {
        try (FourNodes four = four(Availability.ALL, Map.of("limits.intake", "256KiB"))) {
            four.publish("bank-a", PRIVATE, "first", "30");
            four.publish("bank-a", "t", "also-first", "30");
            four.historyOf("bank-b", PRIVATE, 1);
            four.stop("bank-b");
            assertThat(four.publish("bank-a", PRIVATE, "waits", "1")
                            .path("status")
                            .asText())
                    .isEqualTo("durable");
            fillTheShare(four);
            for (int i = 0; i < 5; i++) {
                assertThat(four.publish("bank-a", "t", "goes-on-" + i, "30")
                                .path("status")
                                .asText())
                        .isEqualTo("ordered");
            }
            assertThat(four.history("bank-a", PRIVATE)).hasSize(1);
            four.start("bank-b");
            four.historyOf("bank-b", "t", 6);
            List<String> order = longHistory(four, "bank-b");
            assertThat(order.get(1)).endsWith("waits");
            assertThat(longHistory(four, "bank-a")).isEqualTo(order);
        }
    }

    private static final int MANY = 300;

    /** More than its share of limits.intake; whoever finds no room waits. */
    private static void fillTheShare(FourNodes four) {
        byte[] large = new byte[1000];
        Arrays.fill(large, (byte) 'x');
        for (int i = 0; i < MANY; i++) {
            four.publishLater("bank-a", PRIVATE, i + new String(large, StandardCharsets.US_ASCII));
        }
    }

    private static List<String> longHistory(FourNodes four, String name) throws Exception {
        return four.historyOf(name, PRIVATE, 2 + MANY);
    }

    @Test
    void aMemberThatLostItsDataGetsBackWhatItsAudiencesHave() throws Exception {
        try (FourNodes four = four(Availability.QUORUM, Map.of())) {
            for (int i = 0; i < 4; i++) {
                four.publish(MEMBERS.get(i % 2), PRIVATE, "contract-" + i, "30");
                four.publish("insurer", "t", "for-all-" + i, "30");
            }
            List<String> order = four.historyOf("bank-a", PRIVATE, 4);
            four.stop("bank-b");
            four.stop("utility");
            FourNodes.delete(four.of("bank-b").resolve("data/db"));
            FourNodes.delete(four.of("utility").resolve("data/db"));
            four.start("bank-b");
            four.start("utility");
            assertThat(four.historyOf("bank-b", PRIVATE, 4)).isEqualTo(order);
            assertThat(four.historyOf("utility", "t", 4)).isEqualTo(four.historyOf("bank-b", "t", 4));
            four.publish("bank-b", PRIVATE, "after-it", "30");
            assertThat(four.historyOf("bank-a", PRIVATE, 5)).isEqualTo(four.historyOf("bank-b", PRIVATE, 5));
            assertThat(four.history("utility", PRIVATE)).isEmpty();
        }
    }
}

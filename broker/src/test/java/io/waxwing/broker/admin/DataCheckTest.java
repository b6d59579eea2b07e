package io.waxwing.broker.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.waxwing.broker.Broker;
import io.waxwing.broker.BrokerFolder;
import io.waxwing.broker.config.ConfigLoader;
import io.waxwing.broker.store.Column;
import io.waxwing.broker.store.Database;
import io.waxwing.node.store.RocksLedgerStore;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/** One flipped bit in any kind of record, that the database's own checksums do not see because it wrote it so. */
class DataCheckTest {
    /**
     * Nothing else says how far dispatch got, what sessions have, when a topic was made, or what an execution state
     * holds besides the leaves; and the second half of an identity is a fingerprint that only a repeat is compared
     * with.
     */
    private static final Set<String> NOT_COMPARED =
            Set.of("meta", "sessions", "subscriptions", "topics", "identities", "ledger.state");

    @TempDir
    private Path folder = Path.of("");

    private BrokerFolder data() {
        return BrokerFolder.of(folder.resolve("data"), null);
    }

    private void publish() throws Exception {
        Broker node = Broker.start(
                data(),
                ConfigLoader.load(
                        null,
                        Map.of(),
                        Map.of("listeners.mqtt.port", "0", "listeners.http.port", "0", "listeners.stomp.port", "0")));
        try {
            int port = Objects.requireNonNull(node.listeners().get("http")).getPort();
            HttpClient http = HttpClient.newHttpClient();
            for (String topic : List.of("a", "a", "b")) {
                HttpRequest request = HttpRequest.newBuilder(
                                URI.create("http://127.0.0.1:" + port + "/v1/topics/" + topic + "/events"))
                        .header("content-type", "application/cloudevents+json")
                        .POST(HttpRequest.BodyPublishers.ofString("{\"specversion\":\"1.0\",\"id\":\""
                                + System.nanoTime() + "\",\"source\":\"//a\",\"type\":\"t\",\"data\":1}"))
                        .build();
                assertThat(http.send(request, HttpResponse.BodyHandlers.ofString())
                                .statusCode())
                        .isEqualTo(201);
            }
        } finally {
            node.stop();
        }
    }

    @Test
    void aFlippedBitInAnyKindOfRecordIsFound() throws Exception {
        publish();
        try (Database database = Database.open(data().database(), RocksLedgerStore.columnNames())) {
            assertThat(DataCheck.problems(data(), database)).isEmpty();
            Map<String, ColumnFamilyHandle> columns = new LinkedHashMap<>(database.foreign());
            for (Column column : Column.values()) {
                columns.put(
                        new String(column.id(), java.nio.charset.StandardCharsets.US_ASCII), database.handle(column));
            }
            List<String> overlooked = new ArrayList<>();
            for (Map.Entry<String, ColumnFamilyHandle> column : columns.entrySet()) {
                if (!NOT_COMPARED.contains(column.getKey())) {
                    overlooked.addAll(flips(database, column.getKey(), column.getValue()));
                }
            }
            assertThat(overlooked).isEmpty();
            assertThat(DataCheck.problems(data(), database)).isEmpty();
        }
    }

    /** Flips a bit near the front, in the middle and at the end of the last two rows; gives those nobody saw. */
    private List<String> flips(Database database, String name, ColumnFamilyHandle column) throws RocksDBException {
        List<String> overlooked = new ArrayList<>();
        try (RocksIterator rows = database.rocks().newIterator(column)) {
            rows.seekToLast();
            for (int row = 0; row < 2 && rows.isValid(); row++) {
                byte[] key = rows.key();
                byte[] value = rows.value();
                // A mark says that the index is whole; its one byte means nothing.
                boolean mark = name.equals("ledger.segments") && value.length == 1;
                for (int at : mark ? new int[0] : new int[] {0, value.length / 2, value.length - 1}) {
                    byte[] flipped = value.clone();
                    flipped[at] ^= 1;
                    database.rocks().put(column, key, flipped);
                    if (DataCheck.problems(data(), database).isEmpty()) {
                        overlooked.add(name + " row -" + row + " byte " + at + " of " + value.length);
                    }
                }
                database.rocks().put(column, key, value);
                rows.prev();
            }
        }
        return overlooked;
    }
}

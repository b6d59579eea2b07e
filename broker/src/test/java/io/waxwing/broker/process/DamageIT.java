package io.waxwing.broker.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.waxwing.broker.store.Database;
import io.waxwing.node.store.RocksLedgerStore;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.SplittableRandom;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/** One flipped byte, anywhere: {@code server check} or {@code verify} finds it and names it. */
class DamageIT {
    @TempDir
    private Path folder = Path.of("");

    @Test
    void aFlippedByteInATileAPayloadAReceiptOrTheTrustFileIsFoundAndNamed() throws Exception {
        Path data = folder.resolve("data");
        Path receipt = folder.resolve("e.tlog-proof");
        try (NodeProcess node = NodeProcess.start(data)) {
            HttpClient http = HttpClient.newHttpClient();
            HttpResponse<String> answer = http.send(
                    HttpRequest.newBuilder(node.http("/v1/topics/a/b/events"))
                            .POST(HttpRequest.BodyPublishers.ofString("content"))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            String eventId =
                    answer.headers().firstValue("location").orElseThrow().substring("/v1/events/".length());
            HttpRequest wanted = HttpRequest.newBuilder(node.http("/v1/events/" + eventId + "/receipt"))
                    .build();
            Files.write(
                    receipt,
                    Awaitility.await()
                            .until(
                                    () -> http.send(wanted, HttpResponse.BodyHandlers.ofByteArray()),
                                    got -> got.statusCode() == 200)
                            .body());
        }
        Path trust = data.resolve("trust.policy");
        assertThat(check(data)).startsWith("exit 0").contains("RESULT   OK");
        assertThat(verify(receipt, trust)).startsWith("exit 0").contains("VERIFIED");
        receiptFlipsAreFound(receipt, trust);
        storedFlipsAreFound(data);
        flip(trust, Files.readString(trust).indexOf("log ") + 40);
        assertThat(check(data)).startsWith("exit 3").contains("trust");
        assertThat(verify(receipt, trust)).startsWith("exit 3");
    }

    private static void receiptFlipsAreFound(Path receipt, Path trust) throws Exception {
        byte[] whole = Files.readAllBytes(receipt);
        SplittableRandom random = new SplittableRandom(Long.getLong("seed", 1));
        Path damaged = receipt.resolveSibling("damaged.tlog-proof");
        for (int i = 0; i < 5; i++) {
            byte[] copy = whole.clone();
            int at = random.nextInt(copy.length);
            copy[at] ^= 1;
            Files.write(damaged, copy);
            assertThat(verify(damaged, trust)).as("byte %d flipped", at).startsWith("exit 3");
        }
    }

    private static void storedFlipsAreFound(Path data) throws Exception {
        // The last byte of the payload is before the length of the publisher's name, which is empty here.
        flipStored(data, "events", -3);
        assertThat(check(data)).startsWith("exit 3").contains("its content is not what was committed to");
        flipStored(data, "events", -3);
        flipStored(data, "events", -1);
        assertThat(check(data)).startsWith("exit 3").contains("journal event 1: a length reaches beyond the end");
        flipStored(data, "events", -1);
        flipStored(data, "ledger.tiles", 5);
        assertThat(check(data)).startsWith("exit 3").contains("tile");
        flipStored(data, "ledger.tiles", 5);
        flipStored(data, "ledger.leaves", 20);
        assertThat(check(data)).startsWith("exit 3").contains("leaf");
        flipStored(data, "ledger.leaves", 20);
        assertThat(check(data)).startsWith("exit 0");
    }

    /** Flips a bit of the last value of a column; {@code at} from the front, or negative from the end. */
    private static void flipStored(Path data, String column, int at) throws RocksDBException {
        try (Database database = Database.open(data.resolve("db"), RocksLedgerStore.columnNames())) {
            ColumnFamilyHandle handle = column.startsWith("ledger.")
                    ? Objects.requireNonNull(database.foreign().get(column))
                    : database.handle(io.waxwing.broker.store.Column.EVENTS);
            try (RocksIterator iterator = database.rocks().newIterator(handle)) {
                iterator.seekToLast();
                byte[] key = iterator.key();
                byte[] value = iterator.value();
                value[at < 0 ? value.length + at : at] ^= 1;
                database.rocks().put(handle, key, value);
            }
        }
    }

    private static void flip(Path file, int at) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[at] ^= 1;
        Files.write(file, bytes);
    }

    private static String check(Path data) throws IOException, InterruptedException {
        return NodeProcess.command("server", "check", "--data", data.toString());
    }

    private static String verify(Path receipt, Path trust) throws IOException, InterruptedException {
        return NodeProcess.command("verify", receipt.toString(), "--trust", trust.toString());
    }
}

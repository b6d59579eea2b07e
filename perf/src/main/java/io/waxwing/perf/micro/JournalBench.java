package io.waxwing.perf.micro;

import io.waxwing.broker.store.Database;
import io.waxwing.broker.store.EventJournal;
import io.waxwing.broker.store.StoredEvent;
import io.waxwing.bus.event.Attributes;
import io.waxwing.bus.event.Payload;
import io.waxwing.bus.topic.DeliveryClass;
import io.waxwing.ledger.batch.Lane;
import io.waxwing.ledger.hash.Hash;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** One group of events of 256 bytes into the journal, with its force. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class JournalBench {
    /** Events of a group. */
    @Param({"1", "100", "1000"})
    public int events;

    private final Payload payload = Payload.of(new byte[256]);
    private final Attributes attributes = Attributes.of(Map.of("id", "1", "source", "/device/11"));
    private final Path folder;
    private final Database database;
    private final EventJournal journal;
    private long seq;

    /** On the disk of the folder for temporary files. */
    public JournalBench() {
        try {
            folder = Files.createTempDirectory("waxwing-journal");
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        database = Database.open(folder, List.of());
        journal = new EventJournal(database);
    }

    /** Takes the files away. */
    @TearDown
    public void end() throws IOException {
        database.close();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    /** A group. */
    @Benchmark
    public long group() {
        List<StoredEvent> group = new ArrayList<>(events);
        for (int i = 0; i < events; i++) {
            group.add(new StoredEvent(
                    ++seq,
                    new Lane(1, 1),
                    false,
                    "site/7/device/11/state",
                    DeliveryClass.SEALED,
                    1,
                    false,
                    5,
                    Hash.ZERO,
                    Hash.ZERO,
                    attributes,
                    payload,
                    "device-11"));
        }
        journal.add(group);
        journal.commit();
        return seq;
    }
}

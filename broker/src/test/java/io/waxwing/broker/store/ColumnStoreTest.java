package io.waxwing.broker.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waxwing.broker.sim.MemoryColumns;
import io.waxwing.bus.failure.RefusedException;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ColumnStoreTest {
    @TempDir
    private Path folder = Path.of("");

    @Test
    void rocksDbAnswersAsTheModelDoes() {
        long seed = Long.getLong("seed", 7);
        SplittableRandom random = new SplittableRandom(seed);
        MemoryColumns model = new MemoryColumns();
        try (Database database = Database.open(folder.resolve("db"), List.of("other"))) {
            for (int step = 0; step < 400; step++) {
                ColumnStore.Writes writes = new ColumnStore.Writes();
                for (int i = 0; i < 3; i++) {
                    byte[] key = Keys.sequence(random.nextInt(50));
                    if (random.nextInt(4) == 0) {
                        writes.delete(Column.ORDER, key);
                    } else {
                        writes.put(Column.ORDER, key, Keys.sequence(random.nextLong()));
                    }
                }
                database.write(writes, step % 50 == 0);
                model.write(writes, step % 50 == 0);
                byte[] asked = Keys.sequence(random.nextInt(52));
                assertSame(database.floor(Column.ORDER, asked), model.floor(Column.ORDER, asked), seed);
                assertSame(database.ceiling(Column.ORDER, asked), model.ceiling(Column.ORDER, asked), seed);
                assertSame(database.last(Column.ORDER), model.last(Column.ORDER), seed);
                assertThat(database.get(Column.ORDER, asked))
                        .as("seed %d", seed)
                        .isEqualTo(model.get(Column.ORDER, asked));
                assertThat(database.last(Column.EVENTS)).isNull();
            }
        }
    }

    private static void assertSame(ColumnStore.@Nullable Entry got, ColumnStore.@Nullable Entry want, long seed) {
        assertThat(got == null ? null : Keys.sequence(got.key()))
                .as("seed %d", seed)
                .isEqualTo(want == null ? null : Keys.sequence(want.key()));
        assertThat(got == null ? null : got.value()).isEqualTo(want == null ? null : want.value());
    }

    @Test
    void twoProcessesCannotHaveItOpen() {
        try (Database database = Database.open(folder.resolve("db"), List.of())) {
            assertThat(database.foreign()).isEmpty();
            assertThatThrownBy(() -> Database.open(folder.resolve("db"), List.of()))
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining("WXW-2103");
        }
    }

    @Test
    void columnsOfANewerVersionAreRefusedBeforeAnythingIsChanged() {
        Path db = folder.resolve("db");
        Database.open(db, List.of("from-the-future")).close();
        assertThatThrownBy(() -> Database.open(db, List.of()))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("WXW-2102")
                .hasMessageContaining("from-the-future")
                .hasMessageContaining("a newer version wrote it");
        Database.open(db, List.of("from-the-future")).close();
    }

    @Test
    void anotherFormatIsRefused() {
        for (int other : new int[] {Database.FORMAT - 5, Database.FORMAT + 1}) {
            Path db = folder.resolve("db" + other);
            try (Database database = Database.open(db, List.of())) {
                ColumnStore.Writes writes = new ColumnStore.Writes();
                writes.put(Column.META, Keys.ascii("format"), new byte[] {0, 0, 0, (byte) other});
                database.write(writes, true);
            }
            assertThatThrownBy(() -> Database.open(db, List.of()))
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining("WXW-2102")
                    .hasMessageContaining("format " + other + ", this version knows " + Database.FORMAT);
        }
    }
}

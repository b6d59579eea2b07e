package io.waxwing.bus.spi;

import io.waxwing.bus.failure.Refusal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where protocols keep what outlives a connection: for each session, by a name that is never used twice, a few rows of
 * bytes that only the protocol understands. Changes are written in the order of asking, many in one group; a write that
 * came later never survives a crash that an earlier one did not. A session whose rows refer to a delivery position can
 * rely on that position being there after any crash.
 */
public interface SessionStore {
    /**
     * Takes a change over; never waits. Any thread.
     *
     * @param done is told exactly once, on a thread of the store
     */
    void write(Change change, Done done);

    /** Calls {@code each} with every row, session by session. Blocks; for start-up. */
    void forEach(EachRow each);

    /** Told when a change is written, or was not. */
    interface Done {
        void written();

        /** Nothing of the change is stored. */
        void failed(Refusal refusal);
    }

    /** Takes one row. */
    @FunctionalInterface
    interface EachRow {
        void row(String session, String row, byte[] value);
    }

    /** One row to put, or with a null value to remove. */
    @SuppressWarnings("ArrayRecordComponent") // Written once, never compared.
    record Row(String name, byte @Nullable [] value) {}

    /**
     * What is to be written together.
     *
     * @param session 1 to 64 letters and digits
     * @param rows put or removed
     * @param discarded all rows of the session are removed first
     * @param synced true: on the disk when told; false: it survives the end of the process but not that of the machine
     */
    record Change(String session, List<Row> rows, boolean discarded, boolean synced) {}
}

package io.waxwing.bus.spi;

import io.waxwing.bus.audit.Act;
import io.waxwing.bus.failure.Refusal;
import org.jspecify.annotations.Nullable;

/** Where acts are written down. Any thread; never waits. */
public interface ActLog {
    /** Keeps nothing. */
    ActLog NONE = new ActLog() {
        @Override
        public @Nullable Refusal problem() {
            return null;
        }

        @Override
        public void record(Act act, Recorded then) {
            then.recorded(null);
        }
    };

    /** Told once, on any thread, perhaps before {@link #record} returns; must not wait. */
    interface Recorded {
        /** {@code refusal} is null if the act is on the disk, or is one of many refusals of which not all are kept. */
        void recorded(@Nullable Refusal refusal);
    }

    /** Why nothing can be written down just now, so that nothing should be done either; null if it can. */
    @Nullable Refusal problem();

    /** Writes it down. */
    void record(Act act, Recorded then);

    /** Writes it down for nobody who waits. */
    default void record(Act act) {
        record(act, refusal -> {});
    }
}

package io.waxwing.bus.spi;

import io.waxwing.bus.event.EventDraft;
import io.waxwing.bus.failure.Refusal;
import org.jspecify.annotations.Nullable;

/**
 * What is asked of an event beside its form before the node takes it: that it fits its topic's schema, that its
 * publisher signed it, that its topic has room for it. Whatever protocol it came by. Any thread; never waits, and takes
 * a bounded time.
 */
public interface Admission {
    /** Takes everything. */
    Admission EVERYTHING = draft -> null;

    /** Why it is not taken: WXW-1012, WXW-1014, WXW-1107; null if it is. */
    @Nullable Refusal check(EventDraft draft);

    /** This, and then the next if this has nothing against it. */
    default Admission then(Admission next) {
        return draft -> {
            Refusal refusal = check(draft);
            return refusal == null ? next.check(draft) : refusal;
        };
    }
}

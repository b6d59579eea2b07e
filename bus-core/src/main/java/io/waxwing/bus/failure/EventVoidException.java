package io.waxwing.bus.failure;

import java.util.List;

/**
 * WXW-1207 (void) or WXW-1281 (erased), for whoever may know that there was such an event: not for others, to whom it
 * is not there.
 */
public final class EventVoidException extends RefusedException {
    private static final long serialVersionUID = 1L;

    private final transient List<String> topics;

    /** {@code topics} are the names that the event's topic may have. */
    public EventVoidException(Refusal refusal, List<String> topics) {
        super(refusal);
        this.topics = List.copyOf(topics);
    }

    public List<String> topics() {
        return topics;
    }
}

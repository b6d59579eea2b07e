package io.waxwing.bus.delivery;

import io.waxwing.bus.event.EventId;
import io.waxwing.bus.failure.Refusal;
import io.waxwing.bus.failure.RefusedException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** WXW-1203 because events behind the position are not kept any more, with what the topics still have. */
public final class PositionGoneException extends RefusedException {
    private static final long serialVersionUID = 1L;

    private final transient List<Earliest> earliest;

    /**
     * What a topic still has.
     *
     * @param topic its name
     * @param eventId the first event with content; null if there is none, or if events of the topic have no eventId
     */
    public record Earliest(String topic, @Nullable EventId eventId) {}

    public PositionGoneException(Refusal refusal, List<Earliest> earliest) {
        super(refusal);
        this.earliest = List.copyOf(earliest);
    }

    /** Of each topic of which events are missing. */
    public List<Earliest> earliest() {
        return earliest;
    }
}

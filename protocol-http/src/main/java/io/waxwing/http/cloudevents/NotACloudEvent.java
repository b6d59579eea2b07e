package io.waxwing.http.cloudevents;

import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.Refusal;
import org.jspecify.annotations.Nullable;

/** Why a body is no CloudEvent, with the place. No stack trace: it reports input. */
public final class NotACloudEvent extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Refusal refusal;
    private final @Nullable String pointer;

    public NotACloudEvent(Refusal refusal, @Nullable String pointer) {
        super(refusal.toString(), null, false, false);
        this.refusal = refusal;
        this.pointer = pointer;
    }

    static NotACloudEvent of(FailureCode code, String detail, @Nullable String pointer) {
        return new NotACloudEvent(new Refusal(code, detail), pointer);
    }

    public Refusal refusal() {
        return refusal;
    }

    /** RFC 6901 pointer into a JSON body; null in binary mode and for bodies that are no JSON. */
    public @Nullable String pointer() {
        return pointer;
    }
}

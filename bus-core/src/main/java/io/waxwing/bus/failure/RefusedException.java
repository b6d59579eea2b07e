package io.waxwing.bus.failure;

/**
 * Carries a {@link Refusal} out of a parser or a constructor. Has no stack trace: it reports input, not a fault of
 * ours.
 */
public class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Refusal refusal;

    public RefusedException(Refusal refusal) {
        super(refusal.toString(), null, false, false);
        this.refusal = refusal;
    }

    public RefusedException(FailureCode code, String detail) {
        this(new Refusal(code, detail));
    }

    public Refusal refusal() {
        return refusal;
    }
}

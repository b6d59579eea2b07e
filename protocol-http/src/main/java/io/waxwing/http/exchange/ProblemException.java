package io.waxwing.http.exchange;

import io.waxwing.bus.failure.FailureCode;
import org.jspecify.annotations.Nullable;

/** Carries a {@link Problem} out of a handler. No stack trace: it reports a request, not a fault of ours. */
public final class ProblemException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Problem problem;
    private final @Nullable String allow;

    public ProblemException(Problem problem) {
        this(problem, null);
    }

    private ProblemException(Problem problem, @Nullable String allow) {
        super(problem.code().text() + " " + problem.detail(), null, false, false);
        this.problem = problem;
        this.allow = allow;
    }

    /** 405 with an Allow header. */
    public static ProblemException notAllowed(String method, String allow) {
        return new ProblemException(
                Problem.of(FailureCode.METHOD, "got " + method + ", this resource has " + allow), allow);
    }

    public Problem problem() {
        return problem;
    }

    /** The Allow header of a 405, else null. */
    public @Nullable String allow() {
        return allow;
    }
}

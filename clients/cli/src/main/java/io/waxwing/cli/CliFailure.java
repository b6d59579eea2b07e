package io.waxwing.cli;

import org.jspecify.annotations.Nullable;

/** Ends a command: what went wrong, why, and what to do next. No stack trace: it is for a human. */
public final class CliFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int exitCode;
    private final String why;
    private final @Nullable String next;

    /** Exit with {@code exitCode} after showing the three parts; {@code next} is a command or an action. */
    public CliFailure(int exitCode, String what, String why, @Nullable String next) {
        super(what, null, false, false);
        this.exitCode = exitCode;
        this.why = why;
        this.next = next;
    }

    public int exitCode() {
        return exitCode;
    }

    /** The lines for standard error. */
    public String shown() {
        StringBuilder text = new StringBuilder("error: ").append(getMessage());
        if (!why.isEmpty()) {
            text.append("\n  why:  ").append(why);
        }
        if (next != null) {
            text.append("\n  next: ").append(next);
        }
        return text.toString();
    }
}

package io.waxwing.broker.demo;

import io.waxwing.cli.CliFailure;
import io.waxwing.cli.ExitCodes;
import org.jspecify.annotations.Nullable;

/** What the demo refuses or fails at, with its stable code; explained by {@code waxwing error} too. */
public enum DemoFault {
    NO_DEMO(3180, ExitCodes.NOT_FOUND, "no demo is in the folder"),
    NOT_OURS(3181, ExitCodes.USAGE, "the demo did not make this folder"),
    NODE_FAILED(3182, ExitCodes.UNREACHABLE, "a node of the demo did not start"),
    NO_MEMBER(3183, ExitCodes.NOT_FOUND, "the demo has no such member"),
    NOT_RUNNING(3184, ExitCodes.UNREACHABLE, "member of the demo is not running"),
    NOTHING_STORED(3185, ExitCodes.NOT_FOUND, "nothing is stored yet that could be changed"),
    NOT_VERIFIED(3186, ExitCodes.VERIFICATION_FAILED, "the demo's first event was not verified"),
    RECORD(3187, ExitCodes.USAGE, "the demo's own record cannot be read or written"),
    BUSY(3188, ExitCodes.USAGE, "another command is at work on this demo"),
    WILL_NOT_END(3189, ExitCodes.TIMEOUT, "a node of the demo did not end");

    private final int number;
    private final int exitCode;
    private final String title;

    DemoFault(int number, int exitCode, String title) {
        this.number = number;
        this.exitCode = exitCode;
        this.title = title;
    }

    /** The code as shown everywhere, for example {@code WXW-3180}. */
    public String code() {
        return "WXW-" + number;
    }

    /** One line in lower case, the same for every occurrence. */
    public String title() {
        return title;
    }

    /** The failure that ends the command; {@code next} is a command or an action. */
    CliFailure because(String why, @Nullable String next) {
        return new CliFailure(exitCode, code() + " " + title, why, next);
    }
}

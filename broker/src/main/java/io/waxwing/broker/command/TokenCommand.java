package io.waxwing.broker.command;

import io.waxwing.broker.access.AccessText;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import java.io.PrintWriter;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code waxwing token}: secrets for programs, in the place of passwords. */
@Command(
        name = "token",
        description = "Make, show and take back tokens of users.",
        subcommands = {TokenCommand.New.class, TokenCommand.Rm.class, TokenCommand.Ls.class})
public final class TokenCommand {
    /** {@code waxwing token new}. */
    @Command(
            name = "new",
            description = "Print a new token of a user. It is shown this once: the file has only its hash.",
            mixinStandardHelpOptions = true)
    static final class New extends UserCommand.OnUser {
        @Option(names = "--days", paramLabel = "N", description = "When it ends; without: never.")
        private int days;

        @Override
        void change(AccessText text, PrintWriter out) {
            if (days < 0) {
                throw new RefusedException(FailureCode.ACCESS_FILE, "--days: want 1 or more");
            }
            Instant end = Instant.now().plus(days, ChronoUnit.DAYS).truncatedTo(ChronoUnit.SECONDS);
            out.println(text.token(user, days == 0 ? null : end));
        }
    }

    /** {@code waxwing token rm}. */
    @Command(
            name = "rm",
            description = "Take a token back; connections that came in with it end.",
            mixinStandardHelpOptions = true)
    static final class Rm extends UserCommand.OnFile {
        @Parameters(paramLabel = "ID", description = "The 8 digits behind wxw_; see 'waxwing token ls'.")
        private String id = "";

        @Override
        void change(AccessText text, PrintWriter out) {
            text.removeToken(id);
        }
    }

    /** {@code waxwing token ls}. */
    @Command(
            name = "ls",
            description = "Show tokens, their users and ends; nothing secret.",
            mixinStandardHelpOptions = true)
    static final class Ls extends UserCommand.OnFile {
        @Override
        void change(AccessText text, PrintWriter out) {
            text.users().forEach(user -> user.tokens().forEach(token -> out.println(token + "  " + user.name())));
        }
    }
}

package io.waxwing.broker.command;

import io.waxwing.broker.access.AccessText;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.bus.identity.Secret;
import java.io.ByteArrayOutputStream;
import java.io.Console;
import java.io.IOException;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import picocli.CommandLine.Option;

/** Which access file a command changes; and passwords, which are never arguments. */
final class AccessFileOption {
    private static final int LINE_BYTES_MAX = 4_096;

    @Option(
            names = "--file",
            paramLabel = "FILE",
            defaultValue = "data/access",
            description = "The access file, as the node's access.file names it (default: ${DEFAULT-VALUE}).")
    private Path file = Path.of("data/access");

    AccessText text() {
        return new AccessText(file, new SecureRandom());
    }

    /** Asked for twice on a terminal without showing it; else the first line of standard input. */
    @SuppressWarnings("SystemConsoleNull") // Both answers are asked for: null before Java 22, no terminal from then on.
    static Secret password() {
        Console console = System.console();
        if (console == null || !isTerminal(console)) {
            return firstLine();
        }
        char[] once = console.readPassword("Password: ");
        char[] again = console.readPassword("Again: ");
        if (once == null || !Arrays.equals(once, again)) {
            throw new RefusedException(FailureCode.ACCESS_FILE, "the two passwords differ");
        }
        return Secret.utf8(CharBuffer.wrap(once).toString());
    }

    /** From Java 22 on there is a console without a terminal too, and a method that tells. */
    private static boolean isTerminal(Console console) {
        try {
            return Boolean.TRUE.equals(Console.class.getMethod("isTerminal").invoke(console));
        } catch (ReflectiveOperationException before22) {
            return true;
        }
    }

    private static Secret firstLine() {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        try {
            for (int next = System.in.read(); next >= 0 && next != '\n'; next = System.in.read()) {
                if (line.size() >= LINE_BYTES_MAX) {
                    throw new RefusedException(FailureCode.ACCESS_FILE, "the password on standard input has no end");
                }
                line.write(next);
            }
        } catch (IOException e) {
            throw new RefusedException(FailureCode.ACCESS_FILE, "standard input: " + e.getMessage());
        }
        String text = line.toString(StandardCharsets.UTF_8);
        return Secret.utf8(text.endsWith("\r") ? text.substring(0, text.length() - 1) : text);
    }
}

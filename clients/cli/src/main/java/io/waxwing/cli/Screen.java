package io.waxwing.cli;

import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;

/** Where a command writes: colours only on a terminal, marks only where the character set has them. */
final class Screen {
    private static final int LABEL_WIDTH = 11;

    private final PrintWriter out;
    private final boolean unicode;

    Screen(CommandSpec spec) {
        this.out = spec.commandLine().getOut();
        this.unicode = Charset.defaultCharset().equals(StandardCharsets.UTF_8);
    }

    void line(String text) {
        out.println(text);
        out.flush();
    }

    /** {@code label text}, the label in a column of its own. */
    void row(String label, String text) {
        line(label + " ".repeat(Math.max(1, LABEL_WIDTH - label.length())) + text);
    }

    String good(String text) {
        return coloured("green", text);
    }

    String bad(String text) {
        return coloured("red", text);
    }

    String pending(String text) {
        return coloured("yellow", text);
    }

    boolean unicode() {
        return unicode;
    }

    private static String coloured(String colour, String text) {
        boolean allowed = System.getenv("NO_COLOR") == null;
        return allowed && Ansi.AUTO.enabled() ? Ansi.AUTO.string("@|" + colour + " " + text + "|@") : text;
    }
}

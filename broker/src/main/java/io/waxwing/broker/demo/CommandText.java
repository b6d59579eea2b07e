package io.waxwing.broker.demo;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Commands as a person types them in a shell: named as this program was called, quoted where needed. */
public final class CommandText {
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_@%+=:,./-]+");

    private final String program;
    private final Path root;

    /** Commands about the demo in {@code root}. */
    public CommandText(Path root) {
        this(System.getProperty("waxwing.command", "waxwing"), root);
    }

    CommandText(String program, Path root) {
        this.program = program;
        this.root = root;
    }

    /** A command of {@code waxwing}. */
    public String waxwing(String... arguments) {
        List<String> words = new ArrayList<>(List.of(program));
        words.addAll(List.of(arguments));
        return joined(words);
    }

    /** A command of {@code waxwing demo} about this demo. */
    public String demo(String subcommand, String... arguments) {
        List<String> words = new ArrayList<>(List.of(program, "demo", subcommand));
        words.addAll(List.of(arguments));
        if (!root.equals(DemoFolder.usual())) {
            words.addAll(List.of("--dir", root.toString()));
        }
        return joined(words);
    }

    static String joined(List<String> words) {
        return String.join(" ", words.stream().map(CommandText::quoted).toList());
    }

    private static String quoted(String word) {
        return PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}

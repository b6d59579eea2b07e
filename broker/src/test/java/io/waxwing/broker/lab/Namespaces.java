package io.waxwing.broker.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A network namespace per member. Each has {@code peers0}, 10.77.0.N, on a bridge where institutions meet, which is
 * where all faults are done; and {@code control0}, 10.78.N.2, by which the test looks in, come what may.
 */
final class Namespaces implements AutoCloseable {
    private static final Pattern NAMESPACE = Pattern.compile("^(wx([0-9a-z]+)-\\d)\\b");
    private static final Pattern LINK = Pattern.compile("\\b(wx([0-9a-z]+)[ab]): ");

    private final String tag = Long.toString(ProcessHandle.current().pid(), 36);
    private final int count;
    private final boolean netem;

    private Namespaces(int count) throws IOException, InterruptedException {
        this.count = count;
        removeThoseOfDeadRuns();
        bridge("a");
        bridge("b");
        for (int member = 1; member <= count; member++) {
            String name = name(member);
            run("ip", "netns", "add", name);
            run("ip", "link", "add", peers(member), "type", "veth", "peer", "name", "peers0", "netns", name);
            run("ip", "link", "add", control(member), "type", "veth", "peer", "name", "control0", "netns", name);
            run("ip", "addr", "add", "10.78." + member + ".1/24", "dev", control(member));
            run("ip", "link", "set", control(member), "up");
            run("ip", "-n", name, "addr", "add", peerAddress(member) + "/24", "dev", "peers0");
            run("ip", "-n", name, "addr", "add", controlAddress(member) + "/24", "dev", "control0");
            for (String device : List.of("lo", "peers0", "control0")) {
                run("ip", "-n", name, "link", "set", device, "up");
            }
            run("ip", "link", "set", peers(member), "master", "wx" + tag + "a", "up");
        }
        netem = exitCode("ip", "netns", "exec", name(1), "tc", "qdisc", "add", "dev", "peers0", "root", "netem") == 0;
        calm();
    }

    /** Makes them. What a failed attempt has made is taken away again. */
    static Namespaces make(int count) throws IOException, InterruptedException {
        return new Namespaces(count);
    }

    /** A run that was killed leaves its network behind, with the addresses that this one wants. */
    private static void removeThoseOfDeadRuns() throws IOException, InterruptedException {
        for (String line : output("ip", "netns", "list").split("\n")) {
            removeIfDead(line, NAMESPACE, "ip", "netns", "del");
        }
        for (String line : output("ip", "-o", "link").split("\n")) {
            removeIfDead(line, LINK, "ip", "link", "del");
        }
    }

    private static void removeIfDead(String line, Pattern named, String... delete)
            throws IOException, InterruptedException {
        Matcher match = named.matcher(line);
        if (match.find() && ProcessHandle.of(Long.parseLong(match.group(2), 36)).isEmpty()) {
            List<String> command = new ArrayList<>(List.of(delete));
            command.add(match.group(1));
            exitCode(command.toArray(String[]::new));
        }
    }

    private void bridge(String which) throws IOException, InterruptedException {
        run("ip", "link", "add", "wx" + tag + which, "type", "bridge");
        run("ip", "link", "set", "wx" + tag + which, "up");
    }

    private String name(int member) {
        return "wx" + tag + "-" + member;
    }

    private String peers(int member) {
        return "wxp" + tag + member;
    }

    private String control(int member) {
        return "wxc" + tag + member;
    }

    static String peerAddress(int member) {
        return "10.77.0." + member;
    }

    static String controlAddress(int member) {
        return "10.78." + member + ".2";
    }

    /** True if the kernel can delay and lose packets itself. */
    boolean hasNetem() {
        return netem;
    }

    /** A command as it is run inside a member's namespace; the process keeps its number. */
    List<String> inside(int member, List<String> command) {
        List<String> all = new ArrayList<>(List.of("ip", "netns", "exec", name(member)));
        all.addAll(command);
        return all;
    }

    /** Delays and loses what members send to each other. Only with {@link #hasNetem}. */
    void weather(int delayMs, int lossPercent) throws IOException, InterruptedException {
        for (int member = 1; member <= count; member++) {
            List<String> tc = List.of("tc", "qdisc", "replace", "dev", "peers0", "root", "netem");
            List<String> how = List.of("delay", delayMs + "ms", "loss", lossPercent + "%");
            List<String> all = new ArrayList<>(tc);
            all.addAll(how);
            run(inside(member, all).toArray(String[]::new));
        }
    }

    /** Takes the weather away. */
    void calm() throws IOException, InterruptedException {
        for (int member = 1; netem && member <= count; member++) {
            exitCode(inside(member, List.of("tc", "qdisc", "del", "dev", "peers0", "root"))
                    .toArray(String[]::new));
        }
    }

    /** Puts these members on a bridge of their own: nobody else hears them or is heard by them. */
    void separate(int... members) throws IOException, InterruptedException {
        for (int member : members) {
            run("ip", "link", "set", peers(member), "master", "wx" + tag + "b");
        }
    }

    /** Everybody on one bridge again. */
    void heal() throws IOException, InterruptedException {
        for (int member = 1; member <= count; member++) {
            run("ip", "link", "set", peers(member), "master", "wx" + tag + "a", "up");
        }
    }

    /** Pulls one member's cable. */
    void cut(int member) throws IOException, InterruptedException {
        run("ip", "link", "set", peers(member), "down");
    }

    @Override
    public void close() {
        try {
            for (int member = 1; member <= count; member++) {
                exitCode("ip", "netns", "del", name(member));
                exitCode("ip", "link", "del", peers(member));
                exitCode("ip", "link", "del", control(member));
            }
            exitCode("ip", "link", "del", "wx" + tag + "a");
            exitCode("ip", "link", "del", "wx" + tag + "b");
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Runs a command that must end well. */
    static void run(String... command) throws IOException, InterruptedException {
        Path printed = Files.createTempFile("waxwing", ".out");
        try {
            int exitCode = exitCode(printed, command);
            assertThat(exitCode)
                    .as(() -> Arrays.toString(command) + ": " + read(printed))
                    .isZero();
        } finally {
            Files.delete(printed);
        }
    }

    private static String output(String... command) throws IOException, InterruptedException {
        Path printed = Files.createTempFile("waxwing", ".out");
        try {
            exitCode(printed, command);
            return read(printed);
        } finally {
            Files.delete(printed);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (IOException e) {
            return e.toString();
        }
    }

    private static int exitCode(String... command) throws IOException, InterruptedException {
        return exitCode(Path.of("/dev/null"), command);
    }

    private static int exitCode(Path printed, String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(printed.toFile())
                .start();
        assertThat(process.waitFor(30, TimeUnit.SECONDS))
                .as(Arrays.toString(command))
                .isTrue();
        return process.exitValue();
    }
}

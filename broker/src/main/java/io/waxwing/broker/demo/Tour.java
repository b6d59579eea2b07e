package io.waxwing.broker.demo;

import io.waxwing.cli.ExitCodes;
import io.waxwing.cli.Waxwing;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine;

/**
 * The first minutes with a demo: an event is published at one member, and a receipt from another member is verified
 * with the trust file alone. Every step is a command of the client, shown as it was run, so that anybody can do it
 * again.
 */
public final class Tour {
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    static final String TOPIC = "home/boiler";

    private final DemoFolder folder;
    private final CommandText text;
    private final PrintWriter out;

    public Tour(DemoFolder folder, CommandText text, PrintWriter out) {
        this.folder = folder;
        this.text = text;
        this.out = out;
    }

    private DemoMember publisher() {
        return folder.members().get(0);
    }

    /** Another one than the publisher: the third of four. */
    private DemoMember witness() {
        return folder.members().get(folder.members().size() / 2);
    }

    private Path receipt() {
        return folder.root().resolve("first.tlog-proof");
    }

    /**
     * Publishes, fetches, verifies, and shows all of it.
     *
     * @return the eventId
     * @throws io.waxwing.cli.CliFailure WXW-3186 with what the failing command said
     */
    public String firstVerifiedEvent() {
        String id = "demo-" + System.currentTimeMillis();
        String eventId = run(
                        "pub",
                        TOPIC,
                        "-d",
                        "{\"on\":true,\"power\":1215}",
                        "--id",
                        id,
                        "--wait",
                        "ordered",
                        "--url",
                        publisher().http())
                .split("\\s", -1)[0];
        run(
                "receipt",
                "get",
                eventId,
                "--url",
                witness().http(),
                "-o",
                receipt().toString());
        run("verify", receipt().toString(), "--trust", folder.trust().toString());
        return eventId;
    }

    /** Runs one command of the client until it works or time is over. */
    private String run(String... arguments) {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (true) {
            StringWriter said = new StringWriter();
            PrintWriter writer = new PrintWriter(said);
            CommandLine line = Waxwing.commandLine().setOut(writer).setErr(writer);
            int exitCode = line.execute(arguments);
            writer.flush();
            if (exitCode == ExitCodes.OK) {
                out.println("$ " + text.waxwing(arguments));
                out.print(said.toString().indent(2));
                out.flush();
                return said.toString();
            }
            if (exitCode == ExitCodes.VERIFICATION_FAILED || System.nanoTime() > deadline) {
                throw DemoFault.NOT_VERIFIED.because(
                        text.waxwing(arguments) + "\n"
                                + said.toString().indent(8).stripTrailing(),
                        text.demo("status"));
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    /** What to try now, ready to be pasted. */
    public List<String> suggestions(String eventId) {
        List<DemoMember> members = folder.members();
        DemoMember last = members.get(members.size() - 1);
        DemoMember second = members.get(1);
        String trust = folder.trust().toString();
        List<String> lines = new ArrayList<>();
        lines.add("Try it, from another terminal:");
        lines.add("  # follow events at " + last.name() + ", each verified here before it is called ordered");
        lines.add("  " + text.waxwing("sub", "home/#", "--verify", "--url", last.http(), "--trust", trust));
        lines.add("  # publish at " + publisher().name() + ", over HTTP or MQTT");
        lines.add("  "
                + text.waxwing(
                        "pub",
                        TOPIC,
                        "-d",
                        "{\"on\":false}",
                        "--url",
                        publisher().http()));
        lines.add("  "
                + CommandText.joined(List.of(
                        "mosquitto_pub",
                        "-p",
                        Integer.toString(publisher().ports().mqtt()),
                        "-t",
                        TOPIC,
                        "-m",
                        "{\"on\":false}",
                        "-q",
                        "1")));
        lines.add("  # a receipt from " + witness().name() + ", verified without any node");
        lines.add("  "
                + text.waxwing("receipt", "get", eventId, "--url", witness().http(), "-o", "e.tlog-proof"));
        lines.add("  " + text.waxwing("verify", "e.tlog-proof", "--trust", trust, "--explain"));
        lines.add("  # lose members and bring them back");
        lines.add("  " + text.demo("kill", witness().name()));
        lines.add("  " + text.demo("kill", last.name()));
        lines.add("  " + text.demo("start", witness().name(), last.name()));
        lines.add("  # change one stored byte at " + second.name());
        lines.add("  " + text.demo("tamper", second.name()));
        lines.add("  # look, end, delete");
        lines.add("  " + text.demo("status"));
        lines.add("  " + text.demo("down"));
        lines.add("  " + text.demo("reset"));
        return lines;
    }
}

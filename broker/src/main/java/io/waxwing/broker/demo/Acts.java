package io.waxwing.broker.demo;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What {@code waxwing demo} can do with the demo in one folder. One thread, but for {@link #endStarted}. */
public final class Acts {
    private final Path root;
    private final PrintWriter out;
    private final MemberApi api = new MemberApi();
    private final CommandText text;
    private final long begin = System.nanoTime();
    /** Read by the thread that ends the program. */
    private volatile List<MemberProcess> started = List.of();

    /** Acts on the demo in {@code root}, an absolute path, and tells about it on {@code out}. */
    public Acts(Path root, PrintWriter out) {
        this.root = root;
        this.out = out;
        this.text = new CommandText(root);
    }

    /**
     * Starts all nodes, the first time after making keys and genesis, and shows that an event can be verified.
     *
     * @param wanted the members, or null: those of the demo that is there, else {@code usual}
     * @throws io.waxwing.cli.CliFailure WXW-3181, WXW-3182, WXW-3186, WXW-3187, WXW-3188
     */
    public void up(@Nullable List<String> wanted, List<String> usual) {
        locked(() -> {
            DemoFolder folder = DemoFolder.exists(root) ? open(wanted) : make(wanted == null ? usual : wanted);
            Consortium consortium = consortium(folder);
            List<DemoMember> members = folder.members();
            started = consortium.start(members);
            if (started.isEmpty()) {
                say("all " + members.size() + " nodes run already");
            }
            consortium.awaitReady(members);
            Tour tour = new Tour(folder, text, out);
            String eventId = tour.firstVerifiedEvent();
            say(String.format(Locale.ROOT, "first verified event %.1f s after the command", seconds()));
            say("");
            tour.suggestions(eventId).forEach(this::say);
        });
    }

    private DemoFolder open(@Nullable List<String> wanted) {
        DemoFolder folder = DemoFolder.open(root);
        List<String> there = folder.members().stream().map(DemoMember::name).toList();
        if (wanted != null && !wanted.equals(there)) {
            throw DemoFault.NOT_OURS.because(
                    "the demo in " + root + " has the members " + String.join(",", there),
                    "choose another folder with --dir, or delete this demo: " + text.demo("reset"));
        }
        say("demo in " + root + ": " + String.join(", ", there));
        return folder;
    }

    private DemoFolder make(List<String> names) {
        say("demo in " + root + ": " + String.join(", ", names));
        DemoFolder folder = DemoFolder.create(root, names);
        say(String.format(Locale.ROOT, "  keys of each, a genesis that all have signed   %.1f s", seconds()));
        return folder;
    }

    private double seconds() {
        return (System.nanoTime() - begin) / 1e9;
    }

    /** Ends the nodes that this program has started, if they still run. Any thread. */
    public void endStarted() {
        started.forEach(MemberProcess::askToStop);
        started.forEach(MemberProcess::stop);
        started = List.of();
    }

    /** Publishes now and then at each member and tells what changes, until no node runs any more. */
    public void goOn() {
        say("");
        say(
                started.isEmpty()
                        ? "Publishing now and then at each member; Ctrl-C ends this, and leaves the nodes as they are."
                        : "Publishing now and then at each member; Ctrl-C ends this and the nodes.");
        DemoFolder folder = DemoFolder.open(root);
        new Stream(folder, consortium(folder), api, out).run();
        say("no node runs any more");
    }

    public void status(StatusText.Format format) {
        DemoFolder folder = DemoFolder.open(root);
        List<MemberState> states = consortium(folder).states();
        if (format == StatusText.Format.JSON) {
            say(StatusText.json(folder, states));
        } else {
            StatusText.table(folder, states).forEach(this::say);
            say(consortium(folder).outlook());
        }
    }

    /** kill -9. @throws io.waxwing.cli.CliFailure WXW-3180, WXW-3183, WXW-3184; nobody is killed then */
    public void kill(List<String> names) {
        DemoFolder folder = DemoFolder.open(root);
        locked(() -> {
            Consortium consortium = consortium(folder);
            List<MemberProcess> processes =
                    members(folder, names).stream().map(consortium::running).toList();
            for (MemberProcess process : processes) {
                process.kill();
                say("killed " + process.member().name() + ", process " + process.pid());
            }
            say(consortium.outlook());
            say("try:  "
                    + text.waxwing("pub", Tour.TOPIC, "-d", "{\"on\":true}", "--url", survivor(consortium, folder)));
            say("back: " + text.demo("start", names.toArray(String[]::new)));
        });
    }

    private static String survivor(Consortium consortium, DemoFolder folder) {
        List<DemoMember> running = consortium.running();
        return (running.isEmpty() ? folder.members() : running).get(0).http();
    }

    /** Brings nodes back. @throws io.waxwing.cli.CliFailure WXW-3180, WXW-3182, WXW-3183 */
    public void start(List<String> names) {
        DemoFolder folder = DemoFolder.open(root);
        locked(() -> {
            Consortium consortium = consortium(folder);
            List<DemoMember> members = members(folder, names);
            consortium.start(members);
            consortium.awaitReady(members);
            say(consortium.outlook());
        });
    }

    private static List<DemoMember> members(DemoFolder folder, List<String> names) {
        List<DemoMember> members = new ArrayList<>();
        for (String name : names) {
            DemoMember member = folder.member(name);
            if (!members.contains(member)) {
                members.add(member);
            }
        }
        return members;
    }

    /** Flips a stored bit. @throws io.waxwing.cli.CliFailure WXW-3180, WXW-3182, WXW-3183, WXW-3185 */
    public void tamper(String name, Tampering.Target target) {
        DemoFolder folder = DemoFolder.open(root);
        locked(() -> {
            DemoMember member = folder.member(name);
            Consortium consortium = consortium(folder);
            boolean ran = MemberProcess.find(member) != null;
            if (ran) {
                consortium.stop(List.of(member));
                say("stopped " + name + ": while its node runs nobody else can write its data");
            }
            Tampering.Done done;
            try (Tampering tampering = new Tampering(member.data().database())) {
                done = tampering.flip(target);
                say("flipped one bit at " + name + ": " + done.what());
            } finally {
                if (ran) {
                    consortium.start(List.of(member));
                }
            }
            if (ran) {
                consortium.awaitReady(List.of(member));
                say("its node notices when it is asked for a proof, and gives none; exit code 2:");
                say("  " + receiptOf(done, member));
            }
            say("any other member proves the event as before:");
            say("  " + receiptOf(done, another(folder, member)));
            say("its data, while no node has it open, tells where; exit code 3:");
            say("  " + (ran ? text.demo("kill", name) + "; " : "")
                    + text.waxwing(
                            "server", "check", "--data", member.data().data().toString()));
        });
    }

    private String receiptOf(Tampering.Done done, DemoMember member) {
        String eventId = done.eventId().toString();
        return text.waxwing("receipt", "get", eventId, "--url", member.http());
    }

    private static DemoMember another(DemoFolder folder, DemoMember member) {
        List<DemoMember> members = folder.members();
        return members.get((members.indexOf(member) + 1) % members.size());
    }

    /** Ends all nodes in order. @throws io.waxwing.cli.CliFailure WXW-3180, WXW-3189 */
    public void down() {
        DemoFolder folder = DemoFolder.open(root);
        locked(() -> {
            int running = consortium(folder).running().size();
            consortium(folder).stop(folder.members());
            say(running == 0 ? "no node runs" : "ended " + running + " nodes");
            say("again:  " + text.demo("up"));
            say("delete: " + text.demo("reset"));
        });
    }

    /** Ends all nodes and deletes the folder. @throws io.waxwing.cli.CliFailure WXW-3180, WXW-3189 */
    public void reset() {
        if (!DemoFolder.exists(root)) {
            DemoFolder.delete(root);
        }
        locked(() -> {
            DemoFolder folder = DemoFolder.openUnfinished(root);
            consortium(folder).stop(folder.members());
            DemoFolder.delete(root);
            say("deleted " + root);
        });
    }

    /** Does it while no other command works on this demo. */
    private void locked(Runnable act) {
        DemoFolder.Lock lock = DemoFolder.lock(root);
        try {
            act.run();
        } finally {
            lock.close();
        }
    }

    private Consortium consortium(DemoFolder folder) {
        return new Consortium(folder, api, out);
    }

    private void say(String line) {
        out.println(line);
        out.flush();
    }
}

package io.waxwing.broker.demo;

import io.waxwing.ledger.control.Quorum;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** The nodes of a demo together: brought up, ended, and what the number of those that run means. One thread. */
public final class Consortium {
    private static final long READY_NANOS = TimeUnit.SECONDS.toNanos(90);
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final int SHOWN_LOG_LINES = 15;

    private final DemoFolder folder;
    private final MemberApi api;
    private final PrintWriter out;

    public Consortium(DemoFolder folder, MemberApi api, PrintWriter out) {
        this.folder = folder;
        this.api = api;
        this.out = out;
    }

    /** Every member as it is found now. */
    public List<MemberState> states() {
        return folder.members().stream()
                .map(member -> MemberState.of(member, api))
                .toList();
    }

    /** The members whose node runs, ready or not. */
    public List<DemoMember> running() {
        return folder.members().stream()
                .filter(member -> MemberProcess.find(member) != null)
                .toList();
    }

    /** Starts the nodes of these members that do not run; {@link #awaitReady} tells how it went. */
    public List<MemberProcess> start(List<DemoMember> members) {
        List<MemberProcess> started = new ArrayList<>();
        for (DemoMember member : members) {
            if (MemberProcess.find(member) == null) {
                started.add(MemberProcess.start(member));
            }
        }
        return started;
    }

    /**
     * Waits until these members are ready and tells of each.
     *
     * @throws io.waxwing.cli.CliFailure WXW-3182 if a node ended or is not ready in time, with its last words
     */
    public void awaitReady(List<DemoMember> members) {
        long begin = System.nanoTime();
        List<DemoMember> waiting = new ArrayList<>(members);
        while (true) {
            for (DemoMember member : List.copyOf(waiting)) {
                MemberState state = MemberState.of(member, api);
                if (state.word() == MemberState.Word.READY) {
                    tell(state, System.nanoTime() - begin);
                    waiting.remove(member);
                } else if (state.word() == MemberState.Word.STOPPED) {
                    throw failed(member, "its node ended");
                } else if (System.nanoTime() - begin > READY_NANOS) {
                    throw failed(
                            member,
                            "after " + TimeUnit.NANOSECONDS.toSeconds(READY_NANOS) + " s its node "
                                    + (state.detail().isEmpty() ? "is not ready" : "says: " + state.detail()));
                }
            }
            if (waiting.isEmpty()) {
                return;
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    private void tell(MemberState state, long nanos) {
        DemoMember member = state.member();
        out.printf(
                "  %-10s ready after %.1f s   %s   mqtt %s   pid %d%n",
                member.name(), nanos / 1e9, member.http(), member.mqtt(), state.pid());
        out.flush();
    }

    private static RuntimeException failed(DemoMember member, String why) {
        StringBuilder text = new StringBuilder(member.name()).append(": ").append(why);
        for (String line : MemberProcess.lastLogLines(member, SHOWN_LOG_LINES)) {
            text.append("\n        | ").append(line);
        }
        return DemoFault.NODE_FAILED.because(text.toString(), "read " + member.log());
    }

    /** Ends these members' nodes in order, all at the same time. Those that do not run are left out. */
    public void stop(List<DemoMember> members) {
        List<MemberProcess> processes = new ArrayList<>();
        for (DemoMember member : members) {
            MemberProcess process = MemberProcess.find(member);
            if (process != null) {
                process.askToStop();
                processes.add(process);
            }
        }
        processes.forEach(MemberProcess::stop);
    }

    /** The process of a member that must run. @throws io.waxwing.cli.CliFailure WXW-3184 */
    public MemberProcess running(DemoMember member) {
        @Nullable MemberProcess process = MemberProcess.find(member);
        if (process == null) {
            throw DemoFault.NOT_RUNNING.because(
                    member.name() + " has no process", new CommandText(folder.root()).demo("start", member.name()));
        }
        return process;
    }

    /** What to expect with the members that run now. */
    public String outlook() {
        int all = folder.members().size();
        int up = running().size();
        int quorum = Quorum.of(all);
        String count = up + " of " + all + " run, the quorum is " + quorum + ": ";
        if (up >= quorum) {
            return count + "events still become final"
                    + (up == quorum && up < all ? ", and there is no member to spare" : "");
        }
        return count + "nothing becomes final. What is published is kept and stays pending, publishers are told"
                + " 'durable' instead of 'ordered', until enough members are back";
    }
}

package io.waxwing.broker.demo;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A small stream of events while somebody watches: one every two seconds, from each running member in turn. */
final class Stream {
    private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final int WAIT_SECONDS = 2;
    private static final List<String> TOPICS = List.of("home/boiler", "bank/settlement", "claims/opened", "grid/meter");

    private final DemoFolder folder;
    private final Consortium consortium;
    private final MemberApi api;
    private final PrintWriter out;
    private List<DemoMember> running;
    private boolean ordered = true;
    private int published;

    Stream(DemoFolder folder, Consortium consortium, MemberApi api, PrintWriter out) {
        this.folder = folder;
        this.consortium = consortium;
        this.api = api;
        this.out = out;
        this.running = consortium.running();
    }

    /** Until no node runs. */
    void run() {
        while (!running.isEmpty()) {
            LockSupport.parkNanos(PAUSE_NANOS);
            tellChanges();
            publish();
        }
    }

    private void tellChanges() {
        List<DemoMember> before = running;
        running = consortium.running();
        List<String> changes = new ArrayList<>();
        for (DemoMember member : folder.members()) {
            if (before.contains(member) && !running.contains(member)) {
                changes.add(member.name() + " is down");
            } else if (!before.contains(member) && running.contains(member)) {
                changes.add(member.name() + " is back");
            }
        }
        if (!changes.isEmpty()) {
            out.println(String.join(", ", changes) + "; " + consortium.outlook());
            out.flush();
        }
    }

    private void publish() {
        if (running.isEmpty()) {
            return;
        }
        published++;
        DemoMember member = running.get(published % running.size());
        String topic = TOPICS.get(folder.members().indexOf(member) % TOPICS.size());
        MemberApi.Published answer = api.publish(member, topic, "{\"n\":" + published + "}", WAIT_SECONDS);
        if (answer.isOrdered() != ordered) {
            ordered = answer.isOrdered();
            out.println(member.name() + " was told '" + answer.status() + "' for its event on " + topic
                    + (ordered ? ": " + answer.eventId() : ""));
            out.flush();
        }
    }
}

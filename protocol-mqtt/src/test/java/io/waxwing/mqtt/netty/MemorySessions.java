package io.waxwing.mqtt.netty;

import io.waxwing.bus.event.SessionMark;
import io.waxwing.bus.failure.Refusal;
import io.waxwing.bus.spi.SessionStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A store of sessions in memory; writes are answered at once, or withheld until the test says so. */
final class MemorySessions implements SessionStore {
    private final Map<String, TreeMap<String, byte[]>> sessions = new TreeMap<>();
    private final List<Runnable> withheld = new ArrayList<>();
    private boolean withhold;
    private @Nullable Refusal refuseWith;

    @Override
    public void write(Change change, Done done) {
        boolean later;
        Refusal refusal;
        synchronized (this) {
            later = withhold;
            refusal = refuseWith;
            if (refusal == null) {
                apply(change);
            }
            if (later) {
                withheld.add(() -> tell(done, refusal));
            }
        }
        if (!later) {
            tell(done, refusal);
        }
    }

    private static void tell(Done done, @Nullable Refusal refusal) {
        if (refusal == null) {
            done.written();
        } else {
            done.failed(refusal);
        }
    }

    private void apply(Change change) {
        if (change.discarded()) {
            sessions.remove(change.session());
        }
        for (Row row : change.rows()) {
            byte[] value = row.value();
            if (value == null) {
                rows(change.session()).remove(row.name());
            } else {
                rows(change.session()).put(row.name(), value);
            }
        }
    }

    /** A packet's mark, as the bus writes it with the event; false if it is there. */
    synchronized boolean mark(SessionMark mark) {
        return rows(mark.session()).put(mark.row(), new byte[] {1}) == null;
    }

    /** From now on nothing is told before {@link #release}. */
    synchronized void withhold() {
        withhold = true;
    }

    /** Somebody waits for {@link #release}. */
    synchronized boolean holdsBack() {
        return !withheld.isEmpty();
    }

    void release() {
        List<Runnable> all;
        synchronized (this) {
            withhold = false;
            all = List.copyOf(withheld);
            withheld.clear();
        }
        all.forEach(Runnable::run);
    }

    synchronized void refuseWith(@Nullable Refusal refusal) {
        refuseWith = refusal;
    }

    synchronized int size() {
        return sessions.size();
    }

    @Override
    public void forEach(EachRow each) {
        Map<String, TreeMap<String, byte[]>> all;
        synchronized (this) {
            all = new TreeMap<>(sessions);
        }
        all.forEach((session, rows) -> rows.forEach((row, value) -> each.row(session, row, value)));
    }

    private TreeMap<String, byte[]> rows(String session) {
        return sessions.computeIfAbsent(session, unused -> new TreeMap<>());
    }
}

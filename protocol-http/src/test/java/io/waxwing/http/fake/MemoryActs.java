package io.waxwing.http.fake;

import io.waxwing.bus.audit.Act;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.Refusal;
import io.waxwing.bus.spi.ActLog;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** An audit log in memory that can be broken. */
public final class MemoryActs implements ActLog {
    public final List<Act> all = new CopyOnWriteArrayList<>();
    /** Nothing can be written. */
    public volatile boolean broken;
    /** Breaks with the next act. */
    public volatile boolean breaking;

    @Override
    public Refusal problem() {
        return broken ? new Refusal(FailureCode.AUDIT_STOPPED, "no disk") : null;
    }

    @Override
    public void record(Act act, Recorded then) {
        if (broken || breaking) {
            broken = true;
            then.recorded(problem());
            return;
        }
        all.add(act);
        then.recorded(null);
    }
}

package io.waxwing.broker.schedule;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * How far a schedule got. Times are Unix milliseconds; 0 stands for none. Pure: the state machine of one schedule.
 *
 * @param next what is due next
 * @param underWay what is being published: it is written down before, and published again after a crash, as the same
 *     event
 * @param last what was published last
 * @param fired how many were published
 * @param missed times that passed while nobody looked, and for which nothing was published
 * @param failed times for which the event was not taken
 */
record Progress(long next, long underWay, long last, long fired, long missed, long failed, String lastFailure) {
    /** So many times that were missed are counted one by one. */
    private static final int COUNTED_MAX = 10_000;

    static final Progress NONE = new Progress(0, 0, 0, 0, 0, 0, "");

    /** What is due is what comes behind now. */
    Progress begun(Schedule schedule, long nowMs) {
        return new Progress(schedule.after(nowMs), underWay, last, fired, missed, failed, lastFailure);
    }

    /** Takes up what is due, unless something is under way. What is later than {@code graceMs} was missed. */
    Progress due(Schedule schedule, long nowMs, long graceMs) {
        if (underWay > 0 || next == 0 || next > nowMs) {
            return this;
        }
        if (nowMs - next <= graceMs) {
            return new Progress(next, next, last, fired, missed, failed, lastFailure);
        }
        long passed = passed(schedule, nowMs);
        long following = schedule.after(nowMs);
        if (!schedule.once()) {
            return new Progress(following, 0, last, fired, missed + passed, failed, lastFailure);
        }
        long latest = Math.max(next, schedule.latest(nowMs));
        return new Progress(latest, latest, last, fired, missed + passed - 1, failed, lastFailure);
    }

    /**
     * Takes back what the node reckoned with a clock that was more than {@code graceMs} ahead: what is due next is what
     * comes behind now. Nothing is taken back of one time that is named, which is published or missed.
     */
    Progress setBack(Schedule schedule, long nowMs, long graceMs) {
        if (underWay > 0 || schedule.times() instanceof At) {
            return this;
        }
        long latest = schedule.after(nowMs + graceMs);
        boolean ahead = latest > 0 && (next == 0 || next > latest);
        return ahead ? begun(schedule, nowMs) : this;
    }

    private long passed(Schedule schedule, long nowMs) {
        long count = 0;
        for (long at = next; at > 0 && at <= nowMs && count < COUNTED_MAX; at = schedule.after(at)) {
            count++;
        }
        return count;
    }

    /** What was under way is published; or it was not taken, with a reason. */
    Progress settled(Schedule schedule, String problem) {
        boolean done = problem.isEmpty();
        return new Progress(
                // A schedule that was changed meanwhile has its next time already.
                next > underWay ? next : schedule.after(underWay),
                0,
                done ? underWay : last,
                fired + (done ? 1 : 0),
                missed,
                failed + (done ? 0 : 1),
                done ? "" : problem);
    }

    void write(ObjectNode json) {
        json.put("next", next)
                .put("underWay", underWay)
                .put("last", last)
                .put("fired", fired)
                .put("missed", missed)
                .put("failed", failed)
                .put("lastFailure", lastFailure);
    }

    static Progress of(JsonNode json) {
        return new Progress(
                json.path("next").asLong(),
                json.path("underWay").asLong(),
                json.path("last").asLong(),
                json.path("fired").asLong(),
                json.path("missed").asLong(),
                json.path("failed").asLong(),
                json.path("lastFailure").asText());
    }
}

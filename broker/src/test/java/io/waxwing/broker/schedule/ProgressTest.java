package io.waxwing.broker.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** What becomes of the times of a schedule; by the hour, with a minute of grace. */
class ProgressTest {
    private static final long GRACE_MS = 60_000;
    private static final String HOURLY = "{\"cron\":\"0 * * * *\",\"topic\":\"t\"";

    private static Schedule schedule(String json) {
        return ScheduleReading.schedule(json.getBytes(StandardCharsets.UTF_8));
    }

    private static long at(String time) {
        return Instant.parse("2026-01-01T" + time + "Z").toEpochMilli();
    }

    private final Schedule skip = schedule(HOURLY + "}");
    private final Schedule once = schedule(HOURLY + ",\"misfire\":\"once\"}");

    @Test
    void nothingHappensBeforeItsTime() {
        Progress begun = Progress.NONE.begun(skip, at("05:10:00"));
        assertThat(begun.next()).isEqualTo(at("06:00:00"));
        assertThat(begun.due(skip, at("05:59:59"), GRACE_MS)).isEqualTo(begun);
    }

    @Test
    void whatIsDueIsUnderWayUntilItIsSettled() {
        Progress due = Progress.NONE.begun(skip, at("05:10:00")).due(skip, at("06:00:30"), GRACE_MS);
        assertThat(due.underWay()).isEqualTo(at("06:00:00"));
        assertThat(due.due(skip, at("09:00:00"), GRACE_MS))
                .as("one after the other")
                .isEqualTo(due);
        Progress done = due.settled(skip, "");
        assertThat(done).isEqualTo(new Progress(at("07:00:00"), 0, at("06:00:00"), 1, 0, 0, ""));
        Progress failed = due.settled(skip, "WXW-1405 no");
        assertThat(failed).isEqualTo(new Progress(at("07:00:00"), 0, 0, 0, 0, 1, "WXW-1405 no"));
        assertThat(failed.due(skip, at("07:00:00"), GRACE_MS).settled(skip, "").lastFailure())
                .isEmpty();
    }

    @Test
    void timesThatPassedUnseenAreCountedAndSkipped() {
        Progress begun = Progress.NONE.begun(skip, at("05:10:00"));
        assertThat(begun.due(skip, at("09:30:00"), GRACE_MS))
                .isEqualTo(new Progress(at("10:00:00"), 0, 0, 0, 4, 0, ""));
    }

    @Test
    void withOnceTheLastOfThemIsPublishedLate() {
        Progress begun = Progress.NONE.begun(once, at("05:10:00"));
        Progress late = begun.due(once, at("09:30:00"), GRACE_MS);
        assertThat(late).isEqualTo(new Progress(at("09:00:00"), at("09:00:00"), 0, 0, 3, 0, ""));
        assertThat(late.settled(once, "").next()).isEqualTo(at("10:00:00"));
    }

    @Test
    void veryManyTimesThatPassedDoNotKeepTheThreadBusy() {
        Schedule minutes = schedule("{\"cron\":\"* * * * *\",\"topic\":\"t\"}");
        long begun = at("00:00:00");
        Progress late = Progress.NONE.begun(minutes, begun).due(minutes, begun + 86_400_000L * 365, GRACE_MS);
        assertThat(late.missed()).isEqualTo(10_000);
        assertThat(late.next()).isGreaterThan(begun + 86_400_000L * 365);
    }

    @Test
    void nothingIsDueBehindItsEnd() {
        Schedule until = schedule(HOURLY + ",\"until\":\"2026-01-01T07:30:00+01:00\",\"misfire\":\"once\"}");
        Progress begun = Progress.NONE.begun(until, at("05:10:00"));
        assertThat(begun.next()).isEqualTo(at("06:00:00"));
        assertThat(begun.due(until, at("06:00:00"), GRACE_MS).settled(until, "").next())
                .isZero();
        assertThat(begun.due(until, at("12:00:00"), GRACE_MS).underWay()).isEqualTo(at("06:00:00"));
    }

    @Test
    void onceIsOnce() {
        Schedule at = schedule("{\"at\":\"2026-01-01T06:00:00Z\",\"topic\":\"t\"}");
        Progress due = Progress.NONE.begun(at, at("05:10:00")).due(at, at("06:00:00"), GRACE_MS);
        assertThat(due.settled(at, "").next()).isZero();
        assertThat(Progress.NONE.begun(at, at("05:10:00")).due(at, at("08:00:00"), GRACE_MS))
                .isEqualTo(new Progress(0, 0, 0, 0, 1, 0, ""));
    }

    @Test
    void whatIsUnderWayWhenTheScheduleIsChangedDoesNotTakeANewTimeAway() {
        Progress due = Progress.NONE.begun(skip, at("05:10:00")).due(skip, at("06:00:00"), GRACE_MS);
        Schedule other = schedule("{\"cron\":\"30 * * * *\",\"topic\":\"t\"}");
        Progress changed = due.begun(other, at("06:00:01"));
        assertThat(changed.underWay()).isEqualTo(at("06:00:00"));
        assertThat(changed.settled(other, "").next()).isEqualTo(at("06:30:00"));
    }

    @Test
    void itIsReadAsItWasWritten() {
        Progress all = new Progress(1, 2, 3, 4, 5, 6, "x");
        ObjectNode json = new ObjectMapper().createObjectNode();
        all.write(json);
        assertThat(Progress.of(json)).isEqualTo(all);
    }
}

package io.waxwing.broker.schedule;

import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Optional;

/**
 * Five fields of cron in a time zone: minute, hour, day of month, month, day of week. A time that the clocks leave out
 * when they go forward does not come that day; one that they have twice when they go back comes once, but what comes
 * every few minutes goes on.
 */
final class Cron implements Times {
    private static final int CHARS_MAX = 128;
    private static final CronParser PARSER = new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX));

    private final ExecutionTime times;
    private final ZoneId zone;

    private Cron(ExecutionTime times, ZoneId zone) {
        this.times = times;
        this.zone = zone;
    }

    /** Throws {@link IllegalArgumentException} with the reason. */
    static Cron of(String text, ZoneId zone) {
        if (text.length() > CHARS_MAX) {
            throw new IllegalArgumentException("longer than " + CHARS_MAX + " characters");
        }
        return new Cron(ExecutionTime.forCron(PARSER.parse(text).validate()), zone);
    }

    /** Throws {@link IllegalArgumentException} if there is no such zone. */
    static ZoneId zone(String name) {
        try {
            return ZoneId.of(name);
        } catch (DateTimeException none) {
            throw new IllegalArgumentException("want a time zone, such as Europe/Berlin or UTC", none);
        }
    }

    @Override
    public long after(long ms) {
        return at(times.nextExecution(Instant.ofEpochMilli(ms).atZone(zone)));
    }

    @Override
    public long latest(long ms) {
        // What is asked for is before the time that is given.
        return at(times.lastExecution(Instant.ofEpochMilli(ms + 1).atZone(zone)));
    }

    private static long at(Optional<ZonedDateTime> time) {
        return time.map(each -> each.toInstant().toEpochMilli()).orElse(0L);
    }
}

package io.waxwing.broker.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CronTest {
    private static long ms(String time) {
        return Instant.parse(time).toEpochMilli();
    }

    private static String after(String cron, String zone, String time) {
        long next = Cron.of(cron, Cron.zone(zone)).after(ms(time));
        return next == 0 ? "never" : Instant.ofEpochMilli(next).toString();
    }

    @ParameterizedTest(name = "{0} in {1} after {2}")
    @CsvSource({
        "*/5 * * * *, UTC, 2026-01-01T00:00:00Z, 2026-01-01T00:05:00Z",
        "0 9 * * 1-5, Asia/Shanghai, 2026-01-02T02:00:00Z, 2026-01-05T01:00:00Z",
        "0 0 29 2 *, UTC, 2026-01-01T00:00:00Z, 2028-02-29T00:00:00Z",
        "0 0 1 * 1, UTC, 2026-01-26T00:00:00Z, 2026-02-01T00:00:00Z",
        "0 12 * * 7, UTC, 2026-01-01T00:00:00Z, 2026-01-04T12:00:00Z",
        "0 12 * * 0, UTC, 2026-01-01T00:00:00Z, 2026-01-04T12:00:00Z",
    })
    void theNextTimeIsTheOneBehind(String cron, String zone, String time, String next) {
        assertThat(after(cron, zone, time)).isEqualTo(next);
    }

    @Test
    void aTimeThatTheClocksLeaveOutDoesNotComeThatDay() {
        assertThat(after("30 2 * * *", "Europe/Berlin", "2026-03-28T01:30:00Z"))
                .as("the 29th has no 02:30")
                .isEqualTo("2026-03-30T00:30:00Z");
    }

    @Test
    void aTimeThatTheClocksHaveTwiceComesOnce() {
        assertThat(after("30 2 * * *", "Europe/Berlin", "2026-10-24T12:00:00Z")).isEqualTo("2026-10-25T00:30:00Z");
        assertThat(after("30 2 * * *", "Europe/Berlin", "2026-10-25T00:30:00Z")).isEqualTo("2026-10-26T01:30:00Z");
    }

    @Test
    void whatComesEveryFewMinutesGoesOnWhenTheClocksAreSet() {
        assertThat(after("*/30 * * * *", "Europe/Berlin", "2026-10-25T00:30:00Z"))
                .isEqualTo("2026-10-25T01:00:00Z");
        assertThat(after("*/30 * * * *", "Europe/Berlin", "2026-10-25T01:00:00Z"))
                .isEqualTo("2026-10-25T01:30:00Z");
        assertThat(after("0 * * * *", "Europe/Berlin", "2026-03-29T00:00:00Z")).isEqualTo("2026-03-29T01:00:00Z");
    }

    @Test
    void theLatestTimeIsTheOneThatIsNotBehind() {
        Cron hourly = Cron.of("0 * * * *", Cron.zone("UTC"));
        assertThat(hourly.latest(ms("2026-01-01T05:59:59.999Z"))).isEqualTo(ms("2026-01-01T05:00:00Z"));
        assertThat(hourly.latest(ms("2026-01-01T05:00:00Z"))).isEqualTo(ms("2026-01-01T05:00:00Z"));
    }

    @ParameterizedTest
    @CsvSource({"0 0 30 2 *", "0 0 31 2 *"})
    void aDayThatThereIsNotNeverComes(String cron) {
        assertThat(after(cron, "UTC", "2026-01-01T00:00:00Z")).isEqualTo("never");
    }

    @ParameterizedTest
    @CsvSource({
        "''",
        "* * * *",
        "* * * * * *",
        "61 * * * *",
        "@daily",
        "*/0 * * * *",
        "a * * * *",
        "1-9999999999 * * * *"
    })
    void whatIsNoneIsRefused(String cron) {
        assertThatThrownBy(() -> Cron.of(cron, Cron.zone("UTC"))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aTextThatIsVeryLongIsNotEvenRead() {
        assertThatThrownBy(() -> Cron.of("1,".repeat(100) + "1 * * * *", Cron.zone("UTC")))
                .hasMessage("longer than 128 characters");
        assertThatThrownBy(() -> Cron.zone("Mars/Olympus")).hasMessageContaining("want a time zone");
    }
}

package io.waxwing.broker.access;

import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.bus.quota.Quota;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code events <number>} and {@code bytes <number>[KiB|MiB|GiB]}, one of them or both: of one second. */
final class QuotaText {
    private static final Pattern WORDS =
            Pattern.compile("(?:events ([1-9][0-9]{0,9}))?(?: ?bytes ([1-9][0-9]{0,12})(KiB|MiB|GiB)?)?");
    private static final List<String> UNITS = List.of("KiB", "MiB", "GiB");
    private static final int BITS_PER_UNIT = 10;

    private QuotaText() {}

    /** Throws {@link RefusedException} WXW-2007. */
    static Quota parse(String words) {
        String text = words.replaceAll("\\s+", " ");
        Matcher matcher = WORDS.matcher(text);
        if (text.isEmpty() || !matcher.matches()) {
            throw wrong();
        }
        long events = matcher.group(1) == null ? 0 : Long.parseLong(matcher.group(1));
        long bytes = matcher.group(2) == null ? 0 : Long.parseLong(matcher.group(2));
        int unit = matcher.group(3) == null ? 0 : 1 + UNITS.indexOf(matcher.group(3));
        try {
            return new Quota(events, Math.multiplyExact(bytes, 1L << (unit * BITS_PER_UNIT)));
        } catch (IllegalArgumentException | ArithmeticException tooMuch) {
            throw wrong();
        }
    }

    static String text(Quota quota) {
        String events = quota.eventsPerSecond() == 0 ? "" : "events " + quota.eventsPerSecond();
        String bytes = quota.bytesPerSecond() == 0 ? "" : "bytes " + quota.bytesPerSecond();
        return events + (events.isEmpty() || bytes.isEmpty() ? "" : " ") + bytes;
    }

    private static RefusedException wrong() {
        return new RefusedException(
                FailureCode.ACCESS_FILE,
                "want: quota events <number> bytes <number, KiB, MiB, GiB>, one of them or both, of one second, up to "
                        + Quota.EVENTS_MAX + " events and 1024GiB");
    }
}

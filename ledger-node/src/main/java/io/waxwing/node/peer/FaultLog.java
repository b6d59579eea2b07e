package io.waxwing.node.peer;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells an operator of faults, each kind once a second at most: strangers do not fill the log. Event loop only. */
final class FaultLog {
    private static final Logger LOG = LoggerFactory.getLogger(NettyPeers.class);
    private static final long EVERY_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** Some faults quote what was received. */
    private static final int MAX_TEXT = 300;

    private final Map<LinkFault, Told> told = new EnumMap<>(LinkFault.class);

    private record Told(long atNanos, int notSince) {}

    void tell(LinkFault fault, String who, String text, long nowNanos) {
        Told last = told.get(fault);
        if (last != null && nowNanos - last.atNanos() < EVERY_NANOS) {
            told.put(fault, new Told(last.atNanos(), last.notSince() + 1));
            return;
        }
        told.put(fault, new Told(nowNanos, 0));
        LOG.atWarn()
                .addKeyValue("code", fault.code())
                .log("{} the connection with {} is refused: {}{}", fault.code(), who, shortened(text), more(last));
    }

    private static String shortened(String text) {
        return text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT) + "...";
    }

    private static String more(@Nullable Told last) {
        return last == null || last.notSince() == 0 ? "" : " (and " + last.notSince() + " more like it)";
    }
}

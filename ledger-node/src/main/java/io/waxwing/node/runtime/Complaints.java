package io.waxwing.node.runtime;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;

/** Warnings about what other nodes send: each code once a second at most, so that no peer fills the log. Any thread. */
final class Complaints {
    private static final long EVERY_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Logger log;
    private final LongSupplier nanoTime;
    private final Map<String, Told> told = new HashMap<>();

    private record Told(long atNanos, int notSince) {}

    Complaints(Logger log, LongSupplier nanoTime) {
        this.log = log;
        this.nanoTime = nanoTime;
    }

    /** True if it was told, false if the code was told just before. */
    synchronized boolean about(int node, String code, String text) {
        long now = nanoTime.getAsLong();
        Told last = told.get(code);
        if (last != null && now - last.atNanos() < EVERY_NANOS) {
            told.put(code, new Told(last.atNanos(), last.notSince() + 1));
            return false;
        }
        told.put(code, new Told(now, 0));
        int more = last == null ? 0 : last.notSince();
        log.atWarn()
                .addKeyValue("code", code)
                .log("{} node {}: {}{}", code, node, text, more == 0 ? "" : " (and " + more + " more like it)");
        return true;
    }
}

package io.waxwing.cli;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Help.Ansi;

/** How far a transfer is: one line that is written anew on a terminal, a line now and then elsewhere. */
final class Progress {
    private static final long TERMINAL_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
    private static final long ELSEWHERE_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB"};

    private final PrintWriter out;
    private final boolean terminal = Ansi.AUTO.enabled();
    private final String verb;
    private final long sizeBytes;
    private final int chunks;
    private final long beganNanos = System.nanoTime();
    private long shownNanos = Long.MIN_VALUE;
    private long beforeBytes;
    private long bytes;
    private int done;

    /** {@code verb} says what is done with chunks: sent, verified. */
    Progress(PrintWriter out, String verb, long sizeBytes, int chunks) {
        this.out = out;
        this.verb = verb;
        this.sizeBytes = sizeBytes;
        this.chunks = chunks;
    }

    /** A chunk that was there before. */
    void resumed(int chunkBytes) {
        beforeBytes += chunkBytes;
        add(chunkBytes);
    }

    void add(int chunkBytes) {
        bytes += chunkBytes;
        done++;
        long now = System.nanoTime();
        if (shownNanos == Long.MIN_VALUE) {
            shownNanos = beganNanos;
        }
        if (now - shownNanos >= (terminal ? TERMINAL_NANOS : ELSEWHERE_NANOS)) {
            shownNanos = now;
            show(terminal ? "\r" : "", terminal ? "" : "\n");
        }
    }

    /** The last line. */
    void end() {
        show(terminal ? "\r" : "", "\n");
    }

    private void show(String before, String after) {
        double seconds = Math.max(0.001, (System.nanoTime() - beganNanos) / 1e9);
        long percent =
                sizeBytes == 0 ? 100 : bytes / (sizeBytes / 100.0) > 100 ? 100 : (long) (bytes / (sizeBytes / 100.0));
        out.print(before + size(bytes) + " of " + size(sizeBytes) + "  " + percent + "%  "
                + size((long) ((bytes - beforeBytes) / seconds)) + "/s  " + done + " of " + chunks + " chunks " + verb
                + (terminal ? "   " : "") + after);
        out.flush();
    }

    /** For humans. */
    static String size(long bytes) {
        double value = bytes;
        int unit = 0;
        while (value >= 1024 && unit < UNITS.length - 1) {
            value /= 1024;
            unit++;
        }
        return unit == 0 ? bytes + " B" : String.format(Locale.ROOT, "%.1f %s", value, UNITS[unit]);
    }
}

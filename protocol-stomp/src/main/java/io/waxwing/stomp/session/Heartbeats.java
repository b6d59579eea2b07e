package io.waxwing.stomp.session;

/** When we have to say something, and when the client has been silent for too long (B2, B3). */
final class Heartbeats {
    private static final long NEVER = Long.MAX_VALUE;
    private static final long NANOS_PER_MILLI = 1_000_000L;

    private final long sendNanos;
    private final long silenceNanos;
    private long lastSent;
    private long lastHeard;
    private boolean deaf;

    Heartbeats(Terms terms, long nowNanos) {
        // A little early, since whoever waits has a clock of its own.
        this.sendNanos = terms.sendMillis() * NANOS_PER_MILLI * 9 / 10;
        // Two and a half intervals: what comes late is not gone.
        this.silenceNanos = terms.expectMillis() * NANOS_PER_MILLI * 5 / 2;
        this.lastSent = nowNanos;
        this.lastHeard = nowNanos;
    }

    void sent(long nowNanos) {
        lastSent = nowNanos;
    }

    void heard(long nowNanos) {
        lastHeard = nowNanos;
    }

    /** While we do not read, its silence is ours. */
    void deaf(boolean is, long nowNanos) {
        deaf = is;
        heard(nowNanos);
    }

    boolean isBeatDue(long nowNanos) {
        return sendNanos > 0 && nowNanos - lastSent >= sendNanos;
    }

    boolean isSilentTooLong(long nowNanos) {
        return silenceNanos > 0 && !deaf && nowNanos - lastHeard >= silenceNanos;
    }

    long nextNanos() {
        long beat = sendNanos == 0 ? NEVER : lastSent + sendNanos;
        long silence = silenceNanos == 0 || deaf ? NEVER : lastHeard + silenceNanos;
        return Math.min(beat, silence);
    }
}

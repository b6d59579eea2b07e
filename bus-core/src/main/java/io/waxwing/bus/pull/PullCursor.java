package io.waxwing.bus.pull;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How far a durable subscription got. What is before {@link #next} was looked at: it is finished, or pending, or a dead
 * letter. A pending event is leased to a consumer or waits to be given again; a lease that nobody settles in time is a
 * failed delivery. Too many failures, or a rejection, make a dead letter, which stays until somebody wants it again.
 *
 * <p>Every event is finished by an acknowledgement or it is here: nothing is given up silently. If there is no room for
 * dead letters, events go on being given. One owner; times are Unix milliseconds.
 */
public final class PullCursor {
    /** Dead letters that are kept. */
    public static final int DEAD_MAX = 10_000;

    private static final byte VERSION = 1;
    private static final int PENDING_BYTES = Long.BYTES + Integer.BYTES + Long.BYTES;
    private static final int DEAD_BYTES = PENDING_BYTES + Byte.BYTES;
    private static final int TOKEN_RADIX = 36;

    /** Why an event is a dead letter. */
    public enum Reason {
        /** Delivered {@code maxDeliver} times. */
        FAILED,
        /** A consumer said so. */
        REJECTED
    }

    /** An event that nobody tries any more. */
    public record DeadLetter(long position, int deliveries, Reason reason, long sinceMs) {}

    /**
     * An event on loan.
     *
     * @param token what its consumer settles it with; another one for each lease
     * @param deliveries how often it was given, this time included
     */
    public record Lease(long position, String token, int deliveries, long untilMs) {}

    private static final class Pending {
        final long position;
        int deliveries;
        // Empty: nobody has it.
        String token = "";
        // The end of its lease, or when it may be given again.
        long untilMs;

        Pending(long position) {
            this.position = position;
        }
    }

    private final NavigableMap<Long, Pending> pending = new TreeMap<>();
    private final NavigableMap<Long, DeadLetter> dead = new TreeMap<>();
    private long next;

    /** Begins at this position. */
    public PullCursor(long next) {
        this.next = next;
    }

    /** What is at or behind this position has not been looked at. */
    public long next() {
        return next;
    }

    /** Events that are leased or wait. */
    public int pending() {
        return pending.size();
    }

    public int leased() {
        return (int)
                pending.values().stream().filter(each -> !each.token.isEmpty()).count();
    }

    /** Dead letters behind a position, in order. */
    public List<DeadLetter> deadLetters(long after, int limit) {
        return dead.tailMap(after, false).values().stream().limit(limit).toList();
    }

    public int dead() {
        return dead.size();
    }

    /** Nothing before {@code position} is wanted that is not here. */
    public void passed(long position) {
        next = Math.max(next, position);
    }

    /**
     * Positions to be given again now, in order; ends leases that are over. Of what is pending only the first
     * {@code maxAckPending} count: dead letters that are wanted again do not come all at once, and with 1 none
     * overtakes another.
     */
    public List<Long> due(PullTerms terms, int limit, long nowMs) {
        for (Pending each : List.copyOf(pending.values())) {
            if (!each.token.isEmpty() && each.untilMs <= nowMs) {
                failed(each, null, terms, each.untilMs);
            }
        }
        List<Long> due = new ArrayList<>();
        int place = 0;
        for (Pending each : pending.values()) {
            if (due.size() >= limit || place++ >= terms.maxAckPending()) {
                break;
            }
            if (each.token.isEmpty() && each.untilMs <= nowMs) {
                due.add(each.position);
            }
        }
        return due;
    }

    /** Whether {@link #due} would still name it. */
    public boolean isDue(long position, long nowMs) {
        Pending each = pending.get(position);
        return each != null && each.token.isEmpty() && each.untilMs <= nowMs;
    }

    /** Lends a due event, or one at or behind {@link #next}; {@code nonce} is used once. */
    public Lease lend(long position, String nonce, PullTerms terms, long nowMs) {
        Pending each = pending.computeIfAbsent(position, Pending::new);
        each.deliveries++;
        each.token = nonce;
        each.untilMs = nowMs + terms.ackWaitMs();
        next = Math.max(next, position + 1);
        return new Lease(position, Long.toString(position, TOKEN_RADIX) + "-" + nonce, each.deliveries, each.untilMs);
    }

    /** It is not there any more, or nobody may have it. */
    public void drop(long position) {
        pending.remove(position);
    }

    /** The consumer is done with it. @return false if its lease is over */
    public boolean acknowledge(String token, long nowMs) {
        Pending each = leased(token, nowMs);
        return each != null && pending.remove(each.position) != null;
    }

    /**
     * It is to be given again after {@code delayMs}, null: after what the terms say. @return false if the lease is over
     */
    public boolean release(String token, @Nullable Long delayMs, PullTerms terms, long nowMs) {
        Pending each = leased(token, nowMs);
        if (each != null) {
            failed(each, delayMs, terms, nowMs);
        }
        return each != null;
    }

    /** Nobody has seen it: it is to be given again as if it had not been. @return false if the lease is over */
    public boolean giveBack(String token, long nowMs) {
        Pending each = leased(token, nowMs);
        if (each != null) {
            each.deliveries--;
            each.token = "";
            each.untilMs = nowMs;
        }
        return each != null;
    }

    /** It is never to be given again. @return false if the lease is over, or if there is no room for dead letters */
    public boolean reject(String token, long nowMs) {
        Pending each = leased(token, nowMs);
        return each != null && bury(each, Reason.REJECTED, nowMs);
    }

    /** The lease begins anew. @return its end, 0 if it is over */
    public long extend(String token, PullTerms terms, long nowMs) {
        Pending each = leased(token, nowMs);
        if (each == null) {
            return 0;
        }
        each.untilMs = nowMs + terms.ackWaitMs();
        return each.untilMs;
    }

    private @Nullable Pending leased(String token, long nowMs) {
        int dash = token.indexOf('-');
        if (dash <= 0 || dash == token.length() - 1) {
            return null;
        }
        try {
            Pending each = pending.get(Long.parseLong(token.substring(0, dash), TOKEN_RADIX));
            boolean stands = each != null && each.untilMs > nowMs && each.token.equals(token.substring(dash + 1));
            return stands ? each : null;
        } catch (NumberFormatException notOurs) {
            return null;
        }
    }

    private void failed(Pending each, @Nullable Long delayMs, PullTerms terms, long atMs) {
        boolean tooOften = terms.maxDeliver() > 0 && each.deliveries >= terms.maxDeliver();
        if (tooOften && bury(each, Reason.FAILED, atMs)) {
            return;
        }
        each.token = "";
        each.untilMs = atMs + (delayMs == null ? terms.backoff(each.deliveries) : delayMs);
    }

    private boolean bury(Pending each, Reason reason, long nowMs) {
        if (dead.size() >= DEAD_MAX) {
            return false;
        }
        pending.remove(each.position);
        dead.put(each.position, new DeadLetter(each.position, each.deliveries, reason, nowMs));
        return true;
    }

    /** Up to {@code limit} dead letters are given again, as if for the first time; returns how many. */
    public int redrive(int limit) {
        int count = 0;
        Map.Entry<Long, DeadLetter> first = count < limit ? dead.pollFirstEntry() : null;
        while (first != null) {
            pending.put(first.getKey(), new Pending(first.getKey()));
            count++;
            first = count < limit ? dead.pollFirstEntry() : null;
        }
        return count;
    }

    /** Forgets all dead letters; returns how many. */
    public int bury() {
        int count = dead.size();
        dead.clear();
        return count;
    }

    /** Begins anew at this position: leases and what waits are forgotten, dead letters are not. */
    public void seek(long position) {
        pending.clear();
        next = position;
    }

    /** When a lease ends or {@link #due} may name something; {@link Long#MAX_VALUE} for never. */
    public long nextMs(PullTerms terms) {
        long next = Long.MAX_VALUE;
        int place = 0;
        for (Pending each : pending.values()) {
            if (place++ < terms.maxAckPending() || !each.token.isEmpty()) {
                next = Math.min(next, each.untilMs);
            }
        }
        return next;
    }

    /** Place and pending events: version, next, count, then position, deliveries and earliest time of each. */
    public byte[] placeBytes() {
        ByteBuffer out = ByteBuffer.allocate(1 + Long.BYTES + Integer.BYTES + pending.size() * PENDING_BYTES);
        out.put(VERSION).putLong(next).putInt(pending.size());
        pending.forEach((position, each) ->
                // Leases end with the process.
                out.putLong(position).putInt(each.deliveries).putLong(each.token.isEmpty() ? each.untilMs : 0));
        return out.array();
    }

    /** Dead letters: version, count, then position, deliveries, time and reason of each. */
    public byte[] deadBytes() {
        ByteBuffer out = ByteBuffer.allocate(1 + Integer.BYTES + dead.size() * DEAD_BYTES);
        out.put(VERSION).putInt(dead.size());
        for (DeadLetter each : dead.values()) {
            out.putLong(each.position())
                    .putInt(each.deliveries())
                    .putLong(each.sinceMs())
                    .put((byte) (each.reason() == Reason.REJECTED ? 1 : 0));
        }
        return out.array();
    }

    /**
     * What was stored.
     *
     * @param place of {@link #placeBytes}
     * @param deadLetters of {@link #deadBytes}, null if there were none
     * @throws IllegalArgumentException if these are not such bytes
     */
    public static PullCursor restored(byte[] place, byte @Nullable [] deadLetters) {
        ByteBuffer in = ByteBuffer.wrap(place);
        requireVersion(in, 1 + Long.BYTES + Integer.BYTES);
        PullCursor cursor = new PullCursor(in.getLong());
        requireRows(in, in.getInt(), PENDING_BYTES);
        while (in.hasRemaining()) {
            Pending each = new Pending(in.getLong());
            each.deliveries = in.getInt();
            each.untilMs = in.getLong();
            cursor.pending.put(each.position, each);
        }
        if (deadLetters != null) {
            ByteBuffer letters = ByteBuffer.wrap(deadLetters);
            requireVersion(letters, 1 + Integer.BYTES);
            requireRows(letters, letters.getInt(), DEAD_BYTES);
            while (letters.hasRemaining()) {
                long position = letters.getLong();
                int deliveries = letters.getInt();
                long since = letters.getLong();
                Reason reason = letters.get() == 1 ? Reason.REJECTED : Reason.FAILED;
                cursor.dead.put(position, new DeadLetter(position, deliveries, reason, since));
            }
        }
        return cursor;
    }

    private static void requireVersion(ByteBuffer in, int least) {
        if (in.remaining() < least || in.get() != VERSION) {
            throw new IllegalArgumentException("no state of a subscription of version " + VERSION);
        }
    }

    private static void requireRows(ByteBuffer in, int rows, int bytes) {
        if (rows < 0 || in.remaining() != (long) rows * bytes) {
            throw new IllegalArgumentException("a subscription's state has " + in.remaining() + " bytes for " + rows);
        }
    }
}

package io.waxwing.mqtt.session;

import io.waxwing.bus.delivery.SharedProgress;
import io.waxwing.bus.event.SessionMark;
import io.waxwing.bus.spi.SessionStore;
import io.waxwing.bus.topic.TopicFilter;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What of a durable session outlives its connections (S-1): subscriptions, the cursor in the bus' delivery order, what
 * is in flight in both directions, the will, and when all this ends. Events themselves are not here: what waits is
 * behind the cursor, what is in flight is a reference. Handed from owner to owner; one at a time may touch it.
 *
 * <p>It keeps account of what has changed since it was last written; {@link #changes} says it in rows of the
 * {@link SessionStore}. Identifiers of incoming QoS 2 are not written here but by the bus, with their events.
 */
public final class SessionState {
    /** A time that does not come. */
    static final long NEVER = Long.MAX_VALUE;

    private static final long MILLIS_PER_SECOND = 1_000;

    private final String name;
    private final String owner;
    private final String clientId;
    private final Map<String, KeptSubscription> subscriptions = new LinkedHashMap<>();
    private final Inflight inflight;
    // Incoming QoS 2 from PUBLISH to PUBREL, and those of them of which it is not known whether the bus has them.
    private final BitSet unreleased = new BitSet();
    private final BitSet undecided = new BitSet();
    private long cursor = -1;
    private long expirySeconds;
    private long expiresAtMillis = NEVER;
    private @Nullable PendingWill will;

    private boolean headChanged = true;
    private boolean flightChanged;
    private boolean willChanged;
    private boolean needsSync;
    // Marks to be removed, and those of them whose removal is under way; both until it is known to be written.
    private final BitSet marksGone = new BitSet();
    private final BitSet marksAsked = new BitSet();
    // The will's row stands though the will is published: a repeat of its event is no second one.
    private boolean willRowLeft;

    /**
     * A new session.
     *
     * @param name never used twice
     * @param owner whose it is, empty if its client was not asked
     * @param capacity largest window of its connections
     */
    SessionState(String name, String owner, String clientId, int capacity) {
        this.name = name;
        this.owner = owner;
        this.clientId = clientId;
        this.inflight = Inflight.durable(capacity);
    }

    /** The name in the store. */
    public String name() {
        return name;
    }

    /** The name of the principal whose it is; empty if its client was not asked who he is. */
    public String owner() {
        return owner;
    }

    public String clientId() {
        return clientId;
    }

    /** Where deliveries go on; negative if it never had a subscription. */
    public long cursor() {
        return cursor;
    }

    public Collection<KeptSubscription> subscriptions() {
        return List.copyOf(subscriptions.values());
    }

    /** What it has in flight of shared subscriptions, as its groups are to know it. */
    public List<SharedProgress> sharedInFlight() {
        List<SharedProgress> steps = new ArrayList<>();
        inflight.sent().forEach((id, sent) -> {
            TopicFilter filter = sent.shared();
            if (filter != null) {
                boolean once = inflight.waitsFor(id) == Inflight.Waiting.PUBACK;
                SharedProgress.Step step = once ? SharedProgress.Step.SENT : SharedProgress.Step.SENT_FOR_GOOD;
                steps.add(new SharedProgress(filter, sent.reference(), step));
            }
        });
        return steps;
    }

    /** Unix time at which the session ends; {@link Long#MAX_VALUE} while it is connected. */
    public long expiresAtMillis() {
        return expiresAtMillis;
    }

    /** The will that is still to come, null if there is none. */
    public @Nullable PendingWill will() {
        return will;
    }

    /**
     * The will is on its way to the bus. Its row stays until the next connection: a crash before the event is durable
     * publishes it again, one after it is told by its identity that it is there.
     */
    public void willPublished() {
        will = null;
        willRowLeft = true;
    }

    /** The connection is over: from now the session's end and its will draw near (W-3, S-4). */
    public void left(long wallMillis) {
        expiresAtMillis = wallMillis + expirySeconds * MILLIS_PER_SECOND;
        headChanged = true;
        flightChanged = true;
        // Whether the last write took place is not known.
        marksAsked.clear();
        PendingWill last = will;
        if (last != null) {
            long delayed = wallMillis + last.delaySeconds() * MILLIS_PER_SECOND;
            will(last.due(Math.min(delayed, expiresAtMillis)));
        }
    }

    /** After a restart: a session that was connected when the node went down begins to end now (W-6). */
    public void restarted(long wallMillis) {
        PendingWill last = will;
        if (expiresAtMillis == NEVER) {
            left(wallMillis);
        } else if (last != null && last.dueMillis() == NEVER) {
            // It was on its way to the bus when the node went down; if it got there, its identity says so.
            will(last.due(wallMillis));
        }
    }

    long expirySeconds() {
        return expirySeconds;
    }

    /** A connection has it; {@code seconds} is what it asked for, as granted. */
    void connected(long seconds, int window) {
        expirySeconds = seconds;
        expiresAtMillis = NEVER;
        headChanged = true;
        willChanged |= willRowLeft;
        willRowLeft = false;
        marksAsked.clear();
        inflight.connected(window);
    }

    void expirySeconds(long seconds) {
        expirySeconds = seconds;
        headChanged = true;
    }

    /** The connection is over: its will, null if it was taken back, is still to come or is published now. */
    void ended(@Nullable PendingWill last, boolean later) {
        if (last != null && !later) {
            willPublished();
        } else {
            will(last);
        }
    }

    void will(@Nullable PendingWill other) {
        willChanged |= will != null || other != null;
        will = other;
    }

    Inflight inflight() {
        return inflight;
    }

    BitSet unreleased() {
        return unreleased;
    }

    BitSet undecided() {
        return undecided;
    }

    Map<String, KeptSubscription> kept() {
        return subscriptions;
    }

    void subscribed(KeptSubscription subscription) {
        subscriptions.put(subscription.subscription().filter().toString(), subscription);
        headChanged |= subscription.since() != KeptSubscription.ASKED;
    }

    /** The bus has put it in force. */
    void inForce(TopicFilter filter, long since) {
        KeptSubscription asked = subscriptions.get(filter.toString());
        if (asked != null) {
            subscribed(new KeptSubscription(asked.subscription(), since));
            cursor = cursor < 0 ? since : cursor;
            flightChanged = true;
        }
    }

    void unsubscribed(String filter) {
        headChanged |= subscriptions.remove(filter) != null;
    }

    /** Everything up to this delivery was sent or is not to be. */
    void passed(long reference) {
        if (reference > 0) {
            cursor = Math.max(cursor, reference + 1);
        }
    }

    /** Something was sent or acknowledged; {@code synced}: it must be on the disk, not only written. */
    void flightChanged(boolean synced) {
        flightChanged = true;
        needsSync |= synced;
    }

    /** PUBREL came for it: the identifier is free once that is on the disk. */
    void released(int packetId) {
        unreleased.clear(packetId);
        undecided.clear(packetId);
        marksGone.set(packetId);
        needsSync = true;
    }

    /** The next write is to be on the disk. */
    void requireSync() {
        needsSync = true;
    }

    void restoreCursor(long position) {
        cursor = position;
    }

    void restoreHead(long seconds, long atMillis) {
        expirySeconds = seconds;
        expiresAtMillis = atMillis;
    }

    /** There is something to write. */
    public boolean hasChanged() {
        return headChanged || flightChanged || willChanged || marksGone.cardinality() > marksAsked.cardinality();
    }

    /** Nothing has changed since the store was read. */
    void asStored() {
        headChanged = false;
        flightChanged = false;
        willChanged = false;
        needsSync = false;
    }

    /** All changes since the last call, and marks whose removal is not known to be written. */
    public SessionStore.Change changes() {
        List<SessionStore.Row> rows = new ArrayList<>();
        if (headChanged) {
            rows.add(new SessionStore.Row(SessionRows.HEAD, SessionRows.head(this)));
            if (!owner.isEmpty()) {
                rows.add(new SessionStore.Row(SessionRows.OWNER, SessionRows.owner(this)));
            }
        }
        if (flightChanged) {
            rows.add(new SessionStore.Row(SessionRows.FLIGHT, SessionRows.flight(this)));
        }
        if (willChanged) {
            rows.add(new SessionStore.Row(SessionRows.WILL, SessionRows.will(will)));
        }
        for (int id = marksGone.nextSetBit(0); id >= 0; id = marksGone.nextSetBit(id + 1)) {
            rows.add(new SessionStore.Row(new SessionMark(name, id).row(), null));
        }
        boolean synced = needsSync;
        marksAsked.or(marksGone);
        asStored();
        return new SessionStore.Change(name, rows, false, synced);
    }

    /** What {@link #changes} said last is stored. */
    void written() {
        marksGone.andNot(marksAsked);
        marksAsked.clear();
    }

    /** The change that removes all there is. */
    public SessionStore.Change discarded() {
        return new SessionStore.Change(name, List.of(), true, true);
    }
}

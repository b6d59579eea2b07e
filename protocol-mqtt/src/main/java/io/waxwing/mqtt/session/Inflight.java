package io.waxwing.mqtt.session;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Packet identifiers of QoS 1 and 2 on their way to the client, and what each waits for. The window bounds how many of
 * them are on the wire (F-1); identifiers count up, wrap, and skip any whose slot is taken, so none is used twice at a
 * time (D-3). A durable session's survive its connections: a new connection begins with none on the wire.
 *
 * <p>Invariant: {@code 0 <= onWire <= used}; every way an event can leave frees its slot exactly once.
 */
final class Inflight {
    private static final int LAST_ID = 65_535;

    /** What the client owes next. */
    enum Waiting {
        NOTHING,
        PUBACK,
        PUBREC,
        PUBCOMP
    }

    private final int capacity;
    private int window;
    // Slot of an id is id modulo size; twice the capacity always leaves a free slot near.
    private int[] ids = new int[0];
    private Waiting[] states = new Waiting[0];
    private int used;
    private int onWire;
    private int lastId;
    // Only of durable sessions: what was sent, in that order, and which of it only on former connections.
    private final @Nullable Map<Integer, Sent> sent;
    private final BitSet notOnWire = new BitSet(0);
    // What came by shared filters, and what of it is done and not told yet.
    private final Map<Integer, Sent> shared = new HashMap<>(0);
    private final List<Sent> done = new ArrayList<>(0);

    /** Of a session that ends with its connection. */
    Inflight(int window) {
        this(window, null);
    }

    private Inflight(int capacity, @Nullable Map<Integer, Sent> sent) {
        this.capacity = capacity;
        this.window = capacity;
        this.sent = sent;
    }

    /** Of a durable session, whose connections have windows of at most {@code capacity}. */
    static Inflight durable(int capacity) {
        return new Inflight(capacity, new LinkedHashMap<>());
    }

    /** A new connection: nothing is on the wire. */
    void connected(int newWindow) {
        window = Math.min(newWindow, capacity);
        onWire = 0;
        if (sent != null) {
            sent.keySet().forEach(notOnWire::set);
        }
    }

    boolean isFull() {
        return onWire >= window || used >= capacity;
    }

    /** True if the connection's window is full; what is sent again has its identifier already. */
    boolean isWireFull() {
        return onWire >= window;
    }

    int used() {
        return used;
    }

    /** What was sent and is not finished, in the order of sending; empty if the session is not durable. */
    Map<Integer, Sent> sent() {
        return sent == null ? Map.of() : sent;
    }

    /** A new identifier that waits for {@code waiting}. The window must not be full. */
    int take(Waiting waiting) {
        if (isFull()) {
            throw new IllegalStateException("window of " + window + " is full");
        }
        if (ids.length == 0) {
            allocate();
        }
        int id = lastId;
        do {
            id = id == LAST_ID ? 1 : id + 1;
        } while (states[slot(id)] != Waiting.NOTHING);
        lastId = id;
        occupy(id, waiting);
        onWire++;
        return id;
    }

    /** Remembers what was sent under an identifier just taken. */
    void remember(int id, Sent what) {
        if (sent != null) {
            sent.put(id, what);
        }
        if (what.shared() != null) {
            shared.put(id, what);
        }
    }

    /** What came by shared filters and has become free since the last call. */
    List<Sent> takeDone() {
        if (done.isEmpty()) {
            return List.of();
        }
        List<Sent> all = List.copyOf(done);
        done.clear();
        return all;
    }

    /** An identifier that was in flight before a restart; in the order of sending. */
    void restore(int id, Waiting waiting, Sent what) {
        if (ids.length == 0) {
            allocate();
        }
        if (states[slot(id)] != Waiting.NOTHING || sent == null) {
            throw new IllegalStateException("packet identifier " + id + " has no place");
        }
        occupy(id, waiting);
        remember(id, what);
        notOnWire.set(id);
        lastId = id;
    }

    /** An identifier of a former connection is sent again. */
    void sentAgain(int id) {
        if (waitsFor(id) != Waiting.NOTHING && notOnWire.get(id)) {
            notOnWire.clear(id);
            onWire++;
        }
    }

    /** What an identifier waits for; {@link Waiting#NOTHING} if it is not in use. */
    Waiting waitsFor(int id) {
        return ids.length != 0 && ids[slot(id)] == id ? states[slot(id)] : Waiting.NOTHING;
    }

    /** PUBREC came: only PUBREL and PUBCOMP are left. */
    void released(int id) {
        states[slot(id)] = Waiting.PUBCOMP;
    }

    /** The exchange is over: the slot is free. */
    void free(int id) {
        if (waitsFor(id) == Waiting.NOTHING) {
            throw new IllegalStateException("packet identifier " + id + " is not in flight");
        }
        ids[slot(id)] = 0;
        states[slot(id)] = Waiting.NOTHING;
        used--;
        if (notOnWire.get(id)) {
            notOnWire.clear(id);
        } else {
            onWire--;
        }
        if (sent != null) {
            sent.remove(id);
        }
        Sent its = shared.remove(id);
        if (its != null) {
            done.add(its);
        }
    }

    private void occupy(int id, Waiting waiting) {
        ids[slot(id)] = id;
        states[slot(id)] = waiting;
        used++;
    }

    private int slot(int id) {
        return id & (ids.length - 1);
    }

    private void allocate() {
        int size = Integer.highestOneBit(Math.max(1, capacity) * 2 - 1) * 2;
        ids = new int[size];
        states = new Waiting[size];
        Arrays.fill(states, Waiting.NOTHING);
    }
}

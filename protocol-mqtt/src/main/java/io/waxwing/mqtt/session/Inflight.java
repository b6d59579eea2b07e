package io.waxwing.mqtt.session;

/**
 * Packet identifiers of QoS 1 and 2 on their way to the client, and what each waits for. The window bounds how many
 * there are (F-1); identifiers count up, wrap, and skip any whose slot is taken, so none is used twice at a time (D-3).
 *
 * <p>Invariant: {@code 0 <= used <= window}; every way an event can leave frees its slot exactly once.
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

    private final int window;
    // Slot of an id is id modulo size; twice the window always leaves a free slot near.
    private int[] ids = new int[0];
    private Waiting[] states = new Waiting[0];
    private int used;
    private int lastId;

    Inflight(int window) {
        this.window = window;
    }

    boolean isFull() {
        return used >= window;
    }

    int used() {
        return used;
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
        ids[slot(id)] = id;
        states[slot(id)] = waiting;
        used++;
        return id;
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
    }

    private int slot(int id) {
        return id & (ids.length - 1);
    }

    private void allocate() {
        int size = Integer.highestOneBit(Math.max(1, window) * 2 - 1) * 2;
        ids = new int[size];
        states = new Waiting[size];
        java.util.Arrays.fill(states, Waiting.NOTHING);
    }
}

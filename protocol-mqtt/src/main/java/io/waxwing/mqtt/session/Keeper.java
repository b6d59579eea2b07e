package io.waxwing.mqtt.session;

import io.waxwing.mqtt.packet.MqttPacket;
import io.waxwing.mqtt.packet.PubRec;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Sees to it that a durable session's state is written before what it stands for leaves: packets wait here, in order,
 * for the write that contains them. One write is under way at a time and takes all changes up to then, so a slow disk
 * makes the groups larger, not the queue of writes longer. For a session that ends with its connection nothing waits.
 *
 * <p>Invariant: {@code written <= asked <= written + 1}.
 */
final class Keeper {
    /** Packets that may wait before deliveries are held back. */
    private static final int CROWDED = 512;
    /** Of all sessions that end with their connections: it keeps nothing, so one is enough. */
    private static final Keeper OF_NOTHING = new Keeper(null);

    private final @Nullable SessionState state;
    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>(0);
    private int pubRecs;
    private long asked;
    private long written;

    private Keeper(@Nullable SessionState state) {
        this.state = state;
    }

    /** {@code state} is null for a session that ends with its connection. */
    static Keeper of(@Nullable SessionState state) {
        return state == null ? OF_NOTHING : new Keeper(state);
    }

    private record Waiting(MqttPacket packet, long write) {}

    /** Sends a packet after the state is written as it is now; {@code synced}: to the disk. */
    void sendKept(MqttPacket packet, boolean synced, Output out) {
        if (state == null) {
            out.send(packet);
            return;
        }
        if (synced) {
            state.requireSync();
        }
        state.flightChanged(false);
        pubRecs += packet instanceof PubRec ? 1 : 0;
        waiting.add(new Waiting(packet, asked + 1));
    }

    /** A PUBREC waits here; one behind it must not overtake it [MQTT-4.6.0-3]. */
    boolean holdsPubRec() {
        return pubRecs > 0;
    }

    /** Something changed that nobody waits for: it is written soon. */
    void changed() {
        if (state != null) {
            state.flightChanged(false);
        }
    }

    /** Sends a packet behind those that wait. */
    void sendInOrder(MqttPacket packet, Output out) {
        if (waiting.isEmpty()) {
            out.send(packet);
        } else {
            waiting.add(new Waiting(packet, asked));
        }
    }

    /** Deliveries should wait until more is written. */
    boolean isCrowded() {
        return waiting.size() >= CROWDED;
    }

    /** Asks for the next write if there is something to write and none is under way. */
    void save(Output out) {
        if (state != null && asked == written && state.hasChanged()) {
            asked++;
            out.save(state.changes());
        }
    }

    /** What was asked for is written: what waited for it leaves. */
    void onSaved(Output out) {
        if (state == null) {
            return;
        }
        written = asked;
        state.written();
        for (Waiting next = waiting.peek(); next != null && next.write() <= written; next = waiting.peek()) {
            waiting.remove();
            pubRecs -= next.packet() instanceof PubRec ? 1 : 0;
            out.send(next.packet());
        }
    }
}

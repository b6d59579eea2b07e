package io.waxwing.mqtt.session;

import io.waxwing.mqtt.packet.MqttPacket;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * PUBACKs and PUBRECs owed to the client, in the order of its PUBLISH packets (P-7). The bus answers in any order; an
 * answer waits here until all before it have left. Tokens count up from 1, so an answer finds its place by subtraction.
 *
 * <p>Invariant: {@code first <= token < next} for every entry that is held.
 */
final class AckQueue {
    private @Nullable Entry[] ring = new @Nullable Entry[8];
    private long first = 1;
    private long next = 1;
    private int qos1;

    /** One PUBLISH that is not answered yet. */
    static final class Entry {
        final int packetId;
        final int qos;
        private @Nullable MqttPacket answer;

        Entry(int packetId, int qos) {
            this.packetId = packetId;
            this.qos = qos;
        }
    }

    int size() {
        return (int) (next - first);
    }

    /** PUBLISH packets of QoS 1 whose PUBACK has not left. */
    int qos1() {
        return qos1;
    }

    /** Appends; returns the token the bus gets. */
    long add(int packetId, int qos) {
        if (size() == ring.length) {
            grow();
        }
        ring[slot(next)] = new Entry(packetId, qos);
        qos1 += qos == 1 ? 1 : 0;
        return next++;
    }

    /** The PUBLISH of a token, null if it has been answered or never was. */
    @Nullable Entry find(long token) {
        if (token < first || token >= next) {
            return null;
        }
        Entry entry = ring[slot(token)];
        return entry == null || entry.answer != null ? null : entry;
    }

    void answer(Entry entry, MqttPacket packet) {
        entry.answer = packet;
    }

    /** Whether a PUBLISH with that id and QoS is still without its answer. */
    boolean holds(int packetId, int qos) {
        for (long token = first; token < next; token++) {
            Entry entry = ring[slot(token)];
            if (entry != null && entry.packetId == packetId && entry.qos == qos) {
                return true;
            }
        }
        return false;
    }

    /** Calls {@code each} with the identifiers of that QoS that have no answer yet. */
    void unanswered(int qos, IntConsumer each) {
        for (long token = first; token < next; token++) {
            Entry entry = ring[slot(token)];
            if (entry != null && entry.qos == qos && entry.answer == null) {
                each.accept(entry.packetId);
            }
        }
    }

    /** Takes the next packet that may leave, null if the oldest PUBLISH is still waiting. */
    @Nullable MqttPacket poll() {
        Entry entry = first == next ? null : ring[slot(first)];
        if (entry == null || entry.answer == null) {
            return null;
        }
        ring[slot(first)] = null;
        qos1 -= entry.qos == 1 ? 1 : 0;
        first++;
        return entry.answer;
    }

    private int slot(long token) {
        return (int) token & (ring.length - 1);
    }

    private void grow() {
        @Nullable Entry[] old = ring;
        @Nullable Entry[] larger = new @Nullable Entry[old.length * 2];
        for (long token = first; token < next; token++) {
            larger[(int) token & (larger.length - 1)] = old[slot(token)];
        }
        ring = larger;
    }
}

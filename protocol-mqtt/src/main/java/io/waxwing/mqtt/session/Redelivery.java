package io.waxwing.mqtt.session;

import io.waxwing.bus.event.Event;
import io.waxwing.mqtt.packet.Properties;
import io.waxwing.mqtt.packet.PubRel;
import io.waxwing.mqtt.packet.Publish;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a durable session had in flight when its last connection ended, sent again before anything else (D-5): the same
 * identifiers in the same order, PUBLISH with DUP, PUBREL in place of PUBLISH after PUBREC, all within this
 * connection's window and packet size. The events are read back from the bus, so it waits for those first.
 */
final class Redelivery {
    private final ClientTerms terms;
    private final Inflight inflight;
    private final Keeper keeper;
    private final ArrayDeque<Again> queue = new ArrayDeque<>(0);
    private List<Integer> asked = List.of();

    Redelivery(ClientTerms terms, Inflight inflight, Keeper keeper) {
        this.terms = terms;
        this.inflight = inflight;
        this.keeper = keeper;
    }

    /** {@code event} is null after PUBREC, or if the bus does not have it any more. */
    private record Again(int packetId, @Nullable Event event) {}

    /** Nothing is left to be sent again. */
    boolean isDone() {
        return asked.isEmpty() && queue.isEmpty();
    }

    /** Asks for the events that are to be sent again. */
    void begin(Output out) {
        asked = List.copyOf(inflight.sent().keySet());
        List<Long> references = new ArrayList<>();
        for (int id : asked) {
            Sent sent = inflight.sent().get(id);
            if (sent != null) {
                references.add(sent.reference());
            }
        }
        if (!asked.isEmpty()) {
            out.find(references);
        }
    }

    /** What {@link #begin} asked for, in that order. */
    void onFound(List<@Nullable Event> events) {
        for (int i = 0; i < asked.size(); i++) {
            queue.add(new Again(asked.get(i), events.get(i)));
        }
        asked = List.of();
    }

    void pump(long wallMillis, Output out) {
        for (Again next = queue.peek(); next != null && out.isWritable(); next = queue.peek()) {
            Inflight.Waiting waiting = inflight.waitsFor(next.packetId());
            if (waiting == Inflight.Waiting.PUBCOMP) {
                inflight.sentAgain(next.packetId());
                keeper.sendInOrder(new PubRel(next.packetId()), out);
            } else if (waiting != Inflight.Waiting.NOTHING) {
                if (inflight.isWireFull()) {
                    return;
                }
                publish(next, waiting == Inflight.Waiting.PUBACK ? 1 : 2, wallMillis, out);
            }
            queue.remove();
        }
    }

    private void publish(Again next, int qos, long wallMillis, Output out) {
        Sent sent = inflight.sent().get(next.packetId());
        Event event = next.event();
        boolean gone = event == null || !terms.access().mayReceive(event.topic());
        Publish publish =
                gone || event == null || sent == null ? null : again(event, sent, next.packetId(), qos, wallMillis);
        if (publish == null || !terms.fits(publish)) {
            out.dropped(DropReason.TOO_LARGE);
            inflight.free(next.packetId());
            keeper.changed();
            return;
        }
        inflight.sentAgain(next.packetId());
        keeper.sendInOrder(publish, out);
        out.delivered(publish.payload().size());
    }

    private Publish again(Event event, Sent sent, int packetId, int qos, long wallMillis) {
        // what was sent once does not expire any more.
        long secondsLeft = PublishMaker.secondsLeft(event, wallMillis);
        Properties properties =
                terms.v5() ? PublishMaker.properties(event, secondsLeft == 0 ? 1 : secondsLeft, sent) : Properties.NONE;
        return new Publish(true, qos, sent.retain(), event.topic(), packetId, event.payload(), properties);
    }
}

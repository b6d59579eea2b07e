package io.waxwing.mqtt.netty;

import io.waxwing.bus.delivery.Delivery;
import io.waxwing.bus.delivery.SharedProgress;
import io.waxwing.bus.delivery.StartFrom;
import io.waxwing.bus.delivery.Subscription;
import io.waxwing.bus.event.Event;
import io.waxwing.bus.event.EventDraft;
import io.waxwing.bus.failure.Refusal;
import io.waxwing.bus.spi.Attachment;
import io.waxwing.bus.spi.EventBus;
import io.waxwing.bus.spi.SessionStore;
import io.waxwing.bus.topic.TopicFilter;
import io.waxwing.mqtt.session.DeliveryCost;
import io.waxwing.mqtt.session.SessionState;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one connection has with the bus: its attachment, events that found no room, and the keeping of its durable
 * session. Event loop only.
 */
final class AtBus {
    private final MqttChannel channel;
    private final Listener listener;
    // Each is there from its first use on: most connections are idle.
    private @Nullable BusSide busSide;
    private @Nullable ArrayDeque<Held> held;
    private @Nullable List<SharedProgress> steps;
    private @Nullable Attachment attachment;
    // The former session of the identifier, and this connection's own if it is durable.
    private @Nullable KeptSession inherited;
    private @Nullable KeptSession kept;
    private boolean ended;

    /** An event the bus had no room for. */
    private record Held(long token, EventDraft draft) {}

    AtBus(MqttChannel channel, Listener listener) {
        this.channel = channel;
        this.listener = listener;
    }

    private BusSide busSide() {
        BusSide made = busSide;
        if (made == null) {
            MqttSettings settings = listener.settings();
            QueueBudget budget = new QueueBudget(settings.queueEvents(), settings.queueBytes());
            made = new BusSide(channel, budget, listener.metrics());
            busSide = made;
        }
        return made;
    }

    /** What bounds the events that wait for the client. */
    QueueBudget budget() {
        return busSide().budget();
    }

    /** What the identifier's last owner left. */
    void inherit(@Nullable KeptSession former) {
        inherited = former;
    }

    boolean publish(long token, EventDraft made) {
        EventDraft draft = listener.settings().dated(made);
        boolean first = held == null || held.isEmpty();
        if (first && listener.bus().publish(draft, token, busSide())) {
            return true;
        }
        ArrayDeque<Held> waiting = held == null ? new ArrayDeque<>(0) : held;
        held = waiting;
        waiting.add(new Held(token, draft));
        if (first) {
            whenRoom(draft);
        }
        return false;
    }

    private void whenRoom(EventDraft draft) {
        listener.bus().whenRoom(draft.topic(), () -> channel.tell(this::publishHeld));
    }

    private void publishHeld() {
        ArrayDeque<Held> waiting = held == null ? new ArrayDeque<>(0) : held;
        for (Held next = waiting.peek(); next != null; next = waiting.peek()) {
            if (!listener.bus().publish(next.draft(), next.token(), busSide())) {
                whenRoom(next.draft());
                return;
            }
            waiting.remove();
        }
        held = null;
        channel.session().onRoom(System.nanoTime(), channel);
    }

    void subscribe(Subscription subscription, long token) {
        Attachment to = attachment;
        if (to == null) {
            to = listener.bus().attach(busSide(), StartFrom.NEXT);
            attachment = to;
        }
        to.subscribe(subscription, token);
    }

    void unsubscribe(TopicFilter filter, long token) {
        tellProgress();
        if (attachment != null) {
            attachment.unsubscribe(filter, token);
        }
    }

    void progress(SharedProgress step) {
        List<SharedProgress> untold = steps == null ? new ArrayList<>(4) : steps;
        steps = untold;
        untold.add(step);
    }

    /** Tells the groups what has been sent and acknowledged since the last call. */
    void tellProgress() {
        Attachment to = attachment;
        List<SharedProgress> untold = steps;
        if (to != null && untold != null) {
            steps = null;
            to.progress(untold);
        }
    }

    /** A delivery is over and done with; if somebody waits for room, there is some now. */
    void released(Delivery delivery) {
        if (budget().give(DeliveryCost.sizeBytes(delivery)) && attachment != null) {
            attachment.resume();
        }
    }

    void save(SessionStore.Change change) {
        listener.sessions().write(change, new SessionStore.Done() {
            @Override
            public void written() {
                channel.tell(() -> channel.session().onSaved(System.nanoTime(), channel));
            }

            @Override
            public void failed(Refusal refusal) {
                channel.tell(() -> channel.session().onSaveFailed(channel));
            }
        });
    }

    void find(List<Long> references) {
        listener.bus().find(references, new EventBus.FoundEvents() {
            @Override
            public void found(List<@Nullable Event> events) {
                channel.tell(() -> channel.session().onFound(events, System.nanoTime(), channel));
            }

            @Override
            public void failed(Refusal refusal) {
                channel.tell(() -> channel.session().onDetached(refusal, channel));
            }
        });
    }

    void attend(SessionState state) {
        KeptSession own = keep(state);
        attachment = own.standing();
        own.standing().resume(busSide());
    }

    void discard(SessionState state) {
        KeptSession former = inherited;
        if (former != null && former.state() == state) {
            inherited = null;
            listener.sessions().discard(former);
        } else {
            listener.sessions().discard(keep(state));
        }
    }

    /** The bus has ended the attachment: whoever comes next needs another one. */
    void ended() {
        ended = true;
    }

    /** The connection has ended; what its next owner gets. */
    @Nullable KeptSession leave(@Nullable SessionState left) {
        tellProgress();
        Attachment last = attachment;
        attachment = null;
        // Unanswered: the client repeats them, perhaps before there is room, and then they would come twice.
        if (held != null) {
            held.removeIf(waiting -> waiting.draft().mark() != null);
        }
        if (left == null) {
            if (last != null) {
                last.detach();
            }
            return null;
        }
        if (ended) {
            return listener.sessions().takeUp(left);
        }
        KeptSession own = keep(left);
        own.standing().pause(left.cursor());
        return own;
    }

    private KeptSession keep(SessionState state) {
        KeptSession own = kept;
        if (own == null) {
            KeptSession former = inherited;
            own = former != null && former.state() == state
                    ? former
                    : listener.sessions().begin(state);
            kept = own;
        }
        return own;
    }
}

package io.waxwing.mqtt.netty;

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
    private final BusSide busSide;
    private final EventBus bus;
    private final Sessions sessions;
    private final ArrayDeque<Held> held = new ArrayDeque<>(0);
    private @Nullable Attachment attachment;
    // The former session of the identifier, and this connection's own if it is durable.
    private @Nullable KeptSession inherited;
    private @Nullable KeptSession kept;
    private boolean ended;
    private final List<SharedProgress> steps = new ArrayList<>(0);

    /** An event the bus had no room for. */
    private record Held(long token, EventDraft draft) {}

    AtBus(MqttChannel channel, BusSide busSide, EventBus bus, Sessions sessions) {
        this.channel = channel;
        this.busSide = busSide;
        this.bus = bus;
        this.sessions = sessions;
    }

    /** What the identifier's last owner left. */
    void inherit(@Nullable KeptSession former) {
        inherited = former;
    }

    boolean publish(long token, EventDraft draft) {
        if (held.isEmpty() && bus.publish(draft, token, busSide)) {
            return true;
        }
        held.add(new Held(token, draft));
        if (held.size() == 1) {
            whenRoom(draft);
        }
        return false;
    }

    private void whenRoom(EventDraft draft) {
        bus.whenRoom(draft.topic(), () -> channel.tell(this::publishHeld));
    }

    private void publishHeld() {
        for (Held next = held.peek(); next != null; next = held.peek()) {
            if (!bus.publish(next.draft(), next.token(), busSide)) {
                whenRoom(next.draft());
                return;
            }
            held.remove();
        }
        channel.session().onRoom(System.nanoTime(), channel);
    }

    void subscribe(Subscription subscription, long token) {
        Attachment to = attachment;
        if (to == null) {
            to = bus.attach(busSide, StartFrom.NEXT);
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
        steps.add(step);
    }

    /** Tells the groups what has been sent and acknowledged since the last call. */
    void tellProgress() {
        Attachment to = attachment;
        if (to != null && !steps.isEmpty()) {
            to.progress(List.copyOf(steps));
            steps.clear();
        }
    }

    /** There is room again for deliveries. */
    void resume() {
        if (attachment != null) {
            attachment.resume();
        }
    }

    void save(SessionStore.Change change) {
        sessions.write(change, new SessionStore.Done() {
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
        bus.find(references, new EventBus.FoundEvents() {
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
        own.standing().resume(busSide);
    }

    void discard(SessionState state) {
        KeptSession former = inherited;
        if (former != null && former.state() == state) {
            inherited = null;
            sessions.discard(former);
        } else {
            sessions.discard(keep(state));
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
        held.removeIf(waiting -> waiting.draft().mark() != null);
        if (left == null) {
            if (last != null) {
                last.detach();
            }
            return null;
        }
        if (ended) {
            return sessions.takeUp(left);
        }
        KeptSession own = keep(left);
        own.standing().pause(left.cursor());
        return own;
    }

    private KeptSession keep(SessionState state) {
        KeptSession own = kept;
        if (own == null) {
            KeptSession former = inherited;
            own = former != null && former.state() == state ? former : sessions.begin(state);
            kept = own;
        }
        return own;
    }
}

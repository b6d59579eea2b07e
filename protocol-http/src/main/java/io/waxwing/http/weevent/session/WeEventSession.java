package io.waxwing.http.weevent.session;

import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.Refusal;
import io.waxwing.bus.spi.Access;
import io.waxwing.http.weevent.Generation;
import io.waxwing.http.weevent.PublishOrder;
import io.waxwing.http.weevent.Scope;
import io.waxwing.http.weevent.Scopes;
import io.waxwing.http.weevent.SendResult;
import io.waxwing.http.weevent.ShownEvent;
import io.waxwing.http.weevent.TopicPattern;
import io.waxwing.http.weevent.WeEventCode;
import io.waxwing.http.weevent.WeEventFault;
import io.waxwing.http.weevent.WeEventSettings;
import io.waxwing.stomp.frame.Frame;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One connection. Unlike WeEvent's own broker it does nothing for a client that has not been let in, and an ERROR names
 * what it is about; like it, errors leave the connection open.
 */
public final class WeEventSession {
    /** What a client that waits for CONNECTED looks for in an ERROR. */
    private static final String LOGIN_RECEIPT = "0";

    private static final long NANOS_PER_MS = 1_000_000;
    private static final String GROUP_ID = "groupId";
    private static final String SUBSCRIPTION_ID = "weevent-subscriptionId";
    private static final String TAG = "weevent-tag";
    private static final String EPHEMERAL = "weevent-ephemeral";
    private static final String EXTENSION = "weevent-";
    private static final Pattern UUID =
            Pattern.compile("[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}");

    private enum State {
        /** No good CONNECT yet. */
        NEW,
        /** It is being found out who the client is. */
        LOGGING_IN,
        /** The client was let in. */
        OPEN,
        /** Over. */
        CLOSED
    }

    private final Generation generation;
    private final Scopes scopes;
    private final WeEventSettings settings;
    private final Supplier<String> uuids;
    private final long connectBeforeNanos;
    private final Map<String, Feed> feeds = new LinkedHashMap<>();
    private State state = State.NEW;
    private @Nullable Access access;

    /**
     * A connection that has just begun.
     *
     * @param uuids a new one at each call
     */
    public WeEventSession(
            Generation generation, Scopes scopes, WeEventSettings settings, Supplier<String> uuids, long nowNanos) {
        this.generation = generation;
        this.scopes = scopes;
        this.settings = settings;
        this.uuids = uuids;
        this.connectBeforeNanos = nowNanos + settings.connectMs() * NANOS_PER_MS;
    }

    public Generation generation() {
        return generation;
    }

    /** Null until the client was let in. */
    public @Nullable Access access() {
        return access;
    }

    public boolean isClosed() {
        return state == State.CLOSED;
    }

    /** It is being found out who the client is: its next frames wait for that. */
    public boolean isLoggingIn() {
        return state == State.LOGGING_IN;
    }

    /** The subscriptions that have not ended. */
    public List<Feed> feeds() {
        return List.copyOf(feeds.values());
    }

    /** When {@link #onTimeout} is to be called; Long.MAX_VALUE: never. */
    public long nextTimeoutNanos() {
        return state == State.NEW || state == State.LOGGING_IN ? connectBeforeNanos : Long.MAX_VALUE;
    }

    /** The client has not come in in time. */
    public void onTimeout(long nowNanos, Output out) {
        if (nextTimeoutNanos() != Long.MAX_VALUE && nowNanos - connectBeforeNanos >= 0) {
            fail(new Refusal(FailureCode.REQUEST_TIMEOUT, "no CONNECT came in time"), out);
        }
    }

    /** The client sends what is no frame; nothing behind it can be understood. */
    public void onMalformed(Refusal refusal, Output out) {
        fail(refusal, out);
    }

    /** The node ends the connection. */
    public void fail(Refusal refusal, Output out) {
        if (state != State.CLOSED) {
            out.send(Frames.error(WeEventFault.of(refusal), null));
            close(out);
        }
    }

    private void close(Output out) {
        state = State.CLOSED;
        feeds.values().forEach(feed -> {
            feed.end();
            out.unsubscribe(feed);
        });
        feeds.clear();
        out.close();
    }

    /** The connection is gone: nothing more can be sent. */
    public void onConnectionLost(Output out) {
        if (state != State.CLOSED) {
            close(out);
        }
    }

    public void onFrame(Frame frame, Output out) {
        if (state == State.CLOSED) {
            return;
        }
        switch (frame.command()) {
            case CONNECT, STOMP -> connect(frame, out);
            case DISCONNECT -> disconnect(frame, out);
            case SEND, SUBSCRIBE, UNSUBSCRIBE -> {
                String id =
                        frame.header(frame.command() == io.waxwing.stomp.frame.Command.SEND ? Frame.RECEIPT : Frame.ID);
                try {
                    act(frame, admitted(), out);
                } catch (WeEventFault fault) {
                    out.send(Frames.error(fault, id));
                }
            }
            default ->
                fail(new Refusal(FailureCode.PROTOCOL, frame.command() + " is no command of WeEvent's dialect"), out);
        }
    }

    private void act(Frame frame, Access may, Output out) {
        switch (frame.command()) {
            case SEND -> send(frame, may, out);
            case SUBSCRIBE -> subscribe(frame, may, out);
            default -> unsubscribe(frame, out);
        }
    }

    private Access admitted() {
        Access may = access;
        if (state != State.OPEN || may == null) {
            throw new WeEventFault(WeEventCode.NO_PERMISSION, "nobody has logged in: CONNECT comes first");
        }
        return may;
    }

    // ---- who it is

    private void connect(Frame frame, Output out) {
        if (state != State.NEW) {
            WeEventFault twice = new WeEventFault(WeEventCode.INPUT, "CONNECT comes once");
            out.send(Frames.error(twice, LOGIN_RECEIPT));
            return;
        }
        state = State.LOGGING_IN;
        out.login(frame);
    }

    public void onAdmitted(Access may, Output out) {
        if (state == State.LOGGING_IN) {
            state = State.OPEN;
            access = may;
            out.send(Frames.connected());
        }
    }

    /** The client may try again, until its time is over. */
    public void onNotAdmitted(Refusal refusal, Output out) {
        if (state == State.LOGGING_IN) {
            state = State.NEW;
            out.send(Frames.error(new WeEventFault(WeEventCode.NO_PERMISSION, refusal.toString()), LOGIN_RECEIPT));
        }
    }

    private void disconnect(Frame frame, Output out) {
        String receipt = frame.header(Frame.RECEIPT);
        if (receipt != null) {
            out.send(Frames.receipt(receipt));
        }
        close(out);
    }

    // ---- publishing

    private void send(Frame frame, Access may, Output out) {
        String topic = frame.header(Frame.DESTINATION);
        Map<String, String> extensions = new LinkedHashMap<>();
        frame.headers().forEach((name, value) -> {
            if (name.startsWith(EXTENSION)) {
                extensions.put(name, value);
            }
        });
        Scope scope = scopes.of(frame.header(GROUP_ID));
        PublishOrder order =
                new PublishOrder(scope, topic == null ? "" : topic, frame.body(), extensions, generation, may);
        out.publish(new Sending(order, frame.header(Frame.RECEIPT)));
    }

    /** An event that could not be published is never answered with a RECEIPT. */
    public void onSent(Sending sending, SendResult result, Output out) {
        if (state == State.CLOSED) {
            return;
        }
        WeEventFault fault = result.fault();
        String eventId = result.eventId();
        if (fault != null) {
            out.send(Frames.error(fault, sending.receipt()));
        } else if (sending.receipt() != null && eventId != null) {
            out.send(Frames.sent(sending.receipt(), result.topic(), eventId));
        }
    }

    // ---- subscriptions

    private void subscribe(Frame frame, Access may, Output out) {
        String id = frame.header(Frame.ID);
        if (id == null || id.isBlank()) {
            throw new WeEventFault(WeEventCode.SUBSCRIPTION_BLANK);
        }
        if (feeds.containsKey(id)) {
            throw new WeEventFault(WeEventCode.SUBSCRIPTION_LIVE);
        }
        if (feeds.size() >= settings.subscriptions()) {
            throw WeEventFault.of(new Refusal(
                    FailureCode.SUBSCRIPTION_LIMIT,
                    "a connection has at most " + settings.subscriptions() + " (weevent.maxSubscriptions)"));
        }
        Feed.Terms terms = terms(frame);
        for (TopicPattern pattern : terms.patterns()) {
            if (!may.maySubscribe(pattern.filter())) {
                throw new WeEventFault(WeEventCode.NO_PERMISSION);
            }
        }
        Feed feed = new Feed(id, subscriptionId(frame), terms);
        feeds.put(id, feed);
        out.subscribe(feed);
    }

    private Feed.Terms terms(Frame frame) {
        Scope scope = scopes.of(frame.header(GROUP_ID));
        String destination = frame.header(Frame.DESTINATION);
        if (destination == null || destination.isBlank()) {
            throw new WeEventFault(WeEventCode.TOPIC_BLANK);
        }
        List<TopicPattern> patterns = new ArrayList<>();
        for (String one : destination.split(",", -1)) {
            if (one.isBlank()) {
                throw new WeEventFault(WeEventCode.TOPICS_EMPTY);
            }
            patterns.add(TopicPattern.of(scope, one));
        }
        String tag = frame.header(TAG);
        if (tag != null && tag.isBlank()) {
            throw new WeEventFault(WeEventCode.TAG_BLANK);
        }
        boolean ephemeral = frame.header(EPHEMERAL) != null;
        String offset = frame.header(Frames.EVENT_ID);
        if (offset != null && offset.isBlank() && !ephemeral) {
            throw new WeEventFault(WeEventCode.OFFSET_BLANK);
        }
        return new Feed.Terms(scope, destination, patterns, offset == null ? Feed.LAST : offset, tag, ephemeral);
    }

    private String subscriptionId(Frame frame) {
        String given = frame.header(SUBSCRIPTION_ID);
        if (given == null) {
            return uuids.get();
        }
        if (!UUID.matcher(given).matches()) {
            throw new WeEventFault(WeEventCode.SUBSCRIPTION_FORMAT);
        }
        if (feeds.values().stream().anyMatch(feed -> feed.subscriptionId().equals(given))) {
            throw new WeEventFault(WeEventCode.SUBSCRIPTION_LIVE);
        }
        return given;
    }

    /** It is in force: the RECEIPT goes out, and for a while nothing else, since the clients would lose it. */
    public void onSubscribed(Feed feed, long nowNanos, Output out) {
        if (feed.state() == Feed.State.OPENING) {
            feed.open(nowNanos + settings.holdBackMs() * NANOS_PER_MS);
            out.send(Frames.subscribed(feed));
        }
    }

    /** It cannot begin, or not go on. */
    public void onNotSubscribed(Feed feed, WeEventFault fault, Output out) {
        if (feed.state() == Feed.State.ENDED) {
            return;
        }
        boolean wasOpen = feed.state() == Feed.State.OPEN;
        feed.end();
        feeds.remove(feed.id());
        out.unsubscribe(feed);
        out.send(Frames.error(fault, feed.id()));
        if (wasOpen) {
            // No client listens to errors of a subscription it has; of a connection that ends it goes on elsewhere.
            close(out);
        }
    }

    /** Another connection goes on with it; this client is not there any more, or would not know what to do. */
    public void onTakenOver(Feed feed, Output out) {
        if (feed.state() != Feed.State.ENDED) {
            feed.end();
            feeds.remove(feed.id());
            out.unsubscribe(feed);
        }
    }

    private void unsubscribe(Frame frame, Output out) {
        String id = frame.header(Frame.ID);
        Feed feed = id == null ? null : feeds.remove(id);
        if (id == null || feed == null) {
            throw new WeEventFault(WeEventCode.SUBSCRIPTION_UNKNOWN);
        }
        feed.end();
        out.unsubscribe(feed);
        out.send(Frames.receipt(id));
    }

    /** An event that a subscription is ready for. */
    public void onEvent(Feed feed, ShownEvent event, Output out) {
        if (feed.state() == Feed.State.OPEN) {
            out.send(Frames.message(feed, event, generation));
        }
    }
}

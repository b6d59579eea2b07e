package io.waxwing.stomp.session;

import io.waxwing.bus.delivery.Acknowledgement;
import io.waxwing.bus.delivery.Delivery;
import io.waxwing.bus.delivery.StartFrom;
import io.waxwing.bus.delivery.Subscription;
import io.waxwing.bus.event.Attributes;
import io.waxwing.bus.event.Event;
import io.waxwing.bus.event.EventDraft;
import io.waxwing.bus.event.EventId;
import io.waxwing.bus.event.Payload;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.Refusal;
import io.waxwing.bus.spi.Access;
import io.waxwing.bus.topic.DeliveryClass;
import io.waxwing.stomp.frame.Frame;
import io.waxwing.stomp.frame.StompVersion;
import io.waxwing.stomp.wire.FrameDecoder;
import io.waxwing.stomp.wire.FrameEncoder;
import io.waxwing.stomp.wire.Malformed;
import io.waxwing.stomp.wire.WireLimits;
import io.waxwing.testkit.fake.ScriptedDoor;
import io.waxwing.testkit.peer.NaiveParser;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A client and a bus around one session, without threads: text goes in, {@code ^} for NUL, and what comes back is read
 * by the naive parser. The bus answers when the test says so.
 */
final class Peer implements Output {
    static final long MILLIS = 1_000_000L;

    /** Frames to the client that {@link #got} has not given yet. */
    final ArrayDeque<NaiveParser.Plain> received = new ArrayDeque<>();

    final TreeMap<Long, EventDraft> unanswered = new TreeMap<>();
    final List<Integer> units = new ArrayList<>();
    final Map<Feed, StartFrom> feeds = new LinkedHashMap<>();
    final List<Feed> resumed = new ArrayList<>();
    final List<DropReason> dropped = new ArrayList<>();
    final List<FailureCode> rejected = new ArrayList<>();
    final RecordedLending lent = new RecordedLending();
    final RecordedReplies replies = new RecordedReplies();
    int released;
    int throttled;
    int beats;
    boolean writable = true;
    boolean paused;
    boolean busTakes = true;
    /** What the client is told to be allowed to do; null: the test says so later. */
    @Nullable Access door = Access.UNLIMITED;

    @Nullable CloseReason closed;

    long now;

    final StompSession session;
    private final FrameDecoder decoder = new FrameDecoder(WireLimits.DEFAULT);
    private byte[] unread = {};
    private StompVersion version = StompVersion.V1_2;
    private long position;
    private final Map<String, Long> topicSeqs = new TreeMap<>();

    Peer() {
        this(SessionSettings.of("bank-a.example"));
    }

    Peer(SessionSettings settings) {
        session = new StompSession(settings, "waxwing", "nonce", now, 1_000_000);
    }

    /** A client that is connected. */
    static Peer of(String version) {
        return of(version, SessionSettings.of("bank-a.example"));
    }

    static Peer of(String version, SessionSettings settings) {
        Peer peer = new Peer(settings);
        peer.in("CONNECT\naccept-version:" + version + "\nhost:h\n\n^");
        peer.got("CONNECTED");
        return peer;
    }

    /** A client that is let in with these grants, as a user of that name. */
    static Peer admitted(ScriptedDoor grants, String user) {
        Peer peer = new Peer();
        peer.door = grants.absent(user, null);
        peer.in("CONNECT\naccept-version:1.2\nhost:h\n\n^");
        peer.got("CONNECTED");
        return peer;
    }

    /** The client sends. */
    Peer in(String text) {
        session.onBytes(now);
        read(text.replace('^', '\0').getBytes(StandardCharsets.UTF_8));
        return this;
    }

    private void read(byte[] bytes) {
        int at = 0;
        try {
            while (at < bytes.length && closed == null && !(door == null && paused)) {
                at = decoder.read(bytes, at, bytes.length);
                Frame frame = decoder.take();
                if (frame != null) {
                    session.onFrame(frame, now, this);
                }
            }
        } catch (Malformed e) {
            session.onMalformed(e.refusal(), e.receiptId(), this);
        }
        unread = Arrays.copyOfRange(bytes, at, bytes.length);
    }

    /** The login that was asked for has been judged, and reading goes on. */
    Peer judged(Access access) {
        session.onAdmitted(access, now, this);
        door = access;
        read(unread);
        return this;
    }

    /** The next frame that the client gets, which is of that kind. */
    NaiveParser.Plain got(String command) {
        NaiveParser.Plain next = received.poll();
        if (next == null || !next.command().equals(command)) {
            throw new AssertionError("want " + command + ", got " + next);
        }
        return next;
    }

    /** The code of the ERROR that the client gets, which ends the connection. */
    String error() {
        String code = got("ERROR").headers().get("code");
        if (closed == null || !received.isEmpty() || code == null) {
            throw new AssertionError("an ERROR is the last frame: " + closed + " " + received);
        }
        return code;
    }

    /** The subscription made last. */
    Feed feed() {
        return feeds.keySet().stream().reduce((first, last) -> last).orElseThrow();
    }

    /** The subscription is in force. */
    Feed subscribed() {
        session.onSubscribed(feed(), now, this);
        return feed();
    }

    /** The bus has made the oldest unanswered event final. */
    Peer ordered() {
        long token = unanswered.firstKey();
        EventDraft draft = unanswered.remove(token);
        session.onAcknowledged(token, Acknowledgement.ordered(id(draft.topic())), now, this);
        return this;
    }

    Peer refused(FailureCode code) {
        long token = unanswered.firstKey();
        unanswered.remove(token);
        session.onRefused(token, new Refusal(code, "because"), this);
        return this;
    }

    private EventId id(String topic) {
        return new EventId(EventId.hashOf(topic), topicSeqs.merge(topic, 1L, Long::sum), 7);
    }

    /** An event comes to a subscription. */
    Peer deliver(Feed feed, String topic, String text) {
        return deliver(feed, topic, Attributes.of(Map.of("id", "1", "source", "s", "type", "t")), text);
    }

    Peer deliver(Feed feed, String topic, Attributes attributes, String text) {
        Event event = new Event(
                topic, attributes, Payload.utf8(text), 1, DeliveryClass.ORDERED, id(topic), 5_000, ++position, "");
        Subscription subscription =
                new Subscription(feed.filter(), Subscription.RetainedValues.DO_NOT_SEND, false, feed);
        session.onDelivery(feed, new Delivery(event, List.of(subscription), false, false), now, this);
        return this;
    }

    /** What was published comes back to a subscriber. */
    Peer loop(Feed feed, EventDraft draft) {
        return deliver(
                feed,
                draft.topic(),
                draft.attributes(),
                new String(draft.payload().bytes(), StandardCharsets.UTF_8));
    }

    Peer pass(long millis) {
        now += millis * MILLIS;
        if (session.nextTimeoutNanos() <= now) {
            session.onTimeout(now, this);
        }
        return this;
    }

    @Override
    public void send(Frame frame) {
        byte[] bytes = FrameEncoder.encode(frame, version);
        received.addAll(NaiveParser.ofServer(bytes, version.text()).frames());
        session.onSent(now);
    }

    @Override
    public void sendHeartBeat() {
        beats++;
    }

    @Override
    public boolean isWritable() {
        return writable;
    }

    @Override
    public @Nullable Access login(Frame connect) {
        return door;
    }

    @Override
    public void opened(StompVersion agreed) {
        version = agreed;
        decoder.version(agreed);
    }

    @Override
    public boolean publish(long token, EventDraft draft) {
        unanswered.put(token, draft);
        return busTakes;
    }

    @Override
    public boolean publishTogether(long token, List<EventDraft> drafts) {
        units.add(drafts.size());
        for (int i = 0; i < drafts.size(); i++) {
            unanswered.put(token + i, drafts.get(i));
        }
        return busTakes;
    }

    @Override
    public void attach(Feed feed, StartFrom start) {
        feeds.put(feed, start);
    }

    @Override
    public void detach(Feed feed) {
        feeds.remove(feed);
    }

    @Override
    public void resume(Feed feed) {
        resumed.add(feed);
    }

    @Override
    public Lending lending() {
        return lent;
    }

    @Override
    public Replies replies() {
        return replies;
    }

    /** A durable subscription lends an event that was given that often before. */
    Peer lend(Feed feed, String text, int earlier) {
        Event event = new Event(
                "a",
                Attributes.of(Map.of("id", "1", "source", "s", "type", "t")),
                Payload.utf8(text),
                1,
                DeliveryClass.ORDERED,
                id("a"),
                5_000,
                ++position,
                "");
        Subscription by = new Subscription(feed.filter(), Subscription.RetainedValues.DO_NOT_SEND, false, feed);
        session.onLent(feed, new Delivery(event, List.of(by), false, false), earlier, now, this);
        return this;
    }

    @Override
    public void released(Feed feed, int sizeBytes) {
        released++;
    }

    @Override
    public void pauseReading() {
        paused = true;
    }

    @Override
    public void resumeReading() {
        paused = false;
    }

    @Override
    public void close(CloseReason reason) {
        closed = reason;
    }

    @Override
    public void received(int sizeBytes) {}

    @Override
    public void rejected(FailureCode code) {
        rejected.add(code);
    }

    @Override
    public void throttled() {
        throttled++;
    }

    @Override
    public void delivered() {}

    @Override
    public void dropped(DropReason reason) {
        dropped.add(reason);
    }
}

package io.waxwing.http.weevent.session;

import io.waxwing.http.weevent.Scope;
import io.waxwing.http.weevent.Scopes;
import io.waxwing.http.weevent.TopicPattern;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One subscription of a connection. Everything but its state is fixed, and may be read by any thread. */
public final class Feed {
    /** What a client says for everything there is. */
    static final String FIRST = "OFFSET_FIRST";

    /** What a client says for what comes from now on. */
    static final String LAST = "OFFSET_LAST";

    enum State {
        /** Wanted. */
        OPENING,
        /** In force: its client has the RECEIPT. */
        OPEN,
        /** Over. */
        ENDED
    }

    private final String id;
    private final String subscriptionId;
    private final Terms terms;

    // Only touched by the session's owner.
    private State state = State.OPENING;
    private long opensAtNanos;

    /**
     * What it is about.
     *
     * @param destination as the client wrote it
     * @param patterns at least one
     * @param offset {@value #FIRST}, {@value #LAST}, an eventId, or a height in digits
     * @param tag events have to carry it; null: all do
     * @param ephemeral it gets what is kept nowhere, and nothing else
     */
    public record Terms(
            Scope scope,
            String destination,
            List<TopicPattern> patterns,
            String offset,
            @Nullable String tag,
            boolean ephemeral) {
        public Terms {
            patterns = List.copyOf(patterns);
        }
    }

    Feed(String id, String subscriptionId, Terms terms) {
        this.id = id;
        this.subscriptionId = subscriptionId;
        this.terms = terms;
    }

    /** What the client calls it on this connection. */
    public String id() {
        return id;
    }

    /** What it is called beyond the connection: a UUID. */
    public String subscriptionId() {
        return subscriptionId;
    }

    public Terms terms() {
        return terms;
    }

    /** From the first event on that the node has. */
    public boolean isFromFirst() {
        return terms.offset().equals(FIRST);
    }

    /** From now on. */
    public boolean isFromNow() {
        return terms.offset().equals(LAST) || terms.ephemeral();
    }

    /** The height behind which it begins; negative if it begins elsewhere. */
    public long afterHeight() {
        String offset = terms.offset();
        boolean digits =
                !offset.isEmpty() && offset.length() <= 18 && offset.chars().allMatch(c -> c >= '0' && c <= '9');
        return digits ? Long.parseLong(offset) : -1;
    }

    /** Whether an event of this topic of the node is meant. Any thread. */
    public boolean wants(String topic, Scopes scopes) {
        for (TopicPattern pattern : terms.patterns()) {
            if (pattern.matches(topic, scopes)) {
                return true;
            }
        }
        return false;
    }

    State state() {
        return state;
    }

    /** Whether its client has the RECEIPT, and had the time to make use of it. */
    public boolean isReady(long nowNanos) {
        return state == State.OPEN && nowNanos - opensAtNanos >= 0;
    }

    /** Whether it will never send anything more. */
    public boolean isEnded() {
        return state == State.ENDED;
    }

    /** When {@link #isReady} may be true first; of use once its client has the RECEIPT. */
    public long opensAtNanos() {
        return opensAtNanos;
    }

    void open(long atNanos) {
        state = State.OPEN;
        opensAtNanos = atNanos;
    }

    void end() {
        state = State.ENDED;
    }
}

package io.waxwing.stomp.session;

import io.waxwing.bus.delivery.StartFrom;
import io.waxwing.bus.event.EventDraft;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.spi.Access;
import io.waxwing.stomp.frame.Frame;
import io.waxwing.stomp.frame.StompVersion;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a session wants done. Called on the session's event loop; nothing here waits. */
public interface Output {
    /** To the client, in the order of calls. */
    void send(Frame frame);

    /** A lone line end, so that the client sees that we are there. */
    void sendHeartBeat();

    /** Whether the socket takes more just now; if not, {@link StompSession#onWritable} follows. */
    boolean isWritable();

    /**
     * Asks who the client is.
     *
     * @param connect its first frame
     * @return what it may do; null if that is not known yet: then {@link StompSession#onAdmitted} or
     *     {@code onNotAdmitted} follows
     */
    @Nullable Access login(Frame connect);

    /** The version both sides speak from the next byte on. */
    void opened(StompVersion version);

    /**
     * Hands an event to the bus.
     *
     * @return false if there is no room: it is kept, and {@link StompSession#onRoom} follows when it was taken
     */
    boolean publish(long token, EventDraft draft);

    /**
     * The same with several, all of which become durable together or none; the first has {@code token}, each next one
     * the next.
     */
    boolean publishTogether(long token, List<EventDraft> drafts);

    /** Puts a subscription into force; {@link StompSession#onSubscribed} or {@code onSubscriptionRefused} follows. */
    void attach(Feed feed, StartFrom start);

    /** Nothing more is wanted for it. */
    void detach(Feed feed);

    /** There is room again after {@link StompSession#onStarved}. */
    void resume(Feed feed);

    /** An event of that size waits no more, and waits for no acknowledgement. */
    void released(Feed feed, int sizeBytes);

    /** What is done for durable subscriptions. */
    Lending lending();

    /** Where replies go to and come from. */
    Replies replies();

    /** No frame more, not even of what came already, until {@link #resumeReading}. */
    void pauseReading();

    void resumeReading();

    /** After what was sent has left. */
    void close(CloseReason reason);

    // ---- figures

    void received(int sizeBytes);

    void rejected(FailureCode code);

    /** Nothing is read from the client for a while: its user's quota is used up. */
    void throttled();

    void delivered();

    void dropped(DropReason reason);
}

package io.waxwing.http.weevent.session;

import io.waxwing.stomp.frame.Frame;

/** What a {@link WeEventSession} wants done. Calls come while one of its inputs runs; none answers before that ends. */
public interface Output {
    /** To the client, behind what was sent before. */
    void send(Frame frame);

    /** Ask who the client is; answered by {@code onAdmitted} or {@code onNotAdmitted}. */
    void login(Frame connect);

    /** Publish an event; answered by {@code onSent}. */
    void publish(Sending sending);

    /** Begin a subscription; answered by {@code onSubscribed} or {@code onNotSubscribed}. */
    void subscribe(Feed feed);

    /** End one, also one that has not begun; nothing of it is wanted any more. */
    void unsubscribe(Feed feed);

    /** End the connection, behind what was sent. */
    void close();
}

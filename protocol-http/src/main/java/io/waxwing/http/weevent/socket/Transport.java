package io.waxwing.http.weevent.socket;

/** What brings a connection's texts to its client. Called on the connection's event loop. */
interface Transport {
    /** There is something to send: {@link StompConnection#poll}. */
    void wake();

    /** Nothing comes any more: what was not polled yet is to be sent, then it ends. */
    void finish();

    /** The client may send again, if it was held. */
    void readOn();
}

package io.waxwing.stomp.session;

import io.waxwing.stomp.frame.Frame;

/**
 * What a session wants of the node's reply queues, which are nowhere but in memory. Called on the session's event loop;
 * nothing here waits.
 */
public interface Replies {
    /** An address that nobody can guess; what is sent there reaches this session by {@link StompSession#onReply}. */
    String open();

    /** Nothing more is wanted there. */
    void close(String address);

    /**
     * Gives a SEND to whoever has the address.
     *
     * @return false if nobody has it, or too much waits there
     */
    boolean send(String address, Frame reply);

    /** A reply of that size, given by {@link StompSession#onReply}, waits no more. */
    void released(int sizeBytes);
}

package io.waxwing.stomp.queue;

/** What is said about an event on loan. */
public enum Verdict {
    /** It is done. */
    DONE,
    /** To be given again: this delivery has failed. */
    AGAIN,
    /** To be given again: nobody has seen it. */
    UNUSED,
    /** Never to be given again. */
    NEVER,
    /** It is still being worked on. */
    LONGER
}

package io.waxwing.mqtt.session;

/** How far one connection is. */
enum Phase {
    AWAIT_CONNECT,
    AWAIT_ADMISSION,
    AWAIT_OWNERSHIP,
    /** The session's state is being written before CONNACK leaves. */
    AWAIT_SAVED,
    OPEN,
    CLOSED
}

package io.waxwing.anchor.runtime;

/** Sends a payload frame to a node, or drops it if there is no link or no room: false. Never waits. */
@FunctionalInterface
public interface PayloadOut {
    boolean send(int to, byte[] frame);
}

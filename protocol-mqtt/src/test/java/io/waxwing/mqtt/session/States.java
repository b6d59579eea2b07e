package io.waxwing.mqtt.session;

/** Sessions for tests that only pass them on. */
public final class States {
    private States() {}

    public static SessionState of(String clientId) {
        return new SessionState("n", "", clientId, 16);
    }
}

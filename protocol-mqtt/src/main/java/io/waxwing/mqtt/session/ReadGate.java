package io.waxwing.mqtt.session;

/** Whether the client is read from just now. Reading is paused while any reason for it holds. */
final class ReadGate {
    private boolean claiming;
    private boolean busFull;
    private boolean acksOwed;
    private boolean subscriptionsOwed;
    private boolean outputFull;
    private boolean paused;

    boolean isPaused() {
        return paused;
    }

    /** CONNECT is accepted but not answered yet: what follows it waits (C-9). */
    void claiming(boolean is) {
        claiming = is;
    }

    /** The bus has not taken the last event yet (P-15). */
    void busFull(boolean is) {
        busFull = is;
    }

    /**
     * 3.1.1 has no receive maximum, so there reading stops at {@code maximum} unanswered PUBLISH packets and goes on at
     * half of it (P-10).
     */
    void acksOwed(int owed, int maximum) {
        acksOwed = acksOwed ? owed > maximum / 2 : owed >= maximum;
    }

    /** More entries of SUBSCRIBE and UNSUBSCRIBE wait for the bus than a session may have subscriptions. */
    void subscriptionsOwed(boolean is) {
        subscriptionsOwed = is;
    }

    /** The client does not read what it is answered: nothing more is answered until it does. */
    void outputFull(boolean is) {
        outputFull = is;
    }

    /** Whether {@link #apply} will end a pause. */
    boolean isAboutToResume() {
        return paused && !wanted();
    }

    /** Carries out what has changed. */
    void apply(Output out) {
        if (wanted() == paused) {
            return;
        }
        paused = !paused;
        if (paused) {
            out.pauseReading();
        } else {
            out.resumeReading();
        }
    }

    private boolean wanted() {
        return claiming || busFull || acksOwed || subscriptionsOwed || outputFull;
    }
}

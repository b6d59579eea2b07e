package io.waxwing.mqtt.session;

/** Whether the client is read from just now. Reading is paused while any reason for it holds. */
final class ReadGate {
    private boolean claiming;
    private boolean busFull;
    private boolean acksOwed;
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

    /** Carries out what has changed. True if reading goes on after a pause. */
    boolean apply(Output out) {
        boolean wanted = claiming || busFull || acksOwed;
        if (wanted == paused) {
            return false;
        }
        paused = wanted;
        if (paused) {
            out.pauseReading();
        } else {
            out.resumeReading();
        }
        return !paused;
    }
}

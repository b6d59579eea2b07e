package io.waxwing.node.runtime;

/**
 * Whether the ledger moves.
 *
 * @param detail for an operator; "running", or "storage failed: ..." while the disk refuses writes
 */
public record LedgerHealth(State state, String detail) {
    static final LedgerHealth RUNNING = new LedgerHealth(State.RUNNING, "running");

    /** The states. */
    public enum State {
        RUNNING,
        /** Nothing is acknowledged; tried again until the disk takes writes. */
        STORAGE_FAILED
    }

    static LedgerHealth storageFailed(String why) {
        return new LedgerHealth(State.STORAGE_FAILED, "storage failed: " + why);
    }

    public boolean isRunning() {
        return state == State.RUNNING;
    }
}

package io.waxwing.node.runtime;

/**
 * Whether the ledger moves.
 *
 * @param detail for an operator; "running", "running; does not vote: ...", or "storage failed: ..." while the disk
 *     refuses writes
 */
public record LedgerHealth(State state, String detail) {
    static final LedgerHealth RUNNING = new LedgerHealth(State.RUNNING, "running");

    /** The states. */
    public enum State {
        RUNNING,
        /** Nothing is acknowledged; tried again until the disk takes writes. */
        STORAGE_FAILED,
        /** This node computes another ledger than a quorum does: nothing is applied or signed any more. */
        HALTED
    }

    /** The ledger moves, but this node does not vote. */
    static LedgerHealth notVoting(String why) {
        return new LedgerHealth(State.RUNNING, "running; does not vote: " + why);
    }

    static LedgerHealth storageFailed(String why) {
        return new LedgerHealth(State.STORAGE_FAILED, "storage failed: " + why);
    }

    static LedgerHealth halted(String why) {
        return new LedgerHealth(State.HALTED, why);
    }

    public boolean isRunning() {
        return state == State.RUNNING;
    }
}

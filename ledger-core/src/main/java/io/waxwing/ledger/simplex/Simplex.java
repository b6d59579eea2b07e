package io.waxwing.ledger.simplex;

import io.waxwing.ledger.simplex.MessageCheck.Verified;
import java.util.List;

/** Under construction: the public surface of the core. */
public final class Simplex {
    private final BlockHeader applied;

    public Simplex(Setup setup, Recovered recovered) {
        this.applied = recovered.lastApplied();
    }

    /** What this node does about consensus. */
    public enum Standing {
        /** Votes and proposes. */
        VOTING,
        /** Follows without voting: no key, or a key that may not vote without its history. */
        OBSERVING,
        /** This node computes another ledger than a quorum does: it applies and signs nothing more. */
        HALTED,
        /** A CONFIG is final: the epoch is over. Answers stragglers. */
        ENDED
    }

    /** First input, once. */
    public Effects start(Now now) {
        return none();
    }

    /** A message of another node. */
    public Effects onMessage(Verified<? extends Message> message, Now now) {
        return none();
    }

    /** {@link Chain#pending()} may have become true. */
    public Effects onPending(Now now) {
        return none();
    }

    /** The time of {@link Effects#nextTimeoutNanos()} has come; harmless at any other time. */
    public Effects onTimeout(Now now) {
        return none();
    }

    /** The shell has applied blocks by other means, up to this one, which this certificate makes final. */
    public Effects onSynced(BlockHeader newest, Certificate finalization, Now now) {
        return none();
    }

    /** The current view. */
    public long view() {
        return applied.view();
    }

    /** The last block given to {@link Effects#thenApply()} or synced. */
    public BlockHeader lastApplied() {
        return applied;
    }

    public Standing standing() {
        return Standing.OBSERVING;
    }

    /** Why the standing is what it is, in a sentence; empty while voting. */
    public String reason() {
        return "";
    }

    private static Effects none() {
        return new Effects(List.of(), List.of(), List.of(), List.of(), List.of(), List.of(), Long.MAX_VALUE);
    }
}

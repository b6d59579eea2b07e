package io.waxwing.anchor.outside;

import io.waxwing.ledger.spi.PublishedCheckpoint;

/** An outside system that checkpoints are shown to. One thread; may wait for the network within its own bound. */
public interface CheckpointAnchor {
    /** In how many rounds at most it is left out after failures. */
    default int maxBackoff() {
        return 64;
    }

    /** For metrics and logs: stable, without spaces. */
    String name();

    /**
     * Shows a checkpoint that is not smaller than the one before.
     *
     * @return where it can be found
     * @throws AnchorFailure if it was not shown, or not to be proven
     */
    AnchorRecord show(PublishedCheckpoint checkpoint) throws AnchorFailure;
}

package io.waxwing.testkit.sim;

/** What one node keeps over a crash, and how its disk behaves. One thread. */
public final class SimDisk {
    private final SimVoteLog votes = new SimVoteLog();
    private final SimBlocks blocks = new SimBlocks();
    private boolean full;
    private long forceNanos;

    public SimVoteLog votes() {
        return votes;
    }

    public SimBlocks blocks() {
        return blocks;
    }

    /** While true every write is refused. */
    public void full(boolean isFull) {
        full = isFull;
    }

    public boolean isFull() {
        return full;
    }

    /** How long a forced write takes from now on. */
    public void forceTakes(long nanos) {
        forceNanos = nanos;
    }

    long forceNanos() {
        return forceNanos;
    }

    /** The vote log is gone; the key is not. */
    public void wipeVotes() {
        votes.wipe();
    }

    /** The data folder is gone: bodies and final blocks. The vote log lies with the key. */
    public void wipeBlocks() {
        blocks.wipe();
    }

    /** A bit of the vote log changes, before the last frame; false if there is no such frame. */
    public boolean flipVoteBit(Chance chance) {
        return votes.flipBit(chance);
    }

    /** One stored body is damaged, and found so by its hash; false if there is none. */
    public boolean loseBody(Chance chance) {
        return blocks.loseOneBody(chance);
    }

    /** The vote log goes on in a new segment, if it is whole. */
    public void rollVotes() {
        if (votes.reopen() == SimVoteLog.State.WHOLE) {
            votes.roll();
        }
    }
}

package io.waxwing.anchor.outside;

/**
 * In which rounds one outside anchor is shown a checkpoint: none that it has seen, and after failures in ever fewer, up
 * to one of so many. Rounds are common to all anchors, so that those that answer see the same checkpoint. One thread.
 */
public final class OutsideSchedule {
    private final int maxBackoff;
    private long shownSize;
    private long nextRound;
    private int backoff = 1;

    public OutsideSchedule(int maxBackoff) {
        this.maxBackoff = maxBackoff;
    }

    public boolean isDue(long treeSize, long round) {
        return treeSize > shownSize && round >= nextRound;
    }

    public void shown(long treeSize, long round) {
        shownSize = treeSize;
        backoff = 1;
        nextRound = round + 1;
    }

    public void failed(long round) {
        nextRound = round + backoff;
        backoff = Math.min(2 * backoff, maxBackoff);
    }
}

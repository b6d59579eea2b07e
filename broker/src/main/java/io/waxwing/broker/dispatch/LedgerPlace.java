package io.waxwing.broker.dispatch;

/**
 * A place in the ledger's order, as far as somebody got: the event with that offset in that SEGMENT leaf, or the end of
 * what is before {@code height} if {@code leafIndex} is -1.
 */
record LedgerPlace(long height, long leafIndex, int offset) implements Comparable<LedgerPlace> {
    /** Before the first event of that block. */
    static LedgerPlace beginOf(long height) {
        return new LedgerPlace(height, -1, -1);
    }

    @Override
    public int compareTo(LedgerPlace that) {
        if (height != that.height) {
            return Long.compare(height, that.height);
        }
        return leafIndex != that.leafIndex
                ? Long.compare(leafIndex, that.leafIndex)
                : Integer.compare(offset, that.offset);
    }
}

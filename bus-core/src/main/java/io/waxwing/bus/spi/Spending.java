package io.waxwing.bus.spi;

/** What somebody may still publish, over all connections. Any thread; never waits. */
public interface Spending {
    /** Of whoever has no bound. */
    Spending UNBOUND = new Spending() {
        @Override
        public long take(long bytes, long nowNanos) {
            return 0;
        }

        @Override
        public long owe(long bytes, long nowNanos) {
            return 0;
        }

        @Override
        public boolean isBound() {
            return false;
        }
    };

    /**
     * Takes one event of so many bytes, if there is room for it.
     *
     * @param nowNanos of the node's monotonic clock
     * @return 0 if it was taken; else nothing was, and in so many nanoseconds there is room
     */
    long take(long bytes, long nowNanos);

    /**
     * Takes one event of so many bytes, whether there is room or not.
     *
     * @return after how many nanoseconds what was taken is paid for
     */
    long owe(long bytes, long nowNanos);

    boolean isBound();
}

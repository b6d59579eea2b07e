package io.waxwing.broker.schedule;

/** Once. */
record At(long atMs) implements Times {
    @Override
    public long after(long ms) {
        return atMs > ms ? atMs : 0;
    }

    @Override
    public long latest(long ms) {
        return atMs <= ms ? atMs : 0;
    }
}

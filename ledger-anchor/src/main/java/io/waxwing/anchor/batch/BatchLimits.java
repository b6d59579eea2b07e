package io.waxwing.anchor.batch;

/**
 * When an open batch closes.
 *
 * @param maxEvents most events, 1 to 4096
 * @param maxBytes most bytes of payload and headers; a single larger event makes a batch of its own
 * @param maxAgeNanos longest time an event waits for others while batches are under way
 */
public record BatchLimits(int maxEvents, long maxBytes, long maxAgeNanos) {
    public static final BatchLimits DEFAULT = new BatchLimits(4096, 256 << 10, 20_000_000);

    public BatchLimits {
        if (maxEvents < 1 || maxEvents > 4096 || maxBytes < 1 || maxAgeNanos < 0) {
            throw new IllegalArgumentException(
                    "batch limits " + maxEvents + " events, " + maxBytes + " bytes, " + maxAgeNanos + " ns");
        }
    }
}

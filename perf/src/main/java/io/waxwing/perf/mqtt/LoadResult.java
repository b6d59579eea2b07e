package io.waxwing.perf.mqtt;

import org.HdrHistogram.Histogram;

/**
 * What came of a load in the time that counts.
 *
 * @param deliveries messages received
 * @param acknowledged messages acknowledged to their publishers; of QoS 0 none
 * @param seconds of measuring
 * @param endToEnd nanoseconds from when a message was due to be sent until it was received
 * @param acknowledgement nanoseconds from when it was due until its PUBACK or PUBCOMP
 */
public record LoadResult(
        long deliveries, long acknowledged, double seconds, Histogram endToEnd, Histogram acknowledgement) {
    public double deliveriesPerSecond() {
        return deliveries / seconds;
    }

    /** Milliseconds. */
    public double endToEndMs(double percentile) {
        return endToEnd.getValueAtPercentile(percentile) / 1e6;
    }

    /** Milliseconds. */
    public double acknowledgedMs(double percentile) {
        return acknowledgement.getValueAtPercentile(percentile) / 1e6;
    }
}

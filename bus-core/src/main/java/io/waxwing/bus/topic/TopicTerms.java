package io.waxwing.bus.topic;

import io.waxwing.bus.quota.Quota;
import org.jspecify.annotations.Nullable;

/**
 * What was said about one topic and may change at any time, unlike its {@link TopicPolicy}. Of this node alone.
 *
 * @param kept how long contents are kept; null: as the node's configuration says
 * @param quota what all its publishers at this node together may publish
 */
public record TopicTerms(@Nullable Retained kept, Quota quota) {
    /** Nothing was said. */
    public static final TopicTerms NONE = new TopicTerms(null, Quota.NONE);

    /**
     * How long contents are kept.
     *
     * @param ageSeconds after which the content of an event goes; 0: however old it gets
     * @param bytes of contents beyond which the oldest go; 0: however many
     */
    public record Retained(long ageSeconds, long bytes) {
        public static final long AGE_SECONDS_MAX = 100L * 366 * 86_400;
        public static final long BYTES_MAX = 1L << 50;

        /** Throws {@link IllegalArgumentException} outside of the ranges. */
        public Retained {
            if (ageSeconds < 0 || ageSeconds > AGE_SECONDS_MAX || bytes < 0 || bytes > BYTES_MAX) {
                throw new IllegalArgumentException(
                        "contents are kept for 0 to " + AGE_SECONDS_MAX + " seconds and up to " + BYTES_MAX + " bytes");
            }
        }
    }
}

package io.waxwing.node.peer;

import io.waxwing.ledger.spi.PeerLinks;

/**
 * How links are kept.
 *
 * @param host address to bind
 * @param port to bind, 0 for any free one
 */
public record PeerSettings(String host, int port, Times times, Limits limits) {
    /**
     * Times in milliseconds.
     *
     * @param handshakeMs from a TCP connection, made or accepted, to an open link
     * @param keepAliveMs between two signs of life
     * @param silenceMs a link on which nothing is heard for this long is dead; at least two signs of life
     * @param redialMs before the second attempt to dial; doubles, half of it is chance
     * @param redialMaxMs where doubling ends, and how long a link must have lasted to begin anew
     */
    public record Times(int handshakeMs, int keepAliveMs, int silenceMs, int redialMs, int redialMaxMs) {
        /** 5 s to open, a sign of life every 2 s, dead after 10 s, dialled again after 0.1 s to 5 s. */
        public static final Times DEFAULT = new Times(5_000, 2_000, 10_000, 100, 1_000);

        public Times {
            if (handshakeMs < 1 || keepAliveMs < 1 || silenceMs < 2L * keepAliveMs) {
                throw new IllegalArgumentException("handshake and keep-alive >= 1 ms, silence >= 2 keep-alives");
            }
            if (redialMs < 1 || redialMaxMs < redialMs) {
                throw new IllegalArgumentException("redial >= 1 ms and <= its maximum");
            }
        }
    }

    /**
     * Bounds, each of one connection but for the last.
     *
     * @param consensusQueueBytes frames of consensus that may wait to be sent to one node
     * @param bulkQueueBytes frames of the other channels, together
     * @param consensusBytesPerSecond what is read from one node; a frame counts {@link ReadBudget#FRAME_COST_BYTES}
     *     more than it has
     * @param bulkBytesPerSecond the same for the other channels
     * @param halfOpen accepted connections that are not links yet, of all nodes and strangers together; one more ends
     *     the oldest
     */
    public record Limits(
            int consensusQueueBytes,
            int bulkQueueBytes,
            int consensusBytesPerSecond,
            int bulkBytesPerSecond,
            int halfOpen) {
        /** 4 and 8 MiB may wait, 8 and 32 MiB/s are read, 64 half-open connections. */
        public static final Limits DEFAULT = new Limits(4 << 20, 8 << 20, 8 << 20, 32 << 20, 64);

        public Limits {
            int frame = PeerLinks.MAX_FRAME_BYTES + FrameDecoder.HEADER_BYTES;
            if (consensusQueueBytes < frame || bulkQueueBytes < frame) {
                throw new IllegalArgumentException("a queue has room for one frame of the largest size, " + frame);
            }
            if (consensusBytesPerSecond < 1 || bulkBytesPerSecond < 1 || halfOpen < 1) {
                throw new IllegalArgumentException("bytes per second and half-open connections >= 1");
            }
        }

        int queueBytes(LinkKind kind) {
            return kind == LinkKind.CONSENSUS ? consensusQueueBytes : bulkQueueBytes;
        }

        int bytesPerSecond(LinkKind kind) {
            return kind == LinkKind.CONSENSUS ? consensusBytesPerSecond : bulkBytesPerSecond;
        }
    }

    /** Defaults on that address. */
    public static PeerSettings of(String host, int port) {
        return new PeerSettings(host, port, Times.DEFAULT, Limits.DEFAULT);
    }

    public PeerSettings with(Times other) {
        return new PeerSettings(host, port, other, limits);
    }

    public PeerSettings with(Limits other) {
        return new PeerSettings(host, port, times, other);
    }
}

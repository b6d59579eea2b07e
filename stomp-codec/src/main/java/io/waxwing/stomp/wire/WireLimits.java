package io.waxwing.stomp.wire;

/**
 * Bounds of reading (R4), each checked before more is kept.
 *
 * @param commandBytes command line
 * @param headers headers of one frame, repeated ones included
 * @param headerBytes one header line
 * @param blockBytes all header lines of a frame
 * @param bodyBytes body
 * @param connectBytes a whole frame before the connection is accepted (C6)
 */
public record WireLimits(
        int commandBytes, int headers, int headerBytes, int blockBytes, int bodyBytes, int connectBytes) {
    public static final WireLimits DEFAULT = new WireLimits(32, 128, 8 << 10, 64 << 10, 1 << 20, 64 << 10);

    /** The same for other bounds of what users write. */
    public WireLimits with(int maxHeaders, int maxHeaderBytes, int maxBodyBytes) {
        return new WireLimits(commandBytes, maxHeaders, maxHeaderBytes, blockBytes, maxBodyBytes, connectBytes);
    }

    /** Most bytes of one frame. */
    public int frameBytes() {
        return commandBytes + blockBytes + bodyBytes + 8;
    }
}

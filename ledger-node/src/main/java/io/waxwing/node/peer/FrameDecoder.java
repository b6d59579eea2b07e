package io.waxwing.node.peer;

import io.netty.buffer.ByteBuf;
import io.waxwing.ledger.spi.PeerLinks;
import io.waxwing.ledger.spi.PeerLinks.Channel;
import org.jspecify.annotations.Nullable;

/**
 * Cuts the bytes of an open link into frames: u32 length of the body, u8 channel, body. Channels: 0 a sign of life
 * without body, 1 CONSENSUS, 2 SYNC, 3 PAYLOAD, 4 FILE. Length and channel are checked before room for the body is
 * taken; the first fault ends the link, so nothing is read after it. Not for several threads.
 */
final class FrameDecoder {
    static final int HEADER_BYTES = 5;
    static final int SIGN_OF_LIFE = 0;
    private static final byte[] NO_BODY = new byte[0];

    private final LinkKind kind;
    private final byte[] header = new byte[HEADER_BYTES];
    private int headerSize;
    private Channel channel = Channel.CONSENSUS;
    private byte @Nullable [] body;
    private int bodySize;

    FrameDecoder(LinkKind kind) {
        this.kind = kind;
    }

    /** Takes frames; what it throws ends the link. */
    interface Sink {
        void onFrame(Channel channel, byte[] body) throws LinkException;
    }

    /** The channel's number on the wire. */
    static int codeOf(Channel channel) {
        return switch (channel) {
            case CONSENSUS -> 1;
            case SYNC -> 2;
            case PAYLOAD -> 3;
            case FILE -> 4;
        };
    }

    /** Reads all of {@code in}. */
    void read(ByteBuf in, Sink sink) throws LinkException {
        while (in.isReadable()) {
            byte[] open = body;
            if (open == null) {
                readHeader(in, sink);
            } else {
                int size = Math.min(open.length - bodySize, in.readableBytes());
                in.readBytes(open, bodySize, size);
                bodySize += size;
                if (bodySize == open.length) {
                    body = null;
                    sink.onFrame(channel, open);
                }
            }
        }
    }

    private void readHeader(ByteBuf in, Sink sink) throws LinkException {
        int size = Math.min(HEADER_BYTES - headerSize, in.readableBytes());
        in.readBytes(header, headerSize, size);
        headerSize += size;
        if (headerSize < HEADER_BYTES) {
            return;
        }
        headerSize = 0;
        long length =
                (header[0] & 0xffL) << 24 | (header[1] & 0xffL) << 16 | (header[2] & 0xffL) << 8 | (header[3] & 0xffL);
        begin(length, header[4] & 0xff, sink);
    }

    private void begin(long length, int code, Sink sink) throws LinkException {
        if (code == SIGN_OF_LIFE) {
            if (length != 0) {
                throw new LinkException(LinkFault.MALFORMED, "a sign of life claims " + length + " bytes");
            }
            return;
        }
        channel = channelOf(code);
        if (length > PeerLinks.MAX_FRAME_BYTES) {
            throw new LinkException(
                    LinkFault.FRAME_SIZE,
                    "a frame claims " + length + " bytes, the limit is " + PeerLinks.MAX_FRAME_BYTES);
        }
        if (LinkKind.of(channel) != kind) {
            throw new LinkException(
                    LinkFault.CHANNEL, "a frame of " + channel + " on the " + kind.word() + " connection");
        }
        if (length == 0) {
            sink.onFrame(channel, NO_BODY);
        } else {
            body = new byte[(int) length];
            bodySize = 0;
        }
    }

    private static Channel channelOf(int code) throws LinkException {
        for (Channel channel : Channel.values()) {
            if (codeOf(channel) == code) {
                return channel;
            }
        }
        throw new LinkException(LinkFault.MALFORMED, "there is no channel " + code);
    }
}

package io.waxwing.mqtt.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.waxwing.mqtt.packet.MqttVersion;
import io.waxwing.mqtt.packet.PacketType;
import io.waxwing.mqtt.packet.ReasonCode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a byte stream into packets. The fixed header decides type, flags, length form and size limit before one byte of
 * the body is waited for; then exactly that many bytes are handed to {@link PacketReader}. The first fault is reported
 * once by {@code fireExceptionCaught(Malformed)}, and from then on every byte is thrown away.
 *
 * <p>One packet per turn of the decode loop, so whatever the receiver decides (close, pause, raise the limit) applies
 * to the very next packet. Event loop only.
 */
public final class MqttFrameDecoder extends ByteToMessageDecoder {
    private static final int MAX_LENGTH_BYTES = 4;
    private static final int NEED_MORE = -1;

    /** Which packets are legal next. */
    private enum Phase {
        AWAIT_CONNECT,
        OPEN,
        CLOSED
    }

    private final CodecLimits limits;
    private final PacketReader reader;
    private Phase phase = Phase.AWAIT_CONNECT;
    private int limit;
    private boolean paused;
    private long discardedBytes;
    // Length of the fixed header that was parsed last.
    private int headerBytes;
    private int packetBytes;

    public MqttFrameDecoder(CodecLimits limits) {
        this.limits = limits;
        this.reader = new PacketReader(PacketReader.Side.SERVER, limits);
        this.limit = limits.connectBytes();
    }

    /** The connection's version, null until the protocol level of CONNECT has been read. */
    public @Nullable MqttVersion version() {
        return reader.version();
    }

    /** Size of the packet that was handed on last, fixed header included. */
    public int packetBytes() {
        return packetBytes;
    }

    /** Whether CONNECT has been accepted by the decoder. */
    public boolean connectSeen() {
        return phase != Phase.AWAIT_CONNECT;
    }

    /** CONNACK was sent: the announced Maximum Packet Size holds from the next packet on. */
    public void raiseLimit() {
        limit = limits.packetBytes();
    }

    /** No packet is parsed any more; what arrives is thrown away and counted. */
    public void discard() {
        phase = Phase.CLOSED;
    }

    /** Bytes thrown away since the end. */
    public long discardedBytes() {
        return discardedBytes;
    }

    /** Stops after the current packet. Bytes already received stay, at most what one read brought. */
    public void pause() {
        paused = true;
    }

    /**
     * Lets packets through again; those left over from before the pause come with {@link #readOn} or the next bytes.
     */
    public void unpause() {
        paused = false;
    }

    /** Parses what is left over from before a pause. Not from inside a packet's own delivery. */
    public void readOn(ChannelHandlerContext context) {
        if (!paused && !context.isRemoved()) {
            try {
                channelRead(context, Unpooled.EMPTY_BUFFER);
                context.fireChannelReadComplete();
            } catch (Exception e) {
                context.fireExceptionCaught(e);
            }
        }
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        if (phase == Phase.CLOSED) {
            discardedBytes += in.readableBytes();
            in.skipBytes(in.readableBytes());
            return;
        }
        if (paused) {
            return;
        }
        try {
            Object packet = next(in);
            if (packet != null) {
                out.add(packet);
            }
        } catch (Malformed malformed) {
            phase = Phase.CLOSED;
            in.skipBytes(in.readableBytes());
            context.fireExceptionCaught(malformed);
        }
    }

    private @Nullable Object next(ByteBuf in) throws Malformed {
        int first = in.getUnsignedByte(in.readerIndex());
        PacketType type = checkFirstByte(first);
        int length = remainingLength(in, type);
        if (length == NEED_MORE || in.readableBytes() - headerBytes < length) {
            return null;
        }
        in.skipBytes(headerBytes);
        packetBytes = headerBytes + length;
        Object packet = reader.read(first, in, length);
        if (type == PacketType.CONNECT) {
            phase = Phase.OPEN;
        }
        return packet;
    }

    private PacketType checkFirstByte(int first) throws Malformed {
        MqttVersion version = reader.version();
        PacketType type = FixedHeader.check(first, version == null ? MqttVersion.V3_1_1 : version);
        if ((type == PacketType.CONNECT) != (phase == Phase.AWAIT_CONNECT)) {
            throw new Malformed(ReasonCode.PROTOCOL_ERROR, "packet type", Malformed.FIXED_HEADER);
        }
        return type;
    }

    /** The Remaining Length, or {@link #NEED_MORE}; checks form and size as early as the bytes allow. */
    private int remainingLength(ByteBuf in, PacketType type) throws Malformed {
        int value = 0;
        int available = in.readableBytes() - 1;
        for (int i = 0; i < MAX_LENGTH_BYTES; i++) {
            if (i >= available) {
                return NEED_MORE;
            }
            int b = in.getUnsignedByte(in.readerIndex() + 1 + i);
            value |= (b & 0x7F) << (7 * i);
            if ((b & 0x80) == 0) {
                if (b == 0 && i > 0) {
                    throw new Malformed(ReasonCode.MALFORMED_PACKET, "remaining length", Malformed.FIXED_HEADER);
                }
                headerBytes = 2 + i;
                return checkLength(type, value);
            }
        }
        throw new Malformed(ReasonCode.MALFORMED_PACKET, "remaining length", Malformed.FIXED_HEADER);
    }

    private int checkLength(PacketType type, int length) throws Malformed {
        if (headerBytes + (long) length > limit) {
            throw new Malformed(ReasonCode.PACKET_TOO_LARGE, "remaining length", Malformed.FIXED_HEADER);
        }
        MqttVersion version = reader.version();
        if (version != null) {
            FixedHeader.checkLength(type, length, version);
        }
        return length;
    }
}

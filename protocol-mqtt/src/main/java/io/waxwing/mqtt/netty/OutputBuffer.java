package io.waxwing.mqtt.netty;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.util.concurrent.Future;
import io.waxwing.mqtt.packet.MqttPacket;
import io.waxwing.mqtt.packet.MqttVersion;
import io.waxwing.mqtt.wire.MqttFrameDecoder;
import io.waxwing.mqtt.wire.PacketWriter;
import org.jspecify.annotations.Nullable;

/** Encodes the packets of a turn behind each other, so that they leave together. Event loop only. */
final class OutputBuffer {
    /** Encoded bytes are handed to the socket's queue above this, so that its water marks see them. */
    private static final int BYTES_MAX = 64 << 10;

    private static final int BYTES_FIRST = 256;

    private final ChannelHandlerContext context;
    private final MqttFrameDecoder decoder;
    private final MqttMetrics metrics;
    private @Nullable ByteBuf pending;

    OutputBuffer(ChannelHandlerContext context, MqttFrameDecoder decoder, MqttMetrics metrics) {
        this.metrics = metrics;
        this.context = context;
        this.decoder = decoder;
    }

    void add(MqttPacket packet) {
        ByteBuf out = pending;
        if (out == null) {
            out = context.alloc().buffer(BYTES_FIRST);
            pending = out;
        }
        MqttVersion version = decoder.version();
        int before = out.readableBytes();
        PacketWriter.write(packet, version == null ? MqttVersion.V3_1_1 : version, out);
        metrics.packetOut(out.readableBytes() - before);
        if (out.readableBytes() >= BYTES_MAX) {
            write();
        }
    }

    /** Hands it to the socket's queue; without a flush. */
    void write() {
        ByteBuf out = take();
        if (out != null) {
            Future<?> unused = context.write(out, context.voidPromise());
        }
    }

    /** What has not been handed over; whose it is from now on. Null if there is nothing. */
    @Nullable ByteBuf take() {
        ByteBuf out = pending;
        pending = null;
        return out;
    }
}

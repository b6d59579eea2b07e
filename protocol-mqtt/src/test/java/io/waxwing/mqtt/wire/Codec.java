package io.waxwing.mqtt.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.waxwing.mqtt.packet.MqttPacket;
import io.waxwing.mqtt.packet.MqttVersion;
import io.waxwing.mqtt.packet.PacketType;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Drives the real decoder and encoder in tests. */
final class Codec {
    static final byte[] CONNECT_3 = Hex.bytes("10 0d 0004 4d515454 04 02 003c 0001 61");
    static final byte[] CONNECT_5 = Hex.bytes("10 0e 0004 4d515454 05 02 003c 00 0001 61");

    private Codec() {}

    static byte[] connect(MqttVersion version) {
        return version == MqttVersion.V5 ? CONNECT_5 : CONNECT_3;
    }

    static byte[] write(MqttPacket packet, MqttVersion version) {
        ByteBuf out = Unpooled.buffer();
        PacketWriter.write(packet, version, out);
        byte[] bytes = new byte[out.readableBytes()];
        out.readBytes(bytes);
        return bytes;
    }

    /** Reads one whole packet as the given side would after the fixed header has been checked. */
    static MqttPacket read(byte[] bytes, MqttVersion version, PacketReader.Side side) throws Malformed {
        int length = 0;
        int at = 1;
        for (int shift = 0; ; shift += 7) {
            int b = bytes[at++];
            length |= (b & 0x7F) << shift;
            if (b >= 0) {
                break;
            }
        }
        PacketType type = FixedHeader.check(bytes[0] & 0xFF, version);
        FixedHeader.checkLength(type, length, version);
        ByteBuf body = Unpooled.wrappedBuffer(bytes, at, bytes.length - at);
        return new PacketReader(side, CodecLimits.DEFAULT, version).read(bytes[0] & 0xFF, body, length);
    }

    /** What came out of a decoder: packets, then perhaps one fault. */
    record Outcome(List<MqttPacket> packets, @Nullable Malformed fault) {}

    /** Feeds the segments to a fresh server-side decoder. Anything but {@link Malformed} passes through as an error. */
    static Outcome decode(CodecLimits limits, byte[]... segments) {
        EmbeddedChannel channel = new EmbeddedChannel(new MqttFrameDecoder(limits));
        Malformed fault = null;
        for (byte[] segment : segments) {
            try {
                channel.writeInbound((Object) Unpooled.copiedBuffer(segment));
            } catch (RuntimeException e) {
                throw e;
            } catch (Exception e) {
                if (!(e instanceof Malformed malformed)) {
                    throw new AssertionError("not Malformed", e);
                }
                if (fault != null) {
                    throw new AssertionError("a second fault", malformed);
                }
                fault = malformed;
            }
        }
        List<MqttPacket> packets = new ArrayList<>();
        for (Object packet = channel.readInbound(); packet != null; packet = channel.readInbound()) {
            packets.add((MqttPacket) packet);
        }
        channel.finishAndReleaseAll();
        return new Outcome(packets, fault);
    }
}

package io.waxwing.perf.micro;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.waxwing.bus.event.Payload;
import io.waxwing.mqtt.packet.MqttPacket;
import io.waxwing.mqtt.packet.MqttVersion;
import io.waxwing.mqtt.packet.Properties;
import io.waxwing.mqtt.packet.Publish;
import io.waxwing.mqtt.wire.CodecLimits;
import io.waxwing.mqtt.wire.Malformed;
import io.waxwing.mqtt.wire.PacketReader;
import io.waxwing.mqtt.wire.PacketWriter;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** A PUBLISH of QoS 1 from bytes and to bytes. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class CodecBench {
    private static final int HEADER_BYTES = 3;

    /** Bytes of its payload. */
    @Param({"256", "16384"})
    public int payloadBytes;

    private final ByteBuf in = Unpooled.directBuffer(1 << 15);
    private final ByteBuf out = Unpooled.directBuffer(1 << 15);
    private final PacketReader reader =
            new PacketReader(PacketReader.Side.SERVER, CodecLimits.DEFAULT, MqttVersion.V3_1_1);
    private Publish publish = publish(new byte[0]);
    private int headerBytes;

    private static Publish publish(byte[] payload) {
        return new Publish(false, 1, false, "site/7/device/11/state", 77, Payload.of(payload), Properties.NONE);
    }

    /** The packet. */
    @Setup
    public void fill() {
        publish = publish(new byte[payloadBytes]);
        PacketWriter.write(publish, MqttVersion.V3_1_1, in);
        headerBytes = payloadBytes > 16_000 ? HEADER_BYTES + 1 : HEADER_BYTES;
    }

    /** From bytes. */
    @Benchmark
    public MqttPacket read() throws Malformed {
        in.readerIndex(headerBytes);
        return reader.read(in.getByte(0), in, in.writerIndex() - headerBytes);
    }

    /** To bytes. */
    @Benchmark
    public int write() {
        out.clear();
        PacketWriter.write(publish, MqttVersion.V3_1_1, out);
        return out.writerIndex();
    }
}

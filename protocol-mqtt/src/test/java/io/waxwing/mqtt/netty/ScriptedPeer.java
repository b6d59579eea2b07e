package io.waxwing.mqtt.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.waxwing.mqtt.packet.MqttPacket;
import io.waxwing.mqtt.packet.MqttVersion;
import io.waxwing.mqtt.packet.PacketText;
import io.waxwing.mqtt.wire.CodecLimits;
import io.waxwing.mqtt.wire.Malformed;
import io.waxwing.mqtt.wire.PacketReader;
import io.waxwing.mqtt.wire.PacketWriter;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.util.HexFormat;

/** An MQTT client that says exactly what it is told, legal or not, and reads with deadlines. */
final class ScriptedPeer implements AutoCloseable {
    private static final int DEADLINE_MILLIS = 10_000;

    private final Socket socket = new Socket();
    private final MqttVersion version;
    private final PacketReader reader;

    ScriptedPeer(InetSocketAddress server, MqttVersion version) throws IOException {
        this.version = version;
        this.reader = new PacketReader(PacketReader.Side.CLIENT, CodecLimits.DEFAULT, version);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(DEADLINE_MILLIS);
        socket.connect(server, DEADLINE_MILLIS);
    }

    /** Connects and takes the CONNACK. */
    static ScriptedPeer connected(InetSocketAddress server, String connect) throws IOException {
        MqttVersion version = connect.contains(" v5") ? MqttVersion.V5 : MqttVersion.V3_1_1;
        ScriptedPeer peer = new ScriptedPeer(server, version);
        peer.send(connect);
        String answer = peer.receive();
        if (!answer.startsWith("CONNACK SUCCESS")) {
            throw new AssertionError(answer);
        }
        return peer;
    }

    void send(String... packets) throws IOException {
        ByteBuf out = Unpooled.buffer();
        for (String packet : packets) {
            PacketWriter.write(PacketText.parse(packet), version, out);
        }
        byte[] bytes = new byte[out.readableBytes()];
        out.readBytes(bytes);
        socket.getOutputStream().write(bytes);
    }

    /** Sends to a server that may have ended the connection already. */
    void sendQuietly(String packet) throws IOException {
        try {
            send(packet);
        } catch (SocketException ended) {
            if (socket.isClosed()) {
                throw ended; // Ours, not the server's doing.
            }
        }
    }

    void sendHex(String hex) throws IOException {
        socket.getOutputStream().write(HexFormat.of().parseHex(hex.replace(" ", "")));
    }

    void sendBytes(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    /** Nothing more comes from here; answers are still read. */
    void endOutput() throws IOException {
        try {
            socket.shutdownOutput();
        } catch (SocketException ended) {
            if (socket.isClosed()) {
                throw ended;
            }
        }
    }

    /** The next packet as text; "closed" when the server has ended the stream, "reset" when it cut it. */
    String receive() throws IOException {
        try {
            InputStream in = socket.getInputStream();
            int first = in.read();
            if (first < 0) {
                return "closed";
            }
            int length = 0;
            for (int shift = 0, b = 0x80; (b & 0x80) != 0; shift += 7) {
                b = in.read();
                length |= (b & 0x7F) << shift;
            }
            MqttPacket packet = reader.read(first, Unpooled.wrappedBuffer(in.readNBytes(length)), length);
            return PacketText.print(packet);
        } catch (SocketException reset) {
            return "reset";
        } catch (Malformed e) {
            throw new AssertionError("the server sent a malformed packet", e);
        }
    }

    /** Everything up to the end of the stream, as hex. */
    String receiveRaw() throws IOException {
        try {
            return HexFormat.of().formatHex(socket.getInputStream().readAllBytes());
        } catch (SocketException reset) {
            return "reset";
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}

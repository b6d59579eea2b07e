package io.waxwing.perf.mqtt;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A connection that waits for each answer: for what happens before a load begins. */
public final class RawClient implements AutoCloseable {
    private static final int MOST_BYTES = 256 << 10;

    private final SocketChannel channel;
    private final DataInputStream answers;

    private RawClient(SocketChannel channel) throws IOException {
        this.channel = channel;
        this.answers = new DataInputStream(channel.socket().getInputStream());
    }

    /** Connects. @throws IOException if the broker refuses */
    public static RawClient connect(InetSocketAddress broker, String clientId) throws IOException {
        RawClient client = new RawClient(SocketChannel.open(broker));
        ByteBuffer out = ByteBuffer.allocate(128);
        Frames.connect(out, clientId, true);
        client.send(out);
        if (client.answer(Frames.CONNACK)[1] != 0) {
            throw new IOException("the broker refuses " + clientId);
        }
        return client;
    }

    /** Subscribes with QoS 0 and waits for the SUBACK. @throws IOException if a filter is refused */
    public void subscribe(List<String> filters) throws IOException {
        ByteBuffer body = ByteBuffer.allocate(MOST_BYTES);
        for (String filter : filters) {
            byte[] bytes = filter.getBytes(StandardCharsets.UTF_8);
            body.putShort((short) bytes.length).put(bytes).put((byte) 0);
        }
        body.flip();
        ByteBuffer out = ByteBuffer.allocate(body.remaining() + 8);
        Frames.subscribeAll(out, body);
        send(out);
        byte[] granted = answer(Frames.SUBACK);
        for (int i = 2; i < granted.length; i++) {
            if (granted[i] != 0) {
                throw new IOException("the broker refuses " + filters.get(i - 2));
            }
        }
    }

    private void send(ByteBuffer out) throws IOException {
        out.flip();
        while (out.hasRemaining()) {
            channel.write(out);
        }
    }

    private byte[] answer(int type) throws IOException {
        int first = answers.readUnsignedByte();
        int length = 0;
        int shift = 0;
        int digit;
        do {
            digit = answers.readUnsignedByte();
            length |= (digit & 127) << shift;
            shift += 7;
        } while (digit > 127);
        if (first >> 4 != type) {
            throw new IOException("a packet of type " + (first >> 4) + " where " + type + " is due");
        }
        return answers.readNBytes(length);
    }

    /** Throws if the broker has ended the connection. Nothing can be asked afterwards. */
    public void requireConnected() throws IOException {
        channel.configureBlocking(false);
        if (channel.read(ByteBuffer.allocate(1)) < 0) {
            throw new IOException("the broker has ended a connection that did nothing");
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}

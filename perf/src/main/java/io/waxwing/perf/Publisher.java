package io.waxwing.perf;

import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLongArray;
import org.HdrHistogram.Histogram;

/**
 * One MQTT 3.1.1 publisher of QoS 1 with a bounded window, on a plain socket: as little of a client as there can be, so
 * that what is measured is the broker. Two threads: one sends, one reads PUBACKs.
 */
final class Publisher {
    private static final int CONNACK_BYTES = 4;
    private static final int PACKET_IDS = 65_536;

    private final Socket socket;
    private final OutputStream out;
    private final DataInputStream in;
    private final byte[] topic;
    private final byte[] payload;
    private final Semaphore window;
    private final int windowSize;
    private final AtomicLongArray sentNanos = new AtomicLongArray(PACKET_IDS);
    private final Histogram latency = new Histogram(60_000_000_000L, 3);
    private volatile boolean recording;

    Publisher(InetSocketAddress broker, String name, String topic, int payloadBytes, int windowSize)
            throws IOException {
        this.socket = new Socket(broker.getAddress(), broker.getPort());
        socket.setTcpNoDelay(true);
        this.out = new BufferedOutputStream(socket.getOutputStream(), 1 << 16);
        this.in = new DataInputStream(new java.io.BufferedInputStream(socket.getInputStream()));
        this.topic = topic.getBytes(StandardCharsets.UTF_8);
        this.payload = new byte[payloadBytes];
        this.windowSize = windowSize;
        this.window = new Semaphore(windowSize);
        connect(name);
    }

    private void connect(String name) throws IOException {
        byte[] id = name.getBytes(StandardCharsets.UTF_8);
        ByteBuffer connect = ByteBuffer.allocate(14 + id.length)
                .put((byte) 0x10)
                .put((byte) (12 + id.length))
                .putShort((short) 4)
                .put(new byte[] {'M', 'Q', 'T', 'T', 4, 2, 0, 60})
                .putShort((short) id.length)
                .put(id);
        out.write(connect.array());
        out.flush();
        byte[] answer = in.readNBytes(CONNACK_BYTES);
        if (answer.length < CONNACK_BYTES || answer[3] != 0) {
            throw new IOException("refused");
        }
    }

    /** Publishes until that time, then waits for the last acknowledgements; returns how many there were. */
    long runUntil(long endNanos, boolean record) throws IOException, InterruptedException {
        recording = record;
        latency.reset();
        long[] acknowledged = new long[1];
        Thread reader = new Thread(() -> acknowledged[0] = readAcks(), "acks");
        reader.start();
        int packetId = 0;
        long sent = 0;
        while (System.nanoTime() - endNanos < 0) {
            if (!window.tryAcquire()) {
                out.flush();
                window.acquire();
            }
            packetId = packetId % (PACKET_IDS - 1) + 1;
            sentNanos.set(packetId, System.nanoTime());
            publish(packetId);
            sent++;
        }
        out.flush();
        window.acquire(windowSize);
        // Nothing is under way now, so the reader is told by the one packet that is always answered.
        out.write(new byte[] {(byte) 0xc0, 0});
        out.flush();
        reader.join();
        window.release(windowSize);
        if (acknowledged[0] != sent) {
            throw new IOException(sent + " sent, " + acknowledged[0] + " acknowledged");
        }
        return sent;
    }

    private void publish(int packetId) throws IOException {
        int length = 2 + topic.length + 2 + payload.length;
        out.write(0x32);
        for (int rest = length; ; rest >>= 7) {
            out.write(rest < 128 ? rest : (rest & 127) | 128);
            if (rest < 128) {
                break;
            }
        }
        out.write(topic.length >> 8);
        out.write(topic.length);
        out.write(topic);
        out.write(packetId >> 8);
        out.write(packetId);
        out.write(payload);
    }

    private long readAcks() {
        long acknowledged = 0;
        try {
            while (true) {
                int type = in.readUnsignedByte() >> 4;
                int length = in.readUnsignedByte();
                if (type == 13) {
                    return acknowledged;
                }
                int packetId = in.readUnsignedShort();
                in.skipBytes(length - 2);
                acknowledged++;
                if (recording) {
                    latency.recordValue(System.nanoTime() - sentNanos.get(packetId));
                }
                window.release();
            }
        } catch (EOFException e) {
            throw new IllegalStateException("the broker closed the connection", e);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    Histogram latency() {
        return latency;
    }

    void close() throws IOException {
        socket.close();
    }
}

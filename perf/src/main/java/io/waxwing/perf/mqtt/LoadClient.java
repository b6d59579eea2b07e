package io.waxwing.perf.mqtt;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;

/** One connection of a load: its buffers and the frames in them. One thread. */
abstract class LoadClient implements AutoCloseable {
    private static final int LEAST_BUFFER = 32 << 10;

    final ByteBuffer out;
    private final ByteBuffer in;
    private final String clientId;
    private final SocketChannel channel;
    private final SelectionKey key;
    private boolean ready;

    /** Connects and says CONNECT. {@code largest} is the size of the largest packet that comes or goes. */
    LoadClient(Selector selector, InetSocketAddress broker, String clientId, boolean cleanSession, int largest)
            throws IOException {
        this.clientId = clientId;
        in = ByteBuffer.allocateDirect(Math.max(LEAST_BUFFER, 2 * largest));
        out = ByteBuffer.allocateDirect(Math.max(2 * LEAST_BUFFER, 4 * largest));
        channel = SocketChannel.open(broker);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.configureBlocking(false);
        key = channel.register(selector, SelectionKey.OP_READ, this);
        Frames.connect(out, clientId, cleanSession);
    }

    final String clientId() {
        return clientId;
    }

    /** True once it may be sent on, or gets what it subscribed to. */
    final boolean isReady() {
        return ready;
    }

    final void ready() {
        ready = true;
    }

    /** The broker has accepted the connection. */
    abstract void onConnected();

    /** A packet whose body of {@code length} bytes begins at {@code at}. */
    abstract void onPacket(int type, int flags, ByteBuffer body, int at, int length);

    /** Reads what there is, once, and handles whole packets. */
    final void read() throws IOException {
        if (channel.read(in) < 0) {
            throw new IOException("the broker ended the connection of " + clientId);
        }
        in.flip();
        while (nextPacket()) {
            // Each call takes one.
        }
        in.compact();
    }

    private boolean nextPacket() throws IOException {
        int at = in.position();
        int limit = in.limit();
        if (limit - at < 2) {
            return false;
        }
        int first = in.get(at++) & 0xff;
        int length = 0;
        int shift = 0;
        int digit;
        do {
            if (at == limit) {
                return false;
            }
            digit = in.get(at++);
            length |= (digit & 127) << shift;
            shift += 7;
        } while (digit < 0);
        if (limit - at < length) {
            return false;
        }
        if (first >> 4 == Frames.CONNACK) {
            if (in.get(at + 1) != 0) {
                throw new IOException("the broker refuses " + clientId + ": return code " + in.get(at + 1));
            }
            onConnected();
        } else {
            onPacket(first >> 4, first & 15, in, at, length);
        }
        in.position(at + length);
        return true;
    }

    /** Writes what waits, once; the selector says when the rest may go. */
    final void flush() throws IOException {
        if (out.position() == 0) {
            return;
        }
        out.flip();
        channel.write(out);
        boolean rest = out.hasRemaining();
        out.compact();
        int wanted = rest ? SelectionKey.OP_READ | SelectionKey.OP_WRITE : SelectionKey.OP_READ;
        if (key.interestOps() != wanted) {
            key.interestOps(wanted);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}

package io.waxwing.perf;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** Many MQTT 5 clients on one thread: each connects and waits for its CONNACK; then it stays, silent, or goes. */
final class Crowd implements AutoCloseable {
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final int CONNACK_BYTES = 4;

    private final InetSocketAddress node;
    private final String name;
    private final boolean stays;
    private final Selector selector = Selector.open();
    private final List<SocketChannel> here = new ArrayList<>();
    private final Map<String, Integer> answers = new TreeMap<>();
    private final Histogram latency = new Histogram(60_000_000_000L, 3);
    private int begun;
    private int open;

    /** One client on its way. */
    private static final class Client {
        final long beganNanos = System.nanoTime();
        final ByteBuffer answer = ByteBuffer.allocate(CONNACK_BYTES);
    }

    Crowd(InetSocketAddress node, String name, boolean stays) throws IOException {
        this.node = node;
        this.name = name;
        this.stays = stays;
    }

    /** Begins that many connections, so many in a second, and waits for what becomes of each. */
    void come(int count, int perSecond) throws IOException {
        long start = System.nanoTime();
        int first = begun;
        long last = start;
        while (begun - first < count || open > 0) {
            long now = System.nanoTime();
            long due = first + Math.min(count, (now - start) * perSecond / 1_000_000_000L + 1);
            while (begun < due) {
                begin();
                last = now;
            }
            selector.select(1);
            for (Iterator<SelectionKey> keys = selector.selectedKeys().iterator(); keys.hasNext(); ) {
                SelectionKey key = keys.next();
                keys.remove();
                ready(key);
            }
            if (now - last > PATIENCE_NANOS) {
                answers.merge("none within 30 s", open, Integer::sum);
                return;
            }
        }
    }

    private void begin() throws IOException {
        SocketChannel channel = SocketChannel.open();
        channel.configureBlocking(false);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.connect(node);
        channel.register(selector, SelectionKey.OP_CONNECT, new Client());
        begun++;
        open++;
    }

    private void ready(SelectionKey key) throws IOException {
        SocketChannel channel = (SocketChannel) key.channel();
        Client client = (Client) key.attachment();
        try {
            if (key.isConnectable() && channel.finishConnect()) {
                channel.write(connect());
                key.interestOps(SelectionKey.OP_READ);
            } else if (key.isReadable()) {
                int read = channel.read(client.answer);
                if (read < 0) {
                    done(key, "closed");
                } else if (!client.answer.hasRemaining()) {
                    latency.recordValue(System.nanoTime() - client.beganNanos);
                    done(key, String.format("0x%02X", client.answer.get(CONNACK_BYTES - 1)));
                }
            }
        } catch (IOException e) {
            done(key, String.valueOf(e.getMessage()));
        }
    }

    private void done(SelectionKey key, String answer) throws IOException {
        answers.merge(answer, 1, Integer::sum);
        open--;
        key.cancel();
        if (stays && answer.equals("0x00")) {
            here.add((SocketChannel) key.channel());
        } else {
            key.channel().close();
        }
    }

    private ByteBuffer connect() {
        byte[] id = (name + begun + "-" + System.nanoTime()).getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(15 + id.length)
                .put((byte) 0x10)
                .put((byte) (13 + id.length))
                .putShort((short) 4)
                .put(new byte[] {'M', 'Q', 'T', 'T', 5, 2, 0, 0, 0})
                .putShort((short) id.length)
                .put(id)
                .flip();
    }

    /** How many of each answer there were: the reason code of CONNACK, or what came in its place. */
    Map<String, Integer> answers() {
        return answers;
    }

    /** From the first byte to CONNACK, nanoseconds. */
    Histogram latency() {
        return latency;
    }

    @Override
    public void close() throws IOException {
        for (SocketChannel channel : here) {
            channel.close();
        }
        selector.close();
    }
}

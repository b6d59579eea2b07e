package io.waxwing.perf.http;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One connection that publishes a request at a time. One thread. */
final class HttpPublisher implements AutoCloseable {
    private static final int ANSWER_BYTES = 1 << 20;
    private static final Pattern LENGTH = Pattern.compile("(?i)\r\ncontent-length: *(\\d+)");
    private static final Pattern TAKEN = Pattern.compile("\"httpStatus\":20[12]\\b");

    private final HttpPlan plan;
    private final int number;
    private final String topic;
    private final String filler;
    private final SocketChannel channel;
    private final SelectionKey key;
    private final ByteBuffer in = ByteBuffer.allocate(ANSWER_BYTES);
    private ByteBuffer out = ByteBuffer.allocate(0);
    private boolean waiting;
    private long dueNanos;
    private long events;

    HttpPublisher(Selector selector, InetSocketAddress broker, HttpPlan plan, int number) throws IOException {
        this.plan = plan;
        this.number = number;
        this.topic = plan.topicPrefix() + number;
        this.filler = "x".repeat(plan.payloadBytes());
        channel = SocketChannel.open(broker);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.configureBlocking(false);
        key = channel.register(selector, SelectionKey.OP_READ, this);
    }

    /** True if no request is under way. */
    boolean isFree() {
        return !waiting;
    }

    long dueNanos() {
        return dueNanos;
    }

    /** Events that were acknowledged. */
    long events() {
        return events;
    }

    /** Sends the next request; it was due at that time. */
    void publish(long due) throws IOException {
        dueNanos = due;
        waiting = true;
        String body = plan.batch() == 1 ? filler : batch();
        String type = plan.batch() == 1 ? "text/plain" : "application/cloudevents-batch+json";
        out = ByteBuffer.wrap(("POST /v1/topics/" + topic + "/events HTTP/1.1\r\nHost: localhost\r\nContent-Type: "
                        + type + "\r\nContent-Length: " + body.length() + "\r\n\r\n" + body)
                .getBytes(StandardCharsets.US_ASCII));
        flush();
    }

    private String batch() {
        StringBuilder body = new StringBuilder(plan.batch() * (plan.payloadBytes() + 128)).append('[');
        for (int i = 0; i < plan.batch(); i++) {
            body.append(i == 0 ? "" : ",")
                    .append("{\"specversion\":\"1.0\",\"type\":\"load\",\"source\":\"/load/")
                    .append(topic)
                    .append("\",\"id\":\"")
                    .append(events + i)
                    .append("\",\"data\":\"")
                    .append(filler)
                    .append("\"}");
        }
        return body.append(']').toString();
    }

    /** Writes what waits, once; the selector says when the rest may go. */
    void flush() throws IOException {
        channel.write(out);
        key.interestOps(out.hasRemaining() ? SelectionKey.OP_READ | SelectionKey.OP_WRITE : SelectionKey.OP_READ);
    }

    /** Reads what there is; true if the request that was under way is answered now. */
    boolean read() throws IOException {
        if (channel.read(in) < 0) {
            throw new IOException("the broker ended connection " + number);
        }
        String answer = new String(in.array(), 0, in.position(), StandardCharsets.ISO_8859_1);
        int head = answer.indexOf("\r\n\r\n");
        if (head < 0) {
            return false;
        }
        Matcher length = LENGTH.matcher(answer.substring(0, head));
        if (!length.find()) {
            throw new IOException("an answer without a length: " + answer.substring(0, head));
        }
        int end = head + 4 + Integer.parseInt(length.group(1));
        if (end > in.capacity() || answer.length() > end) {
            throw new IOException("an answer of " + answer.length() + " bytes where " + end + " were announced");
        }
        if (answer.length() < end) {
            return false;
        }
        check(answer, head);
        events += plan.batch();
        in.clear();
        waiting = false;
        return true;
    }

    private void check(String answer, int head) throws IOException {
        String status = answer.substring(0, 12).toUpperCase(Locale.ROOT);
        boolean taken = plan.batch() == 1
                ? status.endsWith(" 201") || status.endsWith(" 202")
                : status.endsWith(" 207")
                        && TAKEN.matcher(answer.substring(head)).results().count() == plan.batch();
        if (!taken) {
            throw new IOException("not published: " + answer.substring(0, Math.min(answer.length(), 500)));
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}

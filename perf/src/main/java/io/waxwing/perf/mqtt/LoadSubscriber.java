package io.waxwing.perf.mqtt;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Selector;
import org.HdrHistogram.Histogram;

/** Takes the messages of one publisher and sees that each comes once and in order. */
final class LoadSubscriber extends LoadClient {
    private final LoadPlan plan;
    private final LoadPublisher publisher;
    private final byte[] filter;
    private final int topicBytes;
    private final Histogram endToEnd;
    private long next;
    private long nowNanos;

    LoadSubscriber(
            Selector selector, InetSocketAddress broker, LoadPlan plan, LoadPublisher publisher, Position position)
            throws IOException {
        super(
                selector,
                broker,
                publisher.clientId() + "s" + position.number(),
                plan.cleanSession(),
                LoadPublisher.frameBytes(plan, position.topic()));
        this.plan = plan;
        this.publisher = publisher;
        this.filter = LoadPublisher.filter(plan, position.topic());
        this.topicBytes = LoadPublisher.topic(plan, position.topic(), 0).length;
        this.endToEnd = position.endToEnd();
    }

    /** Which topic, which of its subscribers, and where its latencies go. */
    record Position(int topic, int number, Histogram endToEnd) {}

    @Override
    void onConnected() {
        Frames.subscribe(out, filter, plan.qos());
    }

    /** The time that messages of this turn count as. */
    void turn(long now) {
        nowNanos = now;
    }

    @Override
    void onPacket(int type, int flags, ByteBuffer body, int at, int length) {
        if (type == Frames.PUBLISH) {
            onPublish(flags >> 1 & 3, body, at, length);
        } else if (type == Frames.PUBREL) {
            Frames.acknowledge(out, Frames.PUBCOMP, body.getShort(at) & 0xffff);
        } else if (type == Frames.SUBACK) {
            if (body.get(at + 2) != plan.qos()) {
                throw new IllegalStateException(clientId() + " was granted QoS " + body.get(at + 2));
            }
            ready();
        } else {
            throw new IllegalStateException("a subscriber got a packet of type " + type);
        }
    }

    private void onPublish(int qos, ByteBuffer body, int at, int length) {
        int payload = at + length - plan.payloadBytes();
        if (qos != plan.qos() || payload - at - 2 - topicBytes != (qos == 0 ? 0 : 2)) {
            throw new IllegalStateException(clientId() + " got another packet than was sent, QoS " + qos);
        }
        long message = body.getLong(payload + 16);
        if (message != next) {
            throw new IllegalStateException(clientId() + " got message " + message + " where " + next + " is next");
        }
        next++;
        endToEnd.recordValue(Math.max(0, nowNanos - body.getLong(payload)));
        publisher.onReceived(message);
        if (qos > 0) {
            Frames.acknowledge(out, qos == 1 ? Frames.PUBACK : Frames.PUBREC, body.getShort(payload - 2) & 0xffff);
        }
    }

    long received() {
        return next;
    }
}

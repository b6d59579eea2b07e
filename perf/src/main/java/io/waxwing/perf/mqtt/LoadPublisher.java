package io.waxwing.perf.mqtt;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Selector;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.HdrHistogram.Histogram;

/** Publishes numbered messages to one topic, as many at a time as its window has room for. */
final class LoadPublisher extends LoadClient {
    private static final int PACKET_IDS = 1 << 16;

    private final LoadPlan plan;
    private final int number;
    private final byte[][] topics;
    private final int frameBytes;
    private final ByteBuffer filler;
    private final long[] dueOf = new long[PACKET_IDS];
    // Of each message under way, how many subscribers have not got it.
    private final int[] missing = new int[PACKET_IDS];
    private final Histogram acknowledgement;
    private int packetId;
    private long sent;
    private long acknowledged;
    private long received;
    private long nowNanos;

    LoadPublisher(Selector selector, InetSocketAddress broker, LoadPlan plan, int number, Histogram acknowledgement)
            throws IOException {
        super(selector, broker, plan.topicPrefix().replace('/', '-') + "p" + number, true, frameBytes(plan, number));
        this.plan = plan;
        this.number = number;
        this.topics = new byte[plan.topics()][];
        for (int i = 0; i < topics.length; i++) {
            topics[i] = topic(plan, number, i);
        }
        this.frameBytes = frameBytes(plan, number);
        this.filler = ByteBuffer.allocateDirect(plan.payloadBytes() - LoadPlan.LEAST_PAYLOAD);
        this.acknowledgement = acknowledgement;
    }

    /** All of a publisher are of one length. */
    static byte[] topic(LoadPlan plan, int number, int topic) {
        return String.format(Locale.ROOT, "%s%d/%06d", plan.topicPrefix(), number, topic)
                .getBytes(StandardCharsets.UTF_8);
    }

    static byte[] filter(LoadPlan plan, int number) {
        return (plan.topicPrefix() + number + (plan.topics() == 1 ? "/000000" : "/+")).getBytes(StandardCharsets.UTF_8);
    }

    static int frameBytes(LoadPlan plan, int number) {
        return Frames.publishBytes(topic(plan, number, 0).length, plan.qos(), plan.payloadBytes());
    }

    @Override
    void onConnected() {
        ready();
    }

    /** The time that acknowledgements of this turn count as. */
    void turn(long now) {
        nowNanos = now;
    }

    /** True if one more may be sent now. */
    boolean mayPublish() {
        long settled = plan.qos() == 0 ? received : Math.min(received, acknowledged);
        return sent - settled < plan.window() && out.remaining() >= frameBytes + Frames.ACK_BYTES;
    }

    /** Puts the next message into the buffer; it was due at that time. */
    void publish(long dueNanos) {
        packetId = packetId == PACKET_IDS - 1 ? 1 : packetId + 1;
        dueOf[packetId] = dueNanos;
        missing[(int) (sent & PACKET_IDS - 1)] = plan.subscribersPerTopic();
        Frames.publish(out, topics[(int) (sent % topics.length)], plan.qos(), packetId, plan.payloadBytes());
        out.putLong(dueNanos).putLong(number).putLong(sent);
        out.put(filler.duplicate());
        sent++;
    }

    /** A subscriber has got that message. */
    void onReceived(long message) {
        if (--missing[(int) (message & PACKET_IDS - 1)] == 0) {
            received++;
        }
    }

    @Override
    void onPacket(int type, int flags, ByteBuffer body, int at, int length) {
        int id = body.getShort(at) & 0xffff;
        if (type == Frames.PUBREC) {
            Frames.acknowledge(out, Frames.PUBREL, id);
        } else if (type == Frames.PUBACK || type == Frames.PUBCOMP) {
            acknowledged++;
            acknowledgement.recordValue(Math.max(0, nowNanos - dueOf[id]));
        } else {
            throw new IllegalStateException("a publisher got a packet of type " + type);
        }
    }

    long sent() {
        return sent;
    }

    long acknowledged() {
        return acknowledged;
    }

    /** True if everything that was sent came to its end. */
    boolean isDone() {
        return received == sent && (plan.qos() == 0 || acknowledged == sent);
    }
}

package io.waxwing.node.peer;

import io.waxwing.ledger.spi.PeerLinks.Channel;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Frames for one connection, from any thread to its event loop. Bounded in bytes: a frame counts from {@link #offer}
 * until the socket has it. Chunks of files wait until nothing else does, and have a bound of their own: however many
 * there are, they take no room from the rest and stand in front of nothing but what the socket has already.
 */
final class Outbox {
    private final long maxBytes;
    private final ConcurrentLinkedQueue<Frame> frames = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<Frame> files = new ConcurrentLinkedQueue<>();
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong fileBytes = new AtomicLong();
    private final AtomicBoolean awake = new AtomicBoolean();

    Outbox(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** One frame that waits. */
    static final class Frame {
        final Channel channel;
        final byte[] body;

        Frame(Channel channel, byte[] body) {
            this.channel = channel;
            this.body = body;
        }

        int sizeBytes() {
            return FrameDecoder.HEADER_BYTES + body.length;
        }
    }

    /** False if there is no room. Any thread. */
    boolean offer(Frame frame) {
        AtomicLong counter = frame.channel == Channel.FILE ? fileBytes : bytes;
        int size = frame.sizeBytes();
        long before;
        do {
            before = counter.get();
            if (before + size > maxBytes) {
                return false;
            }
        } while (!counter.compareAndSet(before, before + size));
        (frame.channel == Channel.FILE ? files : frames).add(frame);
        return true;
    }

    /** True for the one who must tell the loop. Any thread. */
    boolean wake() {
        return !awake.getAndSet(true);
    }

    /** The loop is about to look: whoever offers from now on must tell it again. */
    void looking() {
        awake.set(false);
    }

    @Nullable Frame poll() {
        Frame first = frames.poll();
        return first == null ? files.poll() : first;
    }

    boolean isEmpty() {
        return frames.isEmpty() && files.isEmpty();
    }

    /** The socket has that frame, or never will. */
    void settled(Frame frame) {
        (frame.channel == Channel.FILE ? fileBytes : bytes).addAndGet(-frame.sizeBytes());
    }
}

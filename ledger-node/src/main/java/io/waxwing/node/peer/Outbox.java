package io.waxwing.node.peer;

import io.waxwing.ledger.spi.PeerLinks.Channel;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Frames for one connection, from any thread to its event loop. Bounded in bytes: a frame counts from {@link #offer}
 * until the socket has it.
 */
final class Outbox {
    private final long maxBytes;
    private final ConcurrentLinkedQueue<Frame> frames = new ConcurrentLinkedQueue<>();
    private final AtomicLong bytes = new AtomicLong();
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
        int size = frame.sizeBytes();
        long before;
        do {
            before = bytes.get();
            if (before + size > maxBytes) {
                return false;
            }
        } while (!bytes.compareAndSet(before, before + size));
        frames.add(frame);
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
        return frames.poll();
    }

    boolean isEmpty() {
        return frames.isEmpty();
    }

    /** The socket has a frame of that size, or never will. */
    void settled(int sizeBytes) {
        bytes.addAndGet(-sizeBytes);
    }
}

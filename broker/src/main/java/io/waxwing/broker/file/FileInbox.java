package io.waxwing.broker.file;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What members said and was not looked at yet: bounded for each of them, and taken from each in turn, so that one that
 * says very much waits for itself. Any thread brings, one takes.
 */
final class FileInbox {
    /** Of one member; what does not fit is dropped, and asked for again. */
    static final long MEMBER_BYTES = 8 << 20;
    /** What a frame costs beside its bytes. */
    static final int FRAME_COST = 256;

    private final Map<Integer, Box> boxes = new ConcurrentHashMap<>();
    private final Deque<Box> turn = new ArrayDeque<>();
    private final Map<Integer, Box> known = new LinkedHashMap<>();

    /** One frame. */
    static final class Letter {
        final int from;
        final byte[] frame;

        Letter(int from, byte[] frame) {
            this.from = from;
            this.frame = frame;
        }
    }

    private static final class Box {
        final ConcurrentLinkedQueue<Letter> letters = new ConcurrentLinkedQueue<>();
        final AtomicLong bytes = new AtomicLong();
    }

    /** False if that member has no room. Any thread. */
    boolean offer(int from, byte[] frame) {
        Box box = boxes.computeIfAbsent(from, unused -> new Box());
        long cost = (long) frame.length + FRAME_COST;
        if (box.bytes.addAndGet(cost) > MEMBER_BYTES) {
            box.bytes.addAndGet(-cost);
            return false;
        }
        return box.letters.add(new Letter(from, frame));
    }

    /** The next one of the member whose turn it is; null if there is none. */
    @Nullable Letter poll() {
        if (known.size() < boxes.size()) {
            boxes.forEach((member, box) -> {
                if (known.putIfAbsent(member, box) == null) {
                    turn.add(box);
                }
            });
        }
        for (int tries = turn.size(); tries > 0; tries--) {
            Box box = turn.removeFirst();
            turn.addLast(box);
            Letter letter = box.letters.poll();
            if (letter != null) {
                box.bytes.addAndGet(-((long) letter.frame.length + FRAME_COST));
                return letter;
            }
        }
        return null;
    }
}

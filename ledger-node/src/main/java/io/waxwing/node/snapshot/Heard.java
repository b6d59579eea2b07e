package io.waxwing.node.snapshot;

import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * What the others have sent and nobody has looked at yet: of each node its newest points and its newest other frame. A
 * node is asked one thing at a time, so one that sends more displaces what it said itself, and nothing of others. Any
 * thread puts, one takes.
 */
final class Heard {
    private final ConcurrentSkipListMap<Integer, byte[]> points = new ConcurrentSkipListMap<>();
    private final ConcurrentSkipListMap<Integer, byte[]> answers = new ConcurrentSkipListMap<>();
    private int last;

    /** A frame and who sent it. */
    static final class Frame {
        final int from;
        final byte[] bytes;

        private Frame(int from, byte[] bytes) {
            this.from = from;
            this.bytes = bytes;
        }
    }

    void put(int from, byte[] frame) {
        (frame[0] == SnapshotFrame.POINTS ? points : answers).put(from, frame);
    }

    /** One after the other in the order of their numbers, so that nobody is heard twice before all are. */
    @Nullable Frame poll() {
        Frame frame = poll(points);
        return frame == null ? poll(answers) : frame;
    }

    private @Nullable Frame poll(ConcurrentSkipListMap<Integer, byte[]> frames) {
        Map.Entry<Integer, byte[]> next = frames.higherEntry(last);
        next = next == null ? frames.firstEntry() : next;
        if (next == null || !frames.remove(next.getKey(), next.getValue())) {
            return null;
        }
        last = next.getKey();
        return new Frame(last, next.getValue());
    }
}

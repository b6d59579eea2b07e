package io.waxwing.node.peer;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Netty's leak detector for tests (named in the POM): remembers what was lost instead of only logging it. */
public final class BufferLeaks<T> extends ResourceLeakDetector<T> {
    private static final List<String> FOUND = new CopyOnWriteArrayList<>();

    /** Called by Netty by reflection. */
    @SuppressWarnings("deprecation")
    public BufferLeaks(Class<?> type, int samplingInterval, long maxActive) {
        super(type, samplingInterval, maxActive);
    }

    /** Called by Netty by reflection. */
    @SuppressWarnings("deprecation")
    public BufferLeaks(Class<?> type, int samplingInterval) {
        super(type, samplingInterval);
    }

    @Override
    protected void reportTracedLeak(String resourceType, String records) {
        FOUND.add(resourceType + records);
        super.reportTracedLeak(resourceType, records);
    }

    @Override
    protected void reportUntracedLeak(String resourceType) {
        FOUND.add(resourceType);
        super.reportUntracedLeak(resourceType);
    }

    /** Buffers found lost so far. Leaks are noticed by collecting garbage and then allocating. */
    static List<String> found() {
        for (int i = 0; i < 3; i++) {
            System.gc();
            for (int n = 0; n < 16; n++) {
                ByteBuf buffer = PooledByteBufAllocator.DEFAULT.buffer(64);
                buffer.release();
            }
        }
        return List.copyOf(FOUND);
    }
}

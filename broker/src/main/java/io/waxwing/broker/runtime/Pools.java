package io.waxwing.broker.runtime;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Named threads for work that may wait for the disk. */
public final class Pools {
    private Pools() {}

    /** A pool with a bounded queue; what does not fit is refused to whoever brings it. Idle threads go away. */
    public static ThreadPoolExecutor bounded(String name, int threads, int queued) {
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                threads, threads, 30, TimeUnit.SECONDS, new ArrayBlockingQueue<>(queued), threads(name));
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    /** Daemon threads {@code name-1}, {@code name-2} …: whether the process lives is decided by main alone. */
    public static ThreadFactory threads(String name) {
        AtomicInteger next = new AtomicInteger(1);
        return task -> {
            Thread thread = new Thread(task, name + "-" + next.getAndIncrement());
            thread.setDaemon(true);
            return thread;
        };
    }
}

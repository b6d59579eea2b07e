package io.waxwing.http.runtime;

import io.waxwing.http.exchange.SlowReads;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A few threads and a bounded queue in front of them. */
final class SlowReadPool implements SlowReads {
    private final ThreadPoolExecutor pool;
    private final AtomicInteger names = new AtomicInteger();

    SlowReadPool(int threads, int queue) {
        this.pool = new ThreadPoolExecutor(
                threads, threads, 30, TimeUnit.SECONDS, new ArrayBlockingQueue<>(queue), work -> {
                    Thread thread = new Thread(work, "http-read-" + names.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        pool.allowCoreThreadTimeOut(true);
    }

    @Override
    public boolean submit(Runnable work) {
        try {
            pool.execute(work);
            return true;
        } catch (RejectedExecutionException full) {
            return false;
        }
    }

    void stop() {
        pool.shutdown();
    }
}

package io.waxwing.http.runtime;

import io.netty.channel.EventLoopGroup;
import io.waxwing.http.webhook.WebhookRun;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** The threads of webhooks: one that owns them, and two that look up names. */
final class WebhookThreads implements AutoCloseable {
    private static final int LOOKUPS = 2;
    private static final int LOOKUPS_QUEUED = 256;
    private static final int IDLE_SECONDS = 30;

    private final ScheduledThreadPoolExecutor owner =
            new ScheduledThreadPoolExecutor(1, named("webhooks"), new ThreadPoolExecutor.DiscardPolicy());
    private final ThreadPoolExecutor lookups = new ThreadPoolExecutor(
            LOOKUPS,
            LOOKUPS,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(LOOKUPS_QUEUED),
            named("webhook-names"));

    WebhookThreads() {
        lookups.allowCoreThreadTimeOut(true);
    }

    private static ThreadFactory named(String name) {
        return task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        };
    }

    WebhookRun with(EventLoopGroup loops) {
        return new WebhookRun(owner, lookups, loops);
    }

    @Override
    public void close() {
        owner.shutdown();
        lookups.shutdown();
    }
}

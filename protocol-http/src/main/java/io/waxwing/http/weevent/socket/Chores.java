package io.waxwing.http.weevent.socket;

import io.netty.channel.EventLoop;
import io.waxwing.http.exchange.SlowReads;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * What a connection reads from the store, one after the other, so that its frames are answered in their order and it
 * takes no more than one thread. On the event loop, but for the reading itself.
 */
final class Chores {
    /** When the threads for reading are all taken, it is asked again after so long. */
    private static final long AGAIN_MS = 5;

    private final SlowReads slow;
    private final EventLoop loop;
    private final Queue<Chore<?>> waiting = new ArrayDeque<>();
    private boolean running;

    private record Chore<T>(Supplier<T> read, Consumer<T> then, Consumer<RuntimeException> failed) {
        /** On a thread that may wait; gives what is to be done on the event loop. */
        Runnable done() {
            try {
                T result = read.get();
                return () -> then.accept(result);
            } catch (RuntimeException thrown) {
                return () -> failed.accept(thrown);
            }
        }
    }

    Chores(SlowReads slow, EventLoop loop) {
        this.slow = slow;
        this.loop = loop;
    }

    int size() {
        return waiting.size() + (running ? 1 : 0);
    }

    <T> void add(Supplier<T> read, Consumer<T> then, Consumer<RuntimeException> failed) {
        waiting.add(new Chore<>(read, then, failed));
        next();
    }

    private void next() {
        Chore<?> chore = running ? null : waiting.peek();
        if (chore == null) {
            return;
        }
        running = true;
        boolean taken = slow.submit(() -> {
            Runnable done = chore.done();
            loop.execute(() -> {
                running = false;
                done.run();
                next();
            });
        });
        if (taken) {
            waiting.remove();
        } else {
            var unused = loop.schedule(
                    () -> {
                        running = false;
                        next();
                    },
                    AGAIN_MS,
                    TimeUnit.MILLISECONDS);
        }
    }

    /** What has not begun is not done. */
    void clear() {
        waiting.clear();
    }
}

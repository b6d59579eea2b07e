package io.waxwing.broker.file;

import io.waxwing.ledger.hash.Hash;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Files that are to be got without anybody reading them, waiting for their turn: each institution that published some
 * has a queue of its own, so that one whose files nobody gives does not stop the others'. One thread.
 */
final class EagerFiles {
    /** Of one institution; others are got when they are read, or after the next start. */
    static final int WAITING = 10_000;

    private final Map<String, Deque<FileMeta>> queues = new LinkedHashMap<>();

    boolean isEmpty() {
        return queues.isEmpty();
    }

    int size() {
        return queues.values().stream().mapToInt(Deque::size).sum();
    }

    /** False if too many of that institution wait. */
    boolean add(String institution, FileMeta meta) {
        Deque<FileMeta> queue = queues.computeIfAbsent(institution, unused -> new ArrayDeque<>());
        return queue.size() < WAITING && queue.add(meta);
    }

    void remove(Hash key) {
        queues.values().forEach(queue -> queue.removeIf(meta -> meta.key().equals(key)));
        queues.values().removeIf(Deque::isEmpty);
    }

    /** Of the institution of which the least is being got, each in turn; null if there is none. */
    @Nullable FileMeta next(ToLongFunction<String> running) {
        String best = null;
        for (String institution : queues.keySet()) {
            if (best == null || running.applyAsLong(institution) < running.applyAsLong(best)) {
                best = institution;
            }
        }
        if (best == null) {
            return null;
        }
        Deque<FileMeta> queue = Objects.requireNonNull(queues.remove(best));
        FileMeta first = queue.removeFirst();
        if (!queue.isEmpty()) {
            queues.put(best, queue);
        }
        return first;
    }
}

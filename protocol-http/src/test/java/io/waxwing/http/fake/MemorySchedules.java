package io.waxwing.http.fake;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.bus.spi.Access;
import io.waxwing.http.exchange.JsonBody;
import io.waxwing.http.processing.Schedules;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/** Schedules in memory that publish nothing; one with a cron expression has a time to come. */
final class MemorySchedules implements Schedules {
    private final Map<String, Shown> all = new TreeMap<>();

    private Shown there(String id) {
        Shown shown = all.get(id);
        if (shown == null) {
            throw new RefusedException(FailureCode.PROCESSING_UNKNOWN, "none");
        }
        return shown;
    }

    @Override
    public CompletableFuture<List<Shown>> list(Access access) {
        return CompletableFuture.completedFuture(List.copyOf(all.values()));
    }

    @Override
    public CompletableFuture<Shown> show(Access access, String id) {
        return CompletableFuture.supplyAsync(() -> there(id));
    }

    @Override
    public CompletableFuture<Put> put(Access access, String id, byte[] body) {
        JsonBody read = JsonBody.of(body, Set.of("at", "cron", "topic", "event"));
        boolean again = read.has("cron");
        Shown made = new Shown(
                id,
                again ? "ann" : "",
                (ObjectNode) read.root(),
                1,
                again ? 60_000 : 0,
                again ? 0 : 1,
                Map.of("fired", 1L),
                again ? "" : "WXW-1405 no");
        boolean created = all.put(id, made) == null;
        return CompletableFuture.completedFuture(new Put(made, created));
    }

    @Override
    public CompletableFuture<Shown> remove(Access access, String id) {
        Shown was = there(id);
        all.remove(id);
        return CompletableFuture.completedFuture(was);
    }
}

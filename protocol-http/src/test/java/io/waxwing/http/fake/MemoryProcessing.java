package io.waxwing.http.fake;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.waxwing.bus.delivery.StartFrom;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.bus.pull.PullTerms;
import io.waxwing.bus.spi.Access;
import io.waxwing.bus.topic.TopicFilter;
import io.waxwing.http.exchange.JsonBody;
import io.waxwing.http.processing.Processing;
import io.waxwing.http.pull.Subscriptions;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** Rules in memory that process nothing; each has its subscription, so that it has dead letters. */
final class MemoryProcessing implements Processing {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Map<String, Shown> all = new TreeMap<>();
    private final Subscriptions subscriptions;

    MemoryProcessing(Subscriptions subscriptions) {
        this.subscriptions = subscriptions;
    }

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
    public CompletableFuture<Put> put(
            Access access, String id, byte[] body, BiFunction<@Nullable String, TopicFilter, StartFrom> starts) {
        JsonBody read = JsonBody.of(body, Set.of("filter", "target", "start"));
        TopicFilter filter = TopicFilter.parse(String.valueOf(read.text("filter")));
        ObjectNode rule = (ObjectNode) read.root();
        JsonNode start = rule.remove("start");
        StartFrom from = starts.apply(start == null ? null : start.asText(), filter);
        boolean created = shown(id, "ann", rule, false);
        return subscriptions
                .put(access, Subscriptions.RULE + id, new Subscriptions.Wish(filter, null, PullTerms.DEFAULT, from, ""))
                .thenApply(put -> new Put(there(id), created));
    }

    private boolean shown(String id, String owner, ObjectNode rule, boolean paused) {
        Shown made = new Shown(
                id, owner, rule, paused, 1, 0, 0, 0, Map.of("done", 3L), "whpk_x", paused ? "WXW-1254 no" : "");
        return all.put(id, made) == null;
    }

    @Override
    public CompletableFuture<Shown> pause(Access access, String id, boolean paused) {
        boolean unused = shown(id, "", there(id).definition(), paused);
        return CompletableFuture.completedFuture(there(id));
    }

    @Override
    public CompletableFuture<Shown> remove(Access access, String id) {
        Shown was = there(id);
        all.remove(id);
        return CompletableFuture.completedFuture(was);
    }

    @Override
    public CompletableFuture<Integer> redrive(Access access, String id) {
        return CompletableFuture.completedFuture(there(id).deadLetters());
    }

    @Override
    public ObjectNode check(byte[] body) {
        JsonBody read = JsonBody.of(body, Set.of("rule"));
        return JSON.createObjectNode().put("matches", read.has("rule")).put("passes", false);
    }
}

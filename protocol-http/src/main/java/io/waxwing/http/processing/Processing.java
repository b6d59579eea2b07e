package io.waxwing.http.processing;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.waxwing.bus.delivery.StartFrom;
import io.waxwing.bus.spi.Access;
import io.waxwing.bus.topic.TopicFilter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * The node's rules. Each belongs to who made it, and is called as a subscription is: others may have one of the same
 * name, the operator says {@code id@owner}. Methods never wait and may be called from any thread; what changes
 * something is on the disk when it is answered. Futures fail with {@link io.waxwing.bus.failure.RefusedException}
 * WXW-1250 to 1253 or 1405, and with {@link io.waxwing.http.exchange.ProblemException} for a body.
 */
public interface Processing {
    /**
     * One as it is.
     *
     * @param owner whose it is, empty while the node asks for nobody
     * @param definition the rule as it was given
     * @param underWay events that are being processed
     * @param waiting events that are to be tried again
     * @param counters what it has done since it was made or changed, or since the node began
     * @param publicKey checks what a receiver is sent; empty if the rule posts nothing
     * @param lastFailure why the last event could not be processed; empty if it could
     */
    record Shown(
            String id,
            String owner,
            ObjectNode definition,
            boolean paused,
            long createdMs,
            int underWay,
            int waiting,
            int deadLetters,
            Map<String, Long> counters,
            String publicKey,
            String lastFailure) {
        public Shown {
            counters = Map.copyOf(counters);
        }
    }

    /** The result of making or changing one. */
    record Put(Shown shown, boolean created) {}

    CompletableFuture<List<Shown>> list(Access access);

    CompletableFuture<Shown> show(Access access, String id);

    /**
     * Makes one or changes it; its place stays.
     *
     * @param body the rule, and for a new one where it begins
     * @param starts what a word means as a start
     */
    CompletableFuture<Put> put(
            Access access, String id, byte[] body, BiFunction<@Nullable String, TopicFilter, StartFrom> starts);

    /** A paused one processes nothing. */
    CompletableFuture<Shown> pause(Access access, String id, boolean paused);

    CompletableFuture<Shown> remove(Access access, String id);

    /** Has dead letters processed again; answers how many. */
    CompletableFuture<Integer> redrive(Access access, String id);

    /**
     * Tries a rule on an event, without doing anything.
     *
     * @param body the rule, a topic, an event
     * @return what would become of it. Takes a bounded time; for a pool
     */
    ObjectNode check(byte[] body);
}

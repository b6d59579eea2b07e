package io.waxwing.http.processing;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.waxwing.bus.spi.Access;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * What the node publishes at times. Each belongs to who made it, and is called as a rule is. Methods never wait and may
 * be called from any thread; what changes something is on the disk when it is answered. They fail with
 * {@link io.waxwing.bus.failure.RefusedException} WXW-1251, 1252, 1405 or 2101, and with
 * {@link io.waxwing.http.exchange.ProblemException} for a body.
 */
public interface Schedules {
    /**
     * One as it is.
     *
     * @param owner whose it is, empty while the node asks for nobody
     * @param definition the schedule as it was given
     * @param nextMs when it publishes next, Unix milliseconds; 0 for never
     * @param lastMs the time that it published for last, 0 for none
     * @param lastFailure why the last event was not taken; empty if it was
     */
    record Shown(
            String id,
            String owner,
            ObjectNode definition,
            long createdMs,
            long nextMs,
            long lastMs,
            Map<String, Long> counters,
            String lastFailure) {
        public Shown {
            counters = Map.copyOf(counters);
        }
    }

    /** The result of making or changing one. */
    record Put(Shown shown, boolean created) {}

    CompletableFuture<List<Shown>> list(Access access);

    CompletableFuture<Shown> show(Access access, String id);

    CompletableFuture<Put> put(Access access, String id, byte[] body);

    CompletableFuture<Shown> remove(Access access, String id);
}

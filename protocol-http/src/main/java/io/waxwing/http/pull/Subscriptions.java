package io.waxwing.http.pull;

import io.waxwing.bus.delivery.StartFrom;
import io.waxwing.bus.event.Event;
import io.waxwing.bus.filter.Cesql;
import io.waxwing.bus.pull.PullCursor.DeadLetter;
import io.waxwing.bus.pull.PullCursor.Lease;
import io.waxwing.bus.pull.PullTerms;
import io.waxwing.bus.spi.Access;
import io.waxwing.bus.topic.TopicFilter;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The node's durable subscriptions. Each belongs to who made it; others, but for the operator, learn nothing of it, and
 * may have one of the same name. The operator names another's by {@code name@owner}, or by the name if only one has it.
 * Methods never wait and may be called from any thread; what changes something is on the disk when it is answered.
 * Futures fail with {@link io.waxwing.bus.failure.RefusedException}: WXW-1220 if there is no such subscription,
 * WXW-1206 for a limit, WXW-2101 if the store fails.
 */
public interface Subscriptions {
    /** What names begin with that are not shown among the others. */
    String HIDDEN = "@";

    /** What the names of those begin with that rules read; no webhook has such an id. */
    String RULE = "@-";

    /** Whether a webhook reads the one of this name. */
    static boolean isWebhook(String name) {
        return name.startsWith(HIDDEN) && !name.startsWith(RULE);
    }

    /** A node without any. */
    Subscriptions NONE = new NoSubscriptions();

    /** What somebody wants; {@code start} counts only for a new one, {@code note} is kept and not looked at. */
    record Wish(TopicFilter filter, @Nullable Cesql sql, PullTerms terms, StartFrom start, String note) {}

    /**
     * One as it is.
     *
     * @param owner whose it is, empty while the node asks for nobody
     * @param next delivery position from which on nothing has been looked at
     * @param leased events that consumers have
     * @param waiting events that are to be given again
     * @param missed events that were not kept any more when it came to them, since the node was started
     */
    record Shown(
            String name,
            String owner,
            TopicFilter filter,
            @Nullable Cesql sql,
            PullTerms terms,
            boolean paused,
            long createdMs,
            long next,
            int leased,
            int waiting,
            int deadLetters,
            long missed,
            String note) {}

    /** The result of making or changing one. */
    record Put(Shown shown, boolean created) {}

    /** An event on loan. */
    record Leased(Lease lease, Event event) {}

    /** What a consumer says about its events. */
    enum Verdict {
        DONE,
        AGAIN,
        /** It is given again as if it had not been lent: nobody has seen it. */
        UNUSED,
        NEVER,
        LONGER
    }

    /** How many leases were settled, and those that were over. */
    record Settled(int settled, List<String> gone) {
        public Settled {
            gone = List.copyOf(gone);
        }
    }

    /** A dead letter with its event; null if that is not there any more. */
    record Dead(DeadLetter letter, @Nullable Event event) {}

    CompletableFuture<List<Shown>> list(Access access);

    CompletableFuture<Shown> show(Access access, String name);

    /** Makes one or changes it; its place stays. Fails with WXW-1203 if the start is not there. */
    CompletableFuture<Put> put(Access access, String name, Wish wish);

    /** Answers what it was. */
    CompletableFuture<Shown> remove(Access access, String name);

    /**
     * Lends up to {@code max} events of together about {@code maxBytes}; waits up to {@code waitMs} for the first one.
     * Cancelling the future ends the wait.
     */
    CompletableFuture<List<Leased>> receive(Access access, String name, int max, long maxBytes, long waitMs);

    /** {@code delayMs}: for {@link Verdict#AGAIN}, null for what the terms say. */
    CompletableFuture<Settled> settle(
            Access access, String name, Verdict verdict, List<String> tokens, @Nullable Long delayMs);

    /** Begins anew there. All leases are over. */
    CompletableFuture<Shown> seek(Access access, String name, StartFrom start);

    /** A paused one lends nothing. */
    CompletableFuture<Shown> pause(Access access, String name, boolean paused);

    /** Dead letters behind a position. */
    CompletableFuture<List<Dead>> deadLetters(Access access, String name, long after, int limit);

    /** Has dead letters given again; answers how many. */
    CompletableFuture<Integer> redrive(Access access, String name, int max);

    /** Forgets all dead letters; answers how many. */
    CompletableFuture<Integer> bury(Access access, String name);
}

package io.waxwing.http.pull;

import io.waxwing.bus.delivery.StartFrom;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.bus.filter.Cesql;
import io.waxwing.bus.pull.PullTerms;
import io.waxwing.bus.topic.TopicFilter;
import io.waxwing.http.exchange.JsonBody;
import io.waxwing.http.exchange.ProblemException;
import io.waxwing.http.stream.StartWords;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads names and bodies of requests. Throws {@link ProblemException} with the place in the body. */
public final class SubscriptionReading {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}(@.{1,256})?");
    private static final int BACKOFF_STEPS = 32;

    private final StartWords starts;

    public SubscriptionReading(StartWords starts) {
        this.starts = starts;
    }

    /**
     * Letters, digits and {@code . _ -}, and of the operator perhaps {@code @} and whose; whoever asks for another name
     * asks for nothing that there can be.
     */
    public static String name(String text) {
        if (!NAME.matcher(text).matches()) {
            throw new RefusedException(
                    FailureCode.PARAMETER, "the name of a subscription has 1 to 64 letters, digits and . _ -");
        }
        return text;
    }

    Subscriptions.Wish wish(byte[] bytes) {
        JsonBody body = JsonBody.of(
                bytes, Set.of("filter", "sql", "start", "ackWaitMs", "maxDeliver", "backoffMs", "maxAckPending"));
        String filter = body.text("filter");
        if (filter == null) {
            throw JsonBody.refused("want a topic filter", "/filter");
        }
        if (filter.startsWith(TopicFilter.SHARE)) {
            throw JsonBody.refused("consumers share a subscription anyway: without $share", "/filter");
        }
        TopicFilter parsed = TopicFilter.parse(filter);
        String sql = body.text("sql");
        PullTerms usual = PullTerms.DEFAULT;
        PullTerms terms = new PullTerms(
                body.number("ackWaitMs", 100, 43_200_000, usual.ackWaitMs()),
                (int) body.number("maxDeliver", 0, 1_000, usual.maxDeliver()),
                body.numbers("backoffMs", BACKOFF_STEPS, 0, 86_400_000, usual.backoffMs()),
                (int) body.number("maxAckPending", 1, 10_000, usual.maxAckPending()));
        return new Subscriptions.Wish(
                parsed, sql == null ? null : Cesql.parse(sql), terms, start(body.text("start"), parsed), "");
    }

    /** Where a new one begins. */
    public StartFrom start(@Nullable String text, TopicFilter filter) {
        return text == null ? StartFrom.NEXT : starts.from(text, !filter.hasWildcard());
    }

    /** What {@code :seek} names. */
    public StartFrom place(byte[] bytes, TopicFilter filter) {
        String to = JsonBody.of(bytes, Set.of("to")).text("to");
        if (to == null) {
            throw JsonBody.refused("want first, last, next, an eventId, a time or a topicSeq", "/to");
        }
        return start(to, filter);
    }

    /** How much a consumer asks for. */
    record Portion(int max, long waitMs) {}

    static Portion portion(byte[] bytes, int most, long longestWaitMs) {
        JsonBody body = JsonBody.of(bytes, Set.of("max", "waitMs"));
        return new Portion((int) body.number("max", 1, most, 10), body.number("waitMs", 0, longestWaitMs, 0));
    }

    /** What a consumer says about which leases. */
    record Said(List<String> tokens, @Nullable Long delayMs) {}

    static Said said(byte[] bytes, int most, boolean delays) {
        JsonBody body = JsonBody.of(bytes, delays ? Set.of("lockTokens", "delayMs") : Set.of("lockTokens"));
        Long delay = delays && body.has("delayMs") ? body.number("delayMs", 0, 86_400_000, 0) : null;
        return new Said(body.texts("lockTokens", most), delay);
    }

    static int redriven(byte[] bytes) {
        return (int) JsonBody.of(bytes, Set.of("max")).number("max", 1, Integer.MAX_VALUE, Integer.MAX_VALUE);
    }
}

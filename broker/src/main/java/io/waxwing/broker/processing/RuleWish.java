package io.waxwing.broker.processing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.waxwing.bus.delivery.StartFrom;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.bus.spi.Access;
import io.waxwing.bus.topic.TopicFilter;
import io.waxwing.http.exchange.JsonBody;
import io.waxwing.http.exchange.Problem;
import java.util.HashSet;
import java.util.Set;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * What somebody who makes a rule wants.
 *
 * @param start where a new one begins
 */
record RuleWish(Rule rule, StartFrom start) {
    private static final String START = "start";

    /** Throws {@link io.waxwing.http.exchange.ProblemException} 400 with the place of what is wrong. */
    static RuleWish of(byte[] body, BiFunction<@Nullable String, TopicFilter, StartFrom> starts, int maxBytes) {
        if (body.length > maxBytes) {
            throw Problem.of(FailureCode.REQUEST_TOO_LARGE, "a rule has at most " + maxBytes + " bytes (rules.size)")
                    .asException();
        }
        Set<String> known = new HashSet<>(RuleReading.MEMBERS);
        known.add(START);
        JsonBody whole = JsonBody.of(body, known);
        String start = whole.text(START);
        ObjectNode json = (ObjectNode) whole.root();
        JsonNode unused = json.remove(START);
        Rule rule = RuleReading.rule(json, "");
        return new RuleWish(rule, starts.apply(start, rule.filter()));
    }

    /** Throws {@link RefusedException} WXW-1405 unless he may read and write what the rule reads and writes. */
    void requireRights(Access access) {
        if (!access.maySubscribe(rule.filter())) {
            throw denied(access, "subscribe to " + rule.filter());
        }
        for (String topic : Loops.Flow.of(rule).to()) {
            if (!access.mayPublishSome(topic)) {
                throw denied(access, "publish to " + topic);
            }
        }
    }

    private static RefusedException denied(Access access, String what) {
        return new RefusedException(
                FailureCode.NOT_GRANTED, "no grant lets '" + access.principal().name() + "' " + what);
    }
}

package io.waxwing.broker.processing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.http.exchange.JsonBody;
import io.waxwing.http.exchange.ProblemException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Set;

/**
 * What a rule is beside its subscription, kept as that one's note.
 *
 * @param secret see {@link Derivation}; stays as long as the rule
 * @param receiver of {@link io.waxwing.http.webhook.Sender}; empty if it posts nothing
 */
record Note(Rule rule, String secret, String receiver) {
    private static final int SECRET_BYTES = 16;
    private static final SecureRandom RANDOM = new SecureRandom();

    /** Of a rule that is new. */
    static Note fresh(Rule rule, String receiver) {
        byte[] secret = new byte[SECRET_BYTES];
        RANDOM.nextBytes(secret);
        return new Note(rule, HexFormat.of().formatHex(secret), receiver);
    }

    Note with(Rule now, String then) {
        return new Note(now, secret, then);
    }

    String text() {
        ObjectNode note = JsonNodeFactory.instance.objectNode();
        note.set("rule", rule.json());
        return note.put("secret", secret).put("receiver", receiver).toString();
    }

    /** Throws {@link RefusedException} WXW-2104 if it is no such note. */
    static Note of(String text) {
        try {
            JsonBody body = JsonBody.of(text.getBytes(StandardCharsets.UTF_8), Set.of("rule", "secret", "receiver"));
            JsonNode rule = body.node("rule");
            String secret = body.text("secret");
            String receiver = body.text("receiver");
            if (rule != null && secret != null && receiver != null) {
                return new Note(RuleReading.rule(rule, "/rule"), secret, receiver);
            }
        } catch (ProblemException damaged) {
            throw new RefusedException(
                    FailureCode.DATA_DAMAGED,
                    "a rule's note cannot be read: " + damaged.problem().detail());
        }
        throw new RefusedException(FailureCode.DATA_DAMAGED, "a rule's note is not whole");
    }
}

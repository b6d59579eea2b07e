package io.waxwing.bus.filter;

import static org.assertj.core.api.Assertions.assertThat;

import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.cloudevents.sql.EvaluationRuntime;
import io.cloudevents.sql.Result;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Random expressions pass or not as in the evaluator of the CloudEvents SDK, which shares no code with ours. */
class CesqlOracleTest {
    private static final int EXPRESSIONS = Integer.getInteger("cesql.expressions", 20_000);
    private static final Map<String, String> EVENT =
            Map.of("id", "7", "source", "//a", "type", "t.x", "subject", "50%", "hop", "3", "flag", "true");

    @Test
    void bothLetTheSameEventsPass() {
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.println("CesqlOracleTest seed " + seed);
        SplittableRandom random = new SplittableRandom(seed);
        CloudEvent event = CloudEventBuilder.v1()
                .withId("7")
                .withSource(URI.create("//a"))
                .withType("t.x")
                .withSubject("50%")
                .withExtension("hop", "3")
                .withExtension("flag", "true")
                .build();
        int passed = 0;
        for (int i = 0; i < EXPRESSIONS; i++) {
            String expression = expression(random, 3);
            boolean ours = Cesql.parse(expression).matches(EVENT::get);
            boolean theirs = theirs(expression, event);
            // It forgets errors on the left of OR, which section 1.2 does not allow.
            boolean forgets = !ours && expression.contains(" OR ");
            assertThat(ours || forgets ? theirs || forgets : !theirs)
                    .as("seed %d: %s", seed, expression)
                    .isTrue();
            passed += ours ? 1 : 0;
        }
        assertThat(passed).isBetween(EXPRESSIONS / 20, EXPRESSIONS);
    }

    private static boolean theirs(String expression, CloudEvent event) {
        Result result = io.cloudevents.sql.Parser.getDefault()
                .parse(expression)
                .evaluate(EvaluationRuntime.getDefault(), event);
        return !result.isFailed() && Boolean.TRUE.equals(result.value());
    }

    private static String expression(SplittableRandom random, int depth) {
        if (depth == 0 || random.nextInt(6) == 0) {
            return one(random, "flag", "hop", "id", "none", "type");
        }
        String left = expression(random, depth - 1);
        return switch (random.nextInt(9)) {
            case 0 -> "(" + left + ")";
            case 1 -> "NOT " + "(" + left + ")";
            case 2 -> left + one(random, " AND ", " OR ", " XOR ") + expression(random, depth - 1);
            case 3 -> left + one(random, " = ", " != ", " <> ", " < ", " <= ", " > ", " >= ") + atom(random);
            case 4 -> atom(random) + one(random, " + ", " - ", " * ", " / ", " % ") + atom(random);
            case 5 -> atom(random) + one(random, " LIKE ", " NOT LIKE ") + one(random, "'%'", "'t._'", "'5%\\%'", "''");
            case 6 -> atom(random) + one(random, " IN ", " NOT IN ") + "(" + atom(random) + ", " + atom(random) + ")";
            case 7 -> "EXISTS " + one(random, "id", "hop", "none");
            default -> call(random, atom(random));
        };
    }

    private static String call(SplittableRandom random, String of) {
        return switch (random.nextInt(7)) {
            case 0 -> "LENGTH(" + of + ") > 1";
            case 1 -> "CONCAT(" + of + ", " + atom(random) + ") = '33'";
            case 2 -> "UPPER(" + of + ") = 'T.X'";
            case 3 -> "LEFT(" + of + ", " + atom(random) + ") = '3'";
            case 4 -> "SUBSTRING(" + of + ", " + random.nextInt(-4, 5) + ", " + random.nextInt(3) + ") = 't'";
            case 5 -> "ABS(" + of + ") = 3";
            default -> one(random, "IS_INT", "IS_BOOL", "BOOL", "INT") + "(" + of + ")";
        };
    }

    private static String atom(SplittableRandom random) {
        return one(
                random, "id", "hop", "flag", "type", "subject", "none", "true", "false", "'3'", "'TRUE'", "'x'", "''",
                "0", "1", "3", "-1", "7");
    }

    private static String one(SplittableRandom random, String... of) {
        return List.of(of).get(random.nextInt(of.length));
    }
}

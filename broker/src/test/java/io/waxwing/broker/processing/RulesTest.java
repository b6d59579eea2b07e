package io.waxwing.broker.processing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rules on a whole node, over HTTP. */
class RulesTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path folder = Path.of("");

    private ProcessingNode node;

    @BeforeEach
    void start() {
        node = new ProcessingNode(folder).start();
    }

    @AfterEach
    void stop() {
        node.close();
    }

    @Test
    void severalRulesOnOneTopicAllSeeEachEventAndDoNotDisturbEachOther() throws Exception {
        node.watch("out/#");
        node.rule(
                "hot",
                "{\"filter\":\"m/+\",\"bind\":{\"t\":\"/t\"},\"where\":\"t > 30\",\"target\":{\"topic\":\"out/hot\"}}");
        node.rule(
                "cold",
                "{\"filter\":\"m/+\",\"bind\":{\"t\":\"/t\"},\"where\":\"t <= 30\",\"target\":{\"topic\":\"out/cold\"}}");
        node.rule("broken", "{\"filter\":\"m/+\",\"project\":\"${/none}\",\"target\":{\"topic\":\"out/broken\"}}");
        node.rule("all", "{\"filter\":\"m/#\",\"target\":{\"topic\":\"out/all\"}}");
        node.publish("m/1", "{\"t\":31}");
        node.publish("m/2", "{\"t\":3}");
        Set<String> got = new HashSet<>();
        for (int i = 0; i < 4; i++) {
            JsonNode event = node.next("out/#");
            got.add(event.get("wxwtopic").asText() + " " + event.at("/data/t").asText());
        }
        assertThat(got).containsExactlyInAnyOrder("out/hot 31", "out/cold 3", "out/all 31", "out/all 3");
        assertThat(node.until("hot", "/counters/done", 1)
                        .at("/counters/passedOver")
                        .asInt())
                .isPositive();
        assertThat(node.until("broken", "/deadLetters", 2).get("lastFailure").asText())
                .startsWith("WXW-1254 ");
    }

    @Test
    void whatComesOutIsJsonWhateverWentIn() throws Exception {
        node.watch("out");
        node.rule(
                "shape",
                "{\"filter\":\"m/+\",\"bind\":{\"t\":\"/t\"},\"type\":\"com.example.shaped\",\"target\":{\"topic\":\"out\"},\"project\":{"
                        + "\"t\":\"${t}\",\"text\":\"t=${t}, ${/s}, $${x}\",\"from\":\"${wxwtopic}\",\"all\":\"${data}\",\"list\":[1.50,\"${/l}\"],"
                        + "\"none\":\"${/none?}\",\"some\":\"<${/none?}>\",\"flag\":true,\"null\":null}}");
        String nasty = "a\\\"b\\\\c\\u0000\\n}',{$\\u20ac";
        node.publish("m/1", "{\"t\":21.50,\"s\":\"" + nasty + "\",\"l\":[{\"k\":null}]}");
        JsonNode event = node.next("out");
        JsonNode in = JSON.readTree("{\"s\":\"" + nasty + "\"}");
        assertThat(event.get("datacontenttype").asText()).isEqualTo("application/json");
        assertThat(event.get("type").asText()).isEqualTo("com.example.shaped");
        JsonNode data = event.get("data");
        assertThat(data.get("t").isNumber()).isTrue();
        assertThat(data.get("t").decimalValue()).isEqualByComparingTo("21.5");
        assertThat(data.get("text").asText())
                .isEqualTo("t=21.50, " + in.get("s").asText() + ", ${x}");
        assertThat(data.get("from").asText()).isEqualTo("m/1");
        assertThat(data.at("/all/s")).isEqualTo(in.get("s"));
        assertThat(data.at("/list/1/0/k").isNull()).isTrue();
        assertThat(data.get("none").isNull()).isTrue();
        assertThat(data.get("some").asText()).isEqualTo("<>");
        assertThat(event.get("wxwrule").asText()).isEqualTo("shape");
        assertThat(event.get("wxwhops").asText()).isEqualTo("1");
        assertThat(event.get("wxwcause").asText()).contains("-1-");
        assertThat(event.get("source").asText()).endsWith("/rules/shape");
    }

    @Test
    void dataThatAreNoJsonPassThroughAndAreADeadLetterWhereTheyAreLookedInto() throws Exception {
        node.watch("out");
        node.watch("dead");
        node.rule("through", "{\"filter\":\"m\",\"target\":{\"topic\":\"out\"}}");
        node.rule(
                "into",
                "{\"filter\":\"m\",\"project\":{\"x\":\"${/x}\"},\"target\":{\"topic\":\"o2\"},\"deadLetterTopic\":\"dead\"}");
        JsonNode unused = node.call(
                201, "POST", "/v1/topics/m/events", "\u0001plain", "content-type", "application/octet-stream");
        assertThat(node.next("out").get("data_base64").asText()).isEqualTo("AXBsYWlu");
        JsonNode dead = node.next("dead");
        assertThat(dead.get("wxwerror").asText()).isEqualTo("WXW-1254 ${/x}: the event's data are no JSON");
        assertThat(dead.get("data_base64").asText()).isEqualTo("AXBsYWlu");
    }

    @Test
    void deadLettersAreKeptAndDoneAgainWhenTheRuleIsMended() throws Exception {
        node.watch("out");
        node.rule("r", "{\"filter\":\"m\",\"project\":\"${/wrong}\",\"target\":{\"topic\":\"out\"}}");
        node.publish("m", "{\"right\":7}");
        JsonNode shown = node.until("r", "/deadLetters", 1);
        assertThat(shown.get("lastFailure").asText()).contains("${/wrong}: the event has nothing there");
        JsonNode letters = node.call(200, "GET", "/v1/rules/r/dead-letters", "");
        assertThat(letters.at("/deadLetters/0/reason").asText()).isEqualTo("rejected");
        assertThat(letters.at("/deadLetters/0/event/data/right").asInt()).isEqualTo(7);
        JsonNode unused = node.call(
                200,
                "PUT",
                "/v1/rules/r",
                "{\"filter\":\"m\",\"project\":\"${/right}\",\"target\":{\"topic\":\"out\"}}");
        assertThat(node.call(200, "POST", "/v1/rules/r:redrive", "")
                        .get("redriven")
                        .asInt())
                .isOne();
        assertThat(node.next("out").get("data").asInt()).isEqualTo(7);
        node.publish("m", "{}");
        JsonNode again = node.until("r", "/deadLetters", 1);
        assertThat(again.at("/counters/done").asInt()).isOne();
        assertThat(node.call(200, "DELETE", "/v1/rules/r/dead-letters", "")
                        .get("forgotten")
                        .asInt())
                .isOne();
    }

    @Test
    void whoReadsADeadLetterCannotTakeAwayWhatComesOfItLater() throws Exception {
        node.watch("out");
        node.watch("dead");
        node.rule(
                "r",
                "{\"filter\":\"m\",\"project\":\"${/wrong}\",\"target\":{\"topic\":\"out\"},\"deadLetterTopic\":\"dead\"}");
        node.publish("m", "{\"right\":7}");
        JsonNode dead = node.next("dead");
        JsonNode unused = node.until("r", "/deadLetters", 1);
        String guessed = dead.get("id").asText().replace("dead-", "");
        unused = node.call(
                201,
                "POST",
                "/v1/topics/out/events",
                "{\"specversion\":\"1.0\",\"id\":\"" + guessed + "\",\"source\":" + dead.get("source")
                        + ",\"type\":\"t\",\"data\":0}",
                "content-type",
                "application/cloudevents+json");
        assertThat(node.next("out").get("data").asInt()).isZero();
        unused = node.call(
                200,
                "PUT",
                "/v1/rules/r",
                "{\"filter\":\"m\",\"project\":\"${/right}\",\"target\":{\"topic\":\"out\"}}");
        unused = node.call(200, "POST", "/v1/rules/r:redrive", "");
        assertThat(node.next("out").get("data").asInt()).isEqualTo(7);
    }

    @Test
    void aRuleThatFeedsItselfIsRefusedWithTheWayItGoes() throws Exception {
        assertThat(node.call(409, "PUT", "/v1/rules/self", "{\"filter\":\"a/#\",\"target\":{\"topic\":\"a/b\"}}")
                        .get("detail")
                        .asText())
                .endsWith("self -> self");
        node.rule("one", "{\"filter\":\"a\",\"target\":{\"topic\":\"b/1\"}}");
        node.rule("two", "{\"filter\":\"b/+\",\"target\":{\"topic\":\"c\"}}");
        JsonNode refused = node.call(409, "PUT", "/v1/rules/three", "{\"filter\":\"c\",\"target\":{\"topic\":\"a\"}}");
        assertThat(refused.get("code").asText()).isEqualTo("WXW-1253");
        assertThat(refused.get("detail").asText()).endsWith("three -> one -> two -> three");
        JsonNode byLetters = node.call(
                409,
                "PUT",
                "/v1/rules/three",
                "{\"filter\":\"c\",\"target\":{\"topic\":\"d\"},\"deadLetterTopic\":\"a\"}");
        assertThat(byLetters.get("detail").asText()).contains("three -> one");
        node.rule("three", "{\"filter\":\"c\",\"target\":{\"topic\":\"d\"}}");
        JsonNode changed = node.call(409, "PUT", "/v1/rules/one", "{\"filter\":\"d\",\"target\":{\"topic\":\"b/1\"}}");
        assertThat(changed.get("detail").asText()).endsWith("one -> two -> three -> one");
        assertThat(node.call(200, "GET", "/v1/rules/one", "").get("filter").asText())
                .isEqualTo("a");
    }

    @Test
    void anEventThatGoesRoundByOtherWaysEndsAsADeadLetter() throws Exception {
        node.watch("out");
        node.watch("dead");
        node.rule("r", "{\"filter\":\"m\",\"target\":{\"topic\":\"out\"},\"deadLetterTopic\":\"dead\"}");
        for (String hops : new String[] {"7", "8", "many"}) {
            JsonNode unused = node.call(
                    201,
                    "POST",
                    "/v1/topics/m/events",
                    "1",
                    "ce-specversion",
                    "1.0",
                    "ce-id",
                    "h" + hops,
                    "ce-source",
                    "//x",
                    "ce-type",
                    "t",
                    "ce-wxwhops",
                    hops,
                    "content-type",
                    "application/json");
        }
        assertThat(node.next("out").get("wxwhops").asText()).isEqualTo("8");
        for (int i = 0; i < 2; i++) {
            assertThat(node.next("dead").get("wxwerror").asText())
                    .isEqualTo("WXW-1253 the event has gone through 8 rules already");
        }
        assertThat(node.metric("waxwing_processing_loops_total")).endsWith(" 2.0");
        assertThat(node.events("out")).hasSize(1);
    }

    @Test
    void aTemplateThatRepeatsLargeDataIsStoppedAtTheLimitOfOneEvent() throws Exception {
        StringBuilder bomb = new StringBuilder("[0");
        for (int i = 0; i < 900; i++) {
            bomb.append(",\"${data}\"");
        }
        node.rule("bomb", "{\"filter\":\"m\",\"project\":" + bomb + "],\"target\":{\"topic\":\"out\"}}");
        node.publish("m", "\"" + "x".repeat(200_000) + "\"");
        assertThat(node.until("bomb", "/deadLetters", 1).get("lastFailure").asText())
                .startsWith("WXW-1254 the result has more than ");
    }

    @Test
    void aPausedRuleWaitsAndOneThatIsGoneDoesNothing() throws Exception {
        node.watch("out");
        node.rule("r", "{\"filter\":\"m\",\"target\":{\"topic\":\"out\"}}");
        assertThat(node.call(200, "POST", "/v1/rules/r:pause", "").get("state").asText())
                .isEqualTo("paused");
        node.publish("m", "1");
        assertThat(node.call(200, "GET", "/v1/rules/r", "").at("/counters/done").asInt())
                .isZero();
        assertThat(node.call(200, "POST", "/v1/rules/r:resume", "").get("state").asText())
                .isEqualTo("active");
        assertThat(node.next("out").get("data").asInt()).isOne();
        assertThat(node.call(200, "GET", "/v1/rules", "").at("/rules/0/id").asText())
                .isEqualTo("r");
        JsonNode unused = node.call(204, "DELETE", "/v1/rules/r", "");
        assertThat(node.call(404, "GET", "/v1/rules/r", "").get("code").asText())
                .isEqualTo("WXW-1251");
        assertThat(node.call(200, "GET", "/v1/rules", "").get("rules")).isEmpty();
        assertThat(node.call(200, "GET", "/v1/subscriptions", "").get("subscriptions"))
                .hasSize(1);
        assertThat(node.call(200, "GET", "/v1/webhooks", "").get("webhooks")).isEmpty();
    }

    @Test
    void afterARestartARuleGoesOnWhereItStoodAndDoesNothingTwice() throws Exception {
        node.watch("out");
        node.rule("r", "{\"filter\":\"m\",\"target\":{\"topic\":\"out\"},\"start\":\"first\"}");
        node.publish("m", "1");
        JsonNode unused = node.until("r", "/counters/done", 1);
        assertThat(node.next("out").get("data").asInt()).isOne();
        node.stop();
        node.start();
        node.publish("m", "2");
        assertThat(node.next("out").get("data").asInt()).isEqualTo(2);
        assertThat(node.events("out").findValuesAsText("data")).containsExactly("1", "2");
    }

    @Test
    void aRuleThatWasMadeAnewDoesItAllAgain() throws Exception {
        String rule = "{\"filter\":\"m\",\"target\":{\"topic\":\"out\"},\"start\":\"first\"}";
        node.watch("out");
        node.publish("m", "1");
        node.rule("r", rule);
        String first = node.next("out").get("id").asText();
        JsonNode unused = node.call(204, "DELETE", "/v1/rules/r", "");
        node.rule("r", rule);
        assertThat(node.next("out").get("id").asText()).isNotEqualTo(first);
    }

    @Test
    void aCheckSaysWhatWouldBecomeOfAnEvent() throws Exception {
        String rule = "\"rule\":{\"filter\":\"m/+\",\"bind\":{\"t\":{\"at\":\"/t\",\"scale\":1}},\"where\":\"t > 305\","
                + "\"project\":{\"warm\":\"${t}\"},\"target\":{\"topic\":\"out\"}}";
        JsonNode warm = node.call(
                200, "POST", "/v1/rules:check", "{" + rule + ",\"topic\":\"m/1\",\"event\":{\"data\":{\"t\":30.6}}}");
        assertThat(warm.at("/event/data").toString()).isEqualTo("{\"warm\":30.6}");
        JsonNode cold = node.call(
                200, "POST", "/v1/rules:check", "{" + rule + ",\"topic\":\"m/1\",\"event\":{\"data\":{\"t\":30.5}}}");
        assertThat(cold.toString()).isEqualTo("{\"matches\":true,\"passes\":false}");
        JsonNode text = node.call(
                200,
                "POST",
                "/v1/rules:check",
                "{" + rule + ",\"topic\":\"m/1\",\"event\":{\"data\":{\"t\":\"hot\"}}}");
        assertThat(text.get("problem").asText()).contains("'hot' is no Integer");
        JsonNode elsewhere = node.call(
                200,
                "POST",
                "/v1/rules:check",
                "{" + rule + ",\"topic\":\"n\",\"event\":{\"type\":\"t\",\"data\":{\"t\":99}}}");
        assertThat(elsewhere.get("matches").asBoolean()).isFalse();
        JsonNode fails = node.call(
                200,
                "POST",
                "/v1/rules:check",
                "{\"rule\":{\"filter\":\"m\",\"project\":\"${/x}\",\"target\":{\"topic\":\"o\"}},\"topic\":\"m\",\"event\":{}}");
        assertThat(fails.get("error").asText()).isEqualTo("WXW-1254 ${/x}: the event's data are no JSON");
    }
}

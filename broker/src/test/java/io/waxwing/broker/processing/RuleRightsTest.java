package io.waxwing.broker.processing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.waxwing.bus.identity.Action;
import io.waxwing.bus.identity.Grant;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whose a rule is, what it may do in his name, and how many there may be. */
class RuleRightsTest {
    private static final Grant PUBLISH_OUT = ProcessingNode.may(Action.PUBLISH, "out/#");
    private static final String RULE = "{\"filter\":\"m/#\",\"target\":{\"topic\":\"out/1\"},\"backoffMs\":[1]}";

    @TempDir
    private Path folder = Path.of("");

    private ProcessingNode node;

    @BeforeEach
    void start() throws Exception {
        node = new ProcessingNode(folder, "rules.maxPerUser", "2", "rules.max", "3", "rules.size", "1KiB");
        for (String user : new String[] {"alice", "bob", "carol"}) {
            node.user(
                    user,
                    ProcessingNode.may(Action.PUBLISH, "m/#"),
                    ProcessingNode.may(Action.SUBSCRIBE, "m/#"),
                    ProcessingNode.may(Action.SUBSCRIBE, "out/#"),
                    PUBLISH_OUT);
        }
        node.access().quota("carol", "bytes 1");
        node.start();
    }

    @AfterEach
    void stop() {
        node.close();
    }

    private JsonNode rule(String user, int status, String id, String json) throws Exception {
        return node.as(user, status, "PUT", "/v1/rules/" + id, json);
    }

    @Test
    void aRuleReadsAndWritesOnlyWhatItsOwnerMay() throws Exception {
        String secret = RULE.replace("m/#", "#");
        assertThat(rule("alice", 403, "r", secret).get("detail").asText()).endsWith("subscribe to #");
        String elsewhere = RULE.replace("out/1", "secret");
        assertThat(rule("alice", 403, "r", elsewhere).get("detail").asText()).endsWith("publish to secret");
        String letters = RULE.replace("\"backoffMs\":[1]", "\"deadLetterTopic\":\"secret\"");
        assertThat(rule("alice", 403, "r", letters).get("code").asText()).isEqualTo("WXW-1405");
    }

    @Test
    void whenTheGrantToPublishIsTakenBackEventsAreDeadLettersAndGoOutWhenItIsGivenAgain() throws Exception {
        JsonNode unused = rule("alice", 201, "r", RULE);
        unused = node.as("bob", 201, "PUT", "/v1/subscriptions/wout-1", "{\"filter\":\"out/1\"}");
        node.access().revoke("alice", PUBLISH_OUT);
        JsonNode shown = unused;
        while (shown.path("deadLetters").asInt() == 0) { // The file is read again within a second or so.
            unused = node.as("bob", 201, "POST", "/v1/topics/m/1/events", "7");
            shown = node.as("alice", 200, "GET", "/v1/rules/r", "");
        }
        assertThat(shown.get("lastFailure").asText()).isEqualTo("WXW-1405 the rule's owner may not publish to out/1");
        node.access().grant("alice", PUBLISH_OUT);
        while (node.send("alice", "PUT", "/v1/rules/r", RULE).statusCode() != 200) {
            Thread.onSpinWait();
        }
        unused = node.as("alice", 200, "POST", "/v1/rules/r:redrive", "");
        assertThat(node.next("bob", "out/1").get("data").asInt()).isEqualTo(7);
    }

    @Test
    void whatARulePublishesCountsAgainstItsOwnersQuota() throws Exception {
        JsonNode unused = rule("carol", 201, "r", RULE);
        unused = node.as("bob", 201, "PUT", "/v1/subscriptions/wout-1", "{\"filter\":\"out/1\"}");
        unused = node.as("bob", 201, "POST", "/v1/topics/m/1/events", "7");
        assertThat(node.next("bob", "out/1").get("data").asInt()).isEqualTo(7);
        assertThat(node.as("carol", 429, "POST", "/v1/topics/m/1/events", "8")
                        .get("code")
                        .asText())
                .isEqualTo("WXW-1107");
    }

    @Test
    void whatTheOwnerMayNotReadAnyMoreIsPassedOver() throws Exception {
        JsonNode unused = rule("alice", 201, "r", RULE);
        unused = node.as("alice", 200, "POST", "/v1/rules/r:pause", "");
        node.access().revoke("alice", ProcessingNode.may(Action.SUBSCRIBE, "m/#"));
        while (node.send("alice", "PUT", "/v1/rules/other", RULE).statusCode() != 403) {
            unused = node.as("alice", 204, "DELETE", "/v1/rules/other", "");
        }
        unused = node.as("bob", 201, "POST", "/v1/topics/m/1/events", "7");
        unused = node.as("alice", 200, "POST", "/v1/rules/r:resume", "");
        ProcessingNode.until(
                "passed over", () -> node.metric("waxwing_pull_hidden_total").endsWith(" 1.0"));
        assertThat(node.as("operator", 404, "GET", "/v1/topics/out/1", "")
                        .get("code")
                        .asText())
                .isEqualTo("WXW-1202");
    }

    @Test
    void eachUserHasNamesOfHisOwnAndTheOperatorSeesAll() throws Exception {
        JsonNode unused = rule("alice", 201, "r", RULE);
        unused = rule("bob", 201, "r", RULE);
        assertThat(node.as("bob", 200, "GET", "/v1/rules", "").get("rules")).hasSize(1);
        assertThat(node.as("operator", 200, "GET", "/v1/rules", "").get("rules"))
                .hasSize(2);
        assertThat(node.as("bob", 404, "GET", "/v1/rules/r@alice", "")
                        .get("code")
                        .asText())
                .isEqualTo("WXW-1251");
        assertThat(node.as("operator", 200, "GET", "/v1/rules/r@alice", "")
                        .get("owner")
                        .asText())
                .isEqualTo("alice");
        unused = node.as("operator", 204, "DELETE", "/v1/rules/r@alice", "");
        unused = node.as("alice", 404, "DELETE", "/v1/rules/r", "");
        unused = rule("alice", 404, "r@bob", RULE);
        unused = node.as("", 401, "GET", "/v1/rules", "");
    }

    @Test
    void aLoopThroughSomebodyElsesRuleDoesNotSayWhatItIsCalled() throws Exception {
        JsonNode unused = rule("alice", 201, "mine", RULE);
        assertThat(rule("bob", 409, "back", "{\"filter\":\"out/+\",\"target\":{\"topic\":\"m/9\"}}")
                        .get("detail")
                        .asText())
                .endsWith("back -> a rule of somebody else -> back");
    }

    @Test
    void thereAreOnlySoManyAndSoLarge() throws Exception {
        JsonNode unused = rule("alice", 201, "a", RULE);
        unused = rule("alice", 201, "b", RULE);
        assertThat(rule("alice", 429, "c", RULE).get("detail").asText()).contains("rules.maxPerUser");
        unused = rule("alice", 200, "b", RULE);
        unused = rule("bob", 201, "a", RULE);
        assertThat(rule("bob", 429, "b", RULE).get("code").asText()).isEqualTo("WXW-1252");
        String large = RULE.replace("\"out/1\"", "\"" + "x".repeat(1_024) + "\"");
        assertThat(rule("alice", 413, "a", large).get("detail").asText()).contains("rules.size");
    }

    @Test
    void whoManagedARuleStandsInTheAuditLog() throws Exception {
        JsonNode unused = rule("alice", 201, "a", RULE);
        unused = node.as("alice", 200, "POST", "/v1/rules/a:pause", "");
        unused = node.as("alice", 204, "DELETE", "/v1/rules/a", "");
        String check = "{\"rule\":" + RULE + ",\"topic\":\"m/1\",\"event\":{}}";
        unused = node.as("alice", 200, "POST", "/v1/rules:check", check);
        String log = java.nio.file.Files.readString(folder.resolve("data/audit/log.jsonl"));
        assertThat(log).contains("rules.put", "rules.pause", "rules.delete").doesNotContain(".check");
    }
}

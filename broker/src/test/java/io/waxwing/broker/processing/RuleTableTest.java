package io.waxwing.broker.processing;

import static io.waxwing.broker.processing.ProcessingNode.may;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.waxwing.bus.identity.Action;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rules that write to tables of real databases. */
class RuleTableTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String TABLE = "CREATE TABLE readings (event_id VARCHAR(64) PRIMARY KEY, n DECIMAL(20,3), "
            + "ratio DOUBLE PRECISION, ok BOOLEAN, at TIMESTAMP WITH TIME ZONE, local_at TIMESTAMP, on_day DATE, "
            + "raw CLOB, who VARCHAR(40))";
    private static final String COLUMNS = "{\"n\":\"${/n}\",\"ratio\":\"${/ratio?}\",\"ok\":\"${/ok?}\","
            + "\"at\":\"${/at?}\",\"local_at\":\"${/at?}\",\"on_day\":\"${/at?}\",\"raw\":\"${data}\",\"who\":\"${/who?}\"}";

    @TempDir
    private Path folder = Path.of("");

    private Plant plant;
    private ProcessingNode node;

    @BeforeEach
    void start() throws Exception {
        plant = new Plant(folder);
        plant.sql(TABLE);
        node = new ProcessingNode(folder).config(plant.config("")).start();
    }

    @AfterEach
    void stop() throws Exception {
        node.close();
        plant.close();
    }

    private static String rule(String connection, String more) {
        return "{\"filter\":\"m\",\"target\":{\"jdbc\":{\"connection\":\"" + connection
                + "\",\"table\":\"readings\",\"key\":\"event_id\",\"columns\":" + COLUMNS + "}}" + more + "}";
    }

    private static String into(String table, String key, String columns) throws Exception {
        var jdbc = JSON.createObjectNode()
                .put("connection", "plant")
                .put("table", table)
                .put("key", key);
        jdbc.set("columns", JSON.readTree(columns));
        var rule = JSON.createObjectNode().put("filter", "m");
        rule.putObject("target").set("jdbc", jdbc);
        return rule.toString();
    }

    @Test
    void valuesHaveTheTypesOfTheirColumnsAndObjectsAreTextsOfJson() throws Exception {
        node.rule("keep", rule("plant", ""));
        node.publish(
                "m",
                "{\"n\":12345678901234.125,\"ratio\":0.1,\"ok\":true,\"at\":\"2026-03-01T23:30:00-02:00\",\"who\":\"Zoë\"}");
        node.publish("m", "{\"n\":-7,\"deep\":{\"a\":[1,null]}}");
        List<String> rows = plant.rows(
                "SELECT n, ratio, ok, at AT TIME ZONE 'UTC', local_at, on_day, who FROM readings ORDER BY n DESC", 2);
        assertThat(rows.get(0))
                .isEqualTo("12345678901234.125|0.1|TRUE|2026-03-02 01:30:00+00|2026-03-02 01:30:00|2026-03-02|Zoë");
        assertThat(rows.get(1)).isEqualTo("-7.000|null|null|null|null|null|null");
        assertThat(plant.rows("SELECT raw FROM readings WHERE n = -7"))
                .containsExactly("{\"n\":-7,\"deep\":{\"a\":[1,null]}}");
        assertThat(node.until("keep", "/counters/done", 2).at("/deadLetters").asInt())
                .isZero();
        assertThat(node.metric("waxwing_jdbc_rows_total")).contains("plant").contains("new");
        assertThat(node.metric("waxwing_jdbc_connected{connection=\"plant\"")).endsWith(" 1.0");
    }

    @Test
    void anotherDatabaseTakesTheSameRule() throws Exception {
        plant.fileSql(TABLE);
        node.rule("keep", rule("file", ""));
        node.publish("m", "{\"n\":1.5,\"ratio\":0.25,\"ok\":true,\"who\":\"a\"}");
        node.publish("m", "{\"n\":3}");
        JsonNode unused = node.until("keep", "/counters/done", 2);
        assertThat(plant.fileRows("SELECT n, ratio, ok, who FROM readings ORDER BY n"))
                .containsExactly("1.5|0.25|1|a", "3|null|null|null");
    }

    @Test
    void whatLooksLikeSqlIsAValueLikeAnyOther() throws Exception {
        node.rule("keep", rule("plant", ""));
        String evil = "'); DROP TABLE readings; --";
        node.publish("m", "{\"n\":1,\"who\":\"" + evil + "\"}");
        assertThat(plant.rows("SELECT who FROM readings", 1)).containsExactly(evil);
    }

    @Test
    void namesAreThoseOfTheDatabaseAndQuotedWhateverIsInThem() throws Exception {
        plant.sql("CREATE TABLE \"odd \"\" name_%\" (\"k'\" VARCHAR(64) UNIQUE, \"a\"\"; DROP TABLE readings\" INT)");
        node.rule("odd", into("odd \" name_%", "k'", "{\"a\\\"; DROP TABLE readings\":\"${/n}\"}"));
        node.publish("m", "{\"n\":5}");
        assertThat(plant.rows("SELECT \"a\"\"; DROP TABLE readings\" FROM \"odd \"\" name_%\"", 1))
                .containsExactly("5");
        assertThat(plant.rows("SELECT COUNT(*) FROM readings")).containsExactly("0");
    }

    @Test
    void aRuleSaysWhatItsTableHasOrItIsRefusedWithThePlace() throws Exception {
        plant.sql("CREATE TABLE loose (event_id VARCHAR(64), n INT, k VARCHAR(9), UNIQUE (event_id, k))");
        refused("/target/jdbc/connection", rule("nowhere", ""));
        refused("/target/jdbc/connection", rule(plant.url().replace("\"", ""), ""));
        refused("/target/jdbc/connection", rule("jdbc:h2:mem:x;INIT=RUNSCRIPT FROM 'http://127.0.0.1/x'", ""));
        refused("/target/jdbc/table", into("reading_", "event_id", "{\"n\":1}"));
        refused("/target/jdbc/table", into("readings; DROP TABLE readings", "event_id", "{\"n\":1}"));
        refused("/target/jdbc/table", into("READINGS\" (\"N\") VALUES (1) --", "event_id", "{\"n\":1}"));
        refused("/target/jdbc/columns/n\"", into("readings", "event_id", "{\"n\\\"\":1}"));
        refused("/target/jdbc/columns/event_id", into("readings", "event_id", "{\"event_id\":1}"));
        refused("/target/jdbc/columns", into("readings", "event_id", "{}"));
        refused("/target/jdbc/key", into("readings", "n", "{\"who\":1}"));
        refused("/target/jdbc/key", into("loose", "event_id", "{\"n\":1}"));
        refused("/project", rule("plant", ",\"project\":{\"a\":1}"));
        refused("/target", "{\"filter\":\"m\",\"target\":{\"topic\":\"a\",\"jdbc\":{}}}");
        refused("/target/jdbc/url", "{\"filter\":\"m\",\"target\":{\"jdbc\":{\"url\":\"jdbc:h2:mem:x\"}}}");
        assertThat(plant.rows("SELECT COUNT(*) FROM readings")).containsExactly("0");
    }

    private void refused(String pointer, String rule) throws Exception {
        JsonNode answer = node.call(400, "PUT", "/v1/rules/bad", rule);
        assertThat(answer.get("pointer").asText()).as(answer.toString()).isEqualTo(pointer);
        assertThat(answer.toString()).doesNotContain(Plant.PASSWORD);
    }

    @Test
    void aRowThatTheTableWillNeverTakeIsADeadLetterAtOnceAndTheNextOneGoesOn() throws Exception {
        node.rule("keep", rule("plant", ""));
        node.publish("m", "{\"n\":1,\"who\":\"" + "x".repeat(41) + "\"}");
        node.publish("m", "{\"n\":\"no number\"}");
        node.publish("m", "{\"n\":1e999999999}");
        node.publish("m", "{\"n\":2}");
        assertThat(plant.rows("SELECT n FROM readings", 1)).containsExactly("2.000");
        JsonNode shown = node.until("keep", "/counters/done", 1);
        assertThat(shown.at("/counters/dead").asInt()).isEqualTo(3);
        assertThat(shown.at("/counters/retried").asInt()).isZero();
        assertThat(shown.get("deadLetters").asInt()).isEqualTo(3);
        plant.sql("ALTER TABLE readings ALTER COLUMN who VARCHAR(100)");
        JsonNode unused = node.call(200, "POST", "/v1/rules/keep:redrive", "");
        unused = node.until("keep", "/counters/done", 2);
    }

    @Test
    void aDatabaseThatIsAwayHoldsUpItsRulesOnlyAndMakesNoDeadLetters() throws Exception {
        node.watch("out");
        node.rule("keep", rule("plant", ",\"maxDeliver\":1"));
        node.rule("other", "{\"filter\":\"m\",\"target\":{\"topic\":\"out\"}}");
        node.publish("m", "{\"n\":1}");
        assertThat(plant.rows("SELECT n FROM readings", 1)).hasSize(1);
        plant.stop();
        node.publish("m", "{\"n\":2}");
        node.publish("m", "{\"n\":3}");
        for (int n = 1; n <= 3; n++) {
            assertThat(node.next("out").at("/data/n").asInt()).isEqualTo(n);
        }
        JsonNode shown = node.until("keep", "/counters/retried", 2);
        assertThat(shown.get("lastFailure").asText())
                .startsWith("WXW-1255")
                .contains("'plant' cannot be reached")
                .doesNotContain("tcp");
        JsonNode answer = node.call(503, "PUT", "/v1/rules/second", rule("plant", ""));
        assertThat(answer.get("code").asText()).isEqualTo("WXW-1255");
        plant.start();
        assertThat(plant.rows("SELECT n FROM readings ORDER BY n", 3)).containsExactly("1.000", "2.000", "3.000");
        shown = node.until("keep", "/counters/done", 3);
        assertThat(shown.get("deadLetters").asInt()).isZero();
        assertThat(shown.at("/counters/dead").asInt()).isZero();
    }

    @Test
    void aDatabaseThatDoesNotAnswerIsGivenUpInTimeAndOthersDoNotWaitForIt() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            node.stop();
            node = new ProcessingNode(folder)
                    .config(plant.config("    - { name: silent, url: \"jdbc:h2:tcp://127.0.0.1:" + silent.getLocalPort()
                            + "/./x\" }\n"))
                    .start();
            node.rule("keep", rule("plant", ""));
            JsonNode answer = node.call(503, "PUT", "/v1/rules/hangs", rule("silent", ""));
            assertThat(answer.get("detail").asText()).contains("does not answer within 3000 ms");
            answer = node.call(503, "PUT", "/v1/rules/hangs", rule("silent", ""));
            assertThat(answer.get("detail").asText()).contains("does not answer");
            node.publish("m", "{\"n\":1}");
            assertThat(plant.rows("SELECT n FROM readings", 1)).hasSize(1);
        }
    }

    @Test
    void onlyThoseWhomTheOperatorNamedHaveRulesWriteToADatabase() throws Exception {
        node.stop();
        node = new ProcessingNode(folder)
                .config(plant.config(""))
                .user("alice", may(Action.PUBLISH, "#"), may(Action.SUBSCRIBE, "#"))
                .user("bob", may(Action.PUBLISH, "#"), may(Action.SUBSCRIBE, "#"))
                .start();
        JsonNode refused = node.as("bob", 400, "PUT", "/v1/rules/keep", rule("plant", ""));
        assertThat(refused.get("detail").asText())
                .isEqualTo(node.as("bob", 400, "PUT", "/v1/rules/keep", rule("nowhere", ""))
                        .get("detail")
                        .asText());
        JsonNode unused = node.as("alice", 201, "PUT", "/v1/rules/keep", rule("plant", ""));
        unused = node.as("operator", 201, "PUT", "/v1/rules/operators", rule("plant", ""));
        unused = node.as("bob", 201, "POST", "/v1/topics/m/events", "{\"n\":1}");
        assertThat(plant.rows("SELECT n FROM readings", 2)).hasSize(2);
    }

    @Test
    void tryingARuleShowsTheRowAndStoresNothing() throws Exception {
        JsonNode answer = node.call(
                200,
                "POST",
                "/v1/rules:check",
                "{\"rule\":" + rule("plant", "") + ",\"topic\":\"m\",\"event\":{\"data\":{\"n\":1.5}}}");
        assertThat(answer.at("/row/n").toString()).isEqualTo("1.5");
        assertThat(answer.at("/row/who").isNull()).isTrue();
        assertThat(answer.has("event")).isFalse();
        assertThat(plant.rows("SELECT COUNT(*) FROM readings")).containsExactly("0");
    }

    @Test
    void thePageOnRulesIsRight() throws Exception {
        plant.sql("DROP TABLE readings", block("sql"));
        node.rule("page", block("json"));
        JsonNode unused = node.call(
                201,
                "POST",
                "/v1/topics/boilers%2F7/events",
                "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"//home\",\"type\":\"t\",\"subject\":\"boiler 7\","
                        + "\"time\":\"2026-03-01T10:00:00Z\",\"data\":{\"temp\":80.6}}",
                "content-type",
                "application/cloudevents+json");
        assertThat(plant.rows("SELECT boiler, celsius, measured, raw, CHAR_LENGTH(event_id) FROM readings", 1))
                .containsExactly("boiler 7|80.60|2026-03-01 10:00:00+00|{\"temp\":80.6}|32");
    }

    private static String block(String language) throws Exception {
        String page = Files.readString(Path.of("../docs/rules.md"));
        String from = "```" + language + " tables\n";
        assertThat(page).contains(from);
        int begin = page.indexOf(from) + from.length();
        return page.substring(begin, page.indexOf("```", begin));
    }

    @Test
    void theRuleGoesOnAfterARestartAndEachRowIsThereOnce() throws Exception {
        node.rule("keep", rule("plant", ""));
        node.publish("m", "{\"n\":1}");
        assertThat(plant.rows("SELECT n FROM readings", 1)).hasSize(1);
        node.stop();
        node.start();
        node.publish("m", "{\"n\":2}");
        JsonNode unused = node.until("keep", "/counters/done", 1);
        assertThat(plant.rows("SELECT n FROM readings ORDER BY n")).containsExactly("1.000", "2.000");
    }
}

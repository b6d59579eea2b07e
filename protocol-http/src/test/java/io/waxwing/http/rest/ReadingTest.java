package io.waxwing.http.rest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.waxwing.http.fake.TestNode;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReadingTest {
    private final TestNode node = new TestNode();

    @AfterEach
    void stop() {
        node.close();
    }

    private String publish(String topic, String body, String contentType) {
        return TestNode.json(node.post("/v1/topics/" + topic + "/events", body, "content-type", contentType))
                .get("eventId")
                .asText();
    }

    @Test
    void oneEventIsStructuredByDefaultAndBinaryIfItsOwnTypeIsWanted() {
        String id = publish("home/boiler", "{\"on\":true}", "application/json");
        HttpResponse<String> structured = node.get("/v1/events/" + id);
        assertThat(structured.headers().firstValue("content-type")).contains("application/cloudevents+json");
        JsonNode json = TestNode.json(structured);
        assertThat(json.get("data").get("on").asBoolean()).isTrue();
        assertThat(json.get("wxweventid").asText()).isEqualTo(id);

        HttpResponse<String> binary = node.get("/v1/events/" + id, "accept", "application/json");
        assertThat(binary.body()).isEqualTo("{\"on\":true}");
        assertThat(binary.headers().firstValue("ce-wxweventid")).contains(id);
        assertThat(binary.headers().firstValue("ce-wxwtopic")).contains("home/boiler");
        assertThat(binary.headers().firstValue("ce-specversion")).contains("1.0");
        assertThat(binary.headers().firstValue("ce-datacontenttype")).isEmpty();
        assertThat(node.get("/v1/events/" + id, "accept", "image/png").statusCode())
                .isEqualTo(406);
    }

    @Test
    void bytesThatAreNoJsonComeBackAsBase64() {
        String id = publish("t", "hello", "application/x-www-form-urlencoded");
        assertThat(TestNode.json(node.get("/v1/events/" + id))
                        .get("data_base64")
                        .asText())
                .isEqualTo("aGVsbG8=");
    }

    @Test
    void anUnknownEventAndAMalformedIdAreTold() {
        HttpResponse<String> unknown = node.get("/v1/events/00000000-1-1");
        assertThat(unknown.statusCode()).isEqualTo(404);
        assertThat(TestNode.json(unknown).get("code").asText()).isEqualTo("WXW-1201");
        HttpResponse<String> malformed = node.get("/v1/events/nonsense");
        assertThat(malformed.statusCode()).isEqualTo(400);
        assertThat(TestNode.json(malformed).get("code").asText()).isEqualTo("WXW-1008");
        assertThat(node.get("/v1/events?source=a&id=b").statusCode()).isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource({
        "home/boiler,home/boiler",
        "home%2Fboiler,home/boiler",
        "home%2fboiler,home/boiler",
        "home/events,home/events",
        "%2FTopicA,/TopicA",
        "a%20b/%C3%BC,a b/ü",
        "a+b,",
        "%23,",
    })
    void topicsInPathsFollowTheOneRule(String path, String topic) {
        HttpResponse<String> answer = node.post("/v1/topics/" + path + "/events", "x");
        if (topic == null) {
            assertThat(answer.statusCode()).isEqualTo(400);
            assertThat(TestNode.json(answer).get("code").asText()).isEqualTo("WXW-1001");
        } else {
            assertThat(TestNode.json(answer).get("topic").asText()).isEqualTo(topic);
        }
    }

    @Test
    void onlyPercent2fCanNameATopicThatEndsInASubResourceWord() {
        node.post("/v1/topics/home/events/events", "x");
        assertThat(TestNode.json(node.get("/v1/topics/home%2Fevents"))
                        .get("name")
                        .asText())
                .isEqualTo("home/events");
        assertThat(node.get("/v1/topics/home/none/policy").statusCode()).isEqualTo(404);
    }

    @Test
    void reservedTopicsAndWrongFiltersAndParametersAreRefused() {
        assertThat(node.post("/v1/topics/$SYS/x/events", "x").statusCode()).isEqualTo(403);
        assertThat(code("/v1/events?filter=a%23")).isEqualTo("WXW-1002");
        assertThat(code("/v1/events?filter=a&where=x")).isEqualTo("WXW-1302");
        assertThat(code("/v1/events?filter=a&filter=b")).isEqualTo("WXW-1302");
        assertThat(code("/v1/events")).isEqualTo("WXW-1302");
        assertThat(code("/v1/events?filter=%23&from=7")).isEqualTo("WXW-1302");
        assertThat(code("/v1/events?filter=%23&from=2026-13-01T00:00:00Z")).isEqualTo("WXW-1302");
        assertThat(code("/v1/events?filter=%23&after=x")).isEqualTo("WXW-1008");
        assertThat(code("/v1/topics/t/events?limit=0")).isEqualTo("WXW-1302");
        assertThat(code("/v1/topics/t/events?limit=many")).isEqualTo("WXW-1302");
    }

    private String code(String path) {
        HttpResponse<String> answer = node.get(path);
        assertThat(answer.statusCode()).isEqualTo(400);
        return TestNode.json(answer).get("code").asText();
    }

    @Test
    void historyIsReadInPagesThatJoinWithoutGapOrRepeat() {
        for (int i = 1; i <= 7; i++) {
            publish("t", Integer.toString(i), "application/json");
            publish("other", "x", "text/plain");
        }
        assertThat(pages("/v1/topics/t/events?from=2&limit=2")).containsExactly("23", "45", "67");
        JsonNode first =
                TestNode.json(node.get("/v1/topics/t/events")).get("events").get(0);
        assertThat(first.get("wxwreplay").asBoolean()).isTrue();
    }

    @Test
    void pagesOfAnExpressionJoinWithoutGapOrRepeat() {
        for (int i = 1; i <= 7; i++) {
            publish("t", Integer.toString(i), i % 3 == 0 ? "application/json; odd=1" : "application/json");
        }
        String sql = "&sql=datacontenttype%20%3D%20%27application%2Fjson%27";
        assertThat(pages("/v1/topics/t/events?limit=2" + sql)).containsExactly("12", "45", "7");
        assertThat(pages("/v1/topics/t/events?limit=9" + sql)).containsExactly("12457");
    }

    private List<String> pages(String first) {
        List<String> pages = new ArrayList<>();
        String next = first;
        while (next != null) {
            HttpResponse<String> page = node.get(next);
            StringBuilder read = new StringBuilder();
            TestNode.json(page)
                    .get("events")
                    .forEach(event -> read.append(event.get("data").asInt()));
            pages.add(read.toString());
            next = page.headers()
                    .firstValue("link")
                    .map(link -> link.substring(1, link.indexOf('>')))
                    .orElse(null);
        }
        return pages;
    }

    @Test
    void aPageStartsAtLastOrAtATimeOrAfterAnEvent() {
        String first = publish("t", "1", "application/json");
        publish("t", "2", "application/json");
        publish("t", "3", "application/json");
        assertThat(data("from=last")).isEqualTo(List.of(3));
        assertThat(data("from=" + first)).isEqualTo(List.of(2, 3));
        assertThat(data("from=2023-11-14T22:13:22Z")).isEqualTo(List.of(2, 3));
        assertThat(data("from=next")).isEmpty();
        String cursor =
                TestNode.json(node.get("/v1/topics/t/events")).get("cursor").asText();
        publish("t", "4", "application/json");
        assertThat(data("cursor=" + cursor)).isEqualTo(List.of(4));
        assertThat(node.get("/v1/topics/unknown/events").statusCode()).isEqualTo(404);
    }

    private List<Integer> data(String query) {
        List<Integer> found = new ArrayList<>();
        TestNode.json(node.get("/v1/topics/t/events?" + query))
                .get("events")
                .forEach(event -> found.add(event.get("data").asInt()));
        return found;
    }

    @Test
    void topicsAreCreatedShownAndListed() {
        String policy = "{\"class\":\"sealed\",\"ack\":\"durable\"}";
        assertThat(node.put("/v1/topics/a/b", policy).statusCode()).isEqualTo(201);
        assertThat(node.put("/v1/topics/a/b", policy).statusCode()).isEqualTo(200);
        assertThat(node.put("/v1/topics/a/b", "{\"class\":\"local\"}").statusCode())
                .isEqualTo(409);
        assertThat(node.put("/v1/topics/a/c", "").statusCode()).isEqualTo(201);
        JsonNode shown = TestNode.json(node.get("/v1/topics/a%2Fb"));
        assertThat(shown.get("class").asText()).isEqualTo("sealed");
        assertThat(shown.get("events").asText()).isEqualTo("/v1/topics/a%2Fb/events");
        JsonNode first = TestNode.json(node.get("/v1/topics?prefix=a/&limit=1"));
        assertThat(first.get("topics").get(0).get("name").asText()).isEqualTo("a/b");
        JsonNode second = TestNode.json(node.get(first.get("next").asText()));
        assertThat(second.get("topics").get(0).get("name").asText()).isEqualTo("a/c");
        assertThat(node.get("/v1/topics/none").statusCode()).isEqualTo(404);
    }

    @Test
    void whatMayChangeOfATopicIsSaidWithItOrAlone() {
        String path = "/v1/topics/a%2Fb";
        assertThat(node.get(path + "/policy").statusCode()).isEqualTo(404);
        assertThat(node.put(path + "/policy", "{}").statusCode()).isEqualTo(404);
        assertThat(node.put(path, "{\"retention\":{\"ageSeconds\":60}}").statusCode())
                .isEqualTo(201);
        HttpResponse<String> both = node.put(path, "{\"quota\":{\"eventsPerSecond\":5,\"bytesPerSecond\":null}}");
        assertThat(both.statusCode()).isEqualTo(200);
        assertThat(TestNode.json(both).get("retention").toString()).isEqualTo("{\"ageSeconds\":60,\"bytes\":0}");
        assertThat(TestNode.json(node.get(path)).get("quota").toString())
                .isEqualTo("{\"eventsPerSecond\":5,\"bytesPerSecond\":0}");
        HttpResponse<String> alone = node.put(path + "/policy", "{\"retention\":{\"bytes\":7}}");
        assertThat(alone.statusCode()).as(alone.body()).isEqualTo(200);
        assertThat(TestNode.json(alone).get("retention").toString()).isEqualTo("{\"ageSeconds\":0,\"bytes\":7}");
        assertThat(TestNode.json(alone).has("quota"))
                .as("all of it is said anew")
                .isFalse();
        assertThat(TestNode.json(node.put(path, "{\"retention\":null}")).has("retention"))
                .isFalse();
        node.put(path + "/policy", "{\"quota\":{\"bytesPerSecond\":9}}");
        assertThat(node.put(path + "/policy", "{\"class\":\"local\"}").statusCode())
                .isEqualTo(409);
        assertThat(TestNode.json(node.get(path + "/policy")).has("quota")).isTrue();
        assertThat(node.delete(path + "/policy").statusCode()).isEqualTo(204);
        assertThat(TestNode.json(node.get(path + "/policy")).has("quota")).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "{\"retention\":7}; WXW-1009; /retention",
                "{\"retention\":{\"age\":7}}; WXW-1009; /retention/age",
                "{\"retention\":{\"bytes\":-1}}; WXW-1009; /retention/bytes",
                "{\"quota\":{\"eventsPerSecond\":1.5}}; WXW-1009; /quota/eventsPerSecond",
                "{\"quota\":{\"bytesPerSecond\":99999999999999999999}}; WXW-1009; /quota/bytesPerSecond",
                "{\"class\":\"gold\"}; WXW-1009; /class",
                "{\"colour\":1}; WXW-1009; /colour",
                "{\"class\":\"local\",\"ack\":\"ordered\"}; WXW-1009; ",
                "{\"class\":; WXW-1007; ",
                "[]; WXW-1007; ",
            })
    void aWrongPolicyIsRefusedWithTheMember(String body, String code, String pointer) {
        HttpResponse<String> answer = node.put("/v1/topics/a", body);
        assertThat(answer.statusCode()).isEqualTo(400);
        JsonNode problem = TestNode.json(answer);
        assertThat(problem.get("code").asText()).isEqualTo(code);
        if (pointer != null) {
            assertThat(problem.get("pointer").asText()).isEqualTo(pointer);
        }
    }

    @Test
    void aReceiptSaysWhatItDisclosesAndHowLongItHolds() {
        String id = publish("t", "1", "application/json");
        HttpResponse<String> full = node.get("/v1/events/" + id + "/receipt");
        assertThat(full.headers().firstValue("content-type")).contains("text/plain; charset=utf-8");
        assertThat(full.body()).contains("[TOPIC, HEADERS, PUBLISHER, PAYLOAD] 0 false");
        assertThat(full.headers().firstValue("cache-control")).contains("private, max-age=31536000, immutable");
        assertThat(node.get("/ledger/receipt/" + id).body()).isEqualTo(full.body());
        HttpResponse<String> bare = node.get("/v1/events/" + id + "/receipt?disclose=none&chain=1&at=latest");
        assertThat(bare.body()).contains("[] 300 true");
        assertThat(bare.headers().firstValue("cache-control")).contains("public, no-cache");
        assertThat(node.get("/v1/events/" + id + "/receipt?disclose=topic,payload&at=120")
                        .body())
                .contains("[TOPIC, PAYLOAD] 120 false");
        assertThat(node.get("/v1/events/" + id + "/receipt?disclose=all").statusCode())
                .isEqualTo(400);
        node.receiptsCovered = false;
        HttpResponse<String> early = node.get("/v1/events/" + id + "/receipt");
        assertThat(early.statusCode()).isEqualTo(503);
        assertThat(early.headers().firstValue("retry-after")).contains("1");
        assertThat(TestNode.json(early).get("code").asText()).isEqualTo("WXW-1204");
    }
}

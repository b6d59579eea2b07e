package io.waxwing.http.weevent;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.waxwing.bus.event.EventDraft;
import io.waxwing.bus.topic.AckPolicy;
import io.waxwing.bus.topic.DeliveryClass;
import io.waxwing.bus.topic.TopicPolicy;
import io.waxwing.http.exchange.HttpSettings;
import io.waxwing.http.fake.TestNode;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code /rest/*} as the clients 1.3 to 1.6 use it (weevent.md 1.3, 2.4). */
class RestTest {
    private static final String REST = "/weevent-broker/rest/";
    private static final String HELLO = "2cf24dba";

    private final TestNode node = new TestNode(HttpSettings.defaults());

    @BeforeEach
    void openOne() {
        assertThat(data(get("open?topic=hello&groupId=1")).asBoolean()).isTrue();
    }

    @AfterEach
    void stop() {
        node.close();
    }

    private HttpResponse<String> get(String call) {
        HttpResponse<String> answer = node.get(REST + call);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return answer;
    }

    private static JsonNode data(HttpResponse<String> answer) {
        JsonNode json = TestNode.json(answer);
        assertThat(json.get("code").isInt()).isTrue();
        assertThat(json.get("code").asInt()).as(answer.body()).isZero();
        return json.get("data");
    }

    private void fails(String call, int code) {
        JsonNode json = TestNode.json(get(call));
        assertThat(json.get("code").asInt()).as(call + " " + json).isEqualTo(code);
        assertThat(json.get("message").asText()).isNotBlank();
        assertThat(json.get("data").isNull()).isTrue();
    }

    private String publish(String parameters) {
        JsonNode result = TestNode.json(get("publish?topic=hello&groupId=1&" + parameters));
        assertThat(result.get("status").asText()).as(result.toString()).isEqualTo("SUCCESS");
        return result.get("eventId").asText();
    }

    @Test
    void publishIsAnsweredWithoutAWrapperOnceTheEventIsFinal() {
        JsonNode result = TestNode.json(get("publish?topic=hello&content=hi+there&weevent-tag=t1&weevent-format=json"));
        assertThat(TestNode.names(result)).containsExactly("status", "topic", "eventId");
        assertThat(result.get("topic").asText()).isEqualTo("hello");
        assertThat(result.get("eventId").asText()).isEqualTo(HELLO + "-1-101");
        EventDraft draft = node.bus.drafts().get(0);
        assertThat(draft.ackWanted()).isEqualTo(AckPolicy.ORDERED);
        assertThat(draft.attributes().get("weevent.extensions"))
                .isEqualTo("{\"weevent-tag\":\"t1\",\"weevent-format\":\"json\"}");
        assertThat(draft.attributes().get("datacontenttype")).isEqualTo("application/json");
    }

    @Test
    void aFormInTheBodyIsAsGoodAsAQuery() {
        HttpResponse<String> answer = node.post(
                REST + "publish",
                "topic=hello&content=%E4%BD%A0%E5%A5%BD",
                "content-type",
                "application/x-www-form-urlencoded; charset=UTF-8");
        assertThat(TestNode.json(answer).get("status").asText()).isEqualTo("SUCCESS");
        assertThat(new String(node.bus.drafts().get(0).payload().bytes(), StandardCharsets.UTF_8))
                .isEqualTo("你好");
    }

    @Test
    void topicsAreOpenedTwiceFoundAndNeverClosed() {
        assertThat(data(get("open?topic=hello&groupId=1")).asBoolean()).isTrue();
        assertThat(data(get("exist?topic=hello&groupId=1")).asBoolean()).isTrue();
        assertThat(data(get("close?topic=hello&groupId=1")).asBoolean()).isTrue();
        assertThat(data(get("exist?topic=hello")).asBoolean()).isTrue();
        assertThat(data(get("exist?topic=other")).asBoolean()).isFalse();
        fails("close?topic=other", 100101);
        assertThat(node.acts.all)
                .extracting(act -> act.act() + " " + act.what())
                .containsExactly("topics.put hello");
    }

    @Test
    void stateTellsHowManyEventsThereAreAndInWhichBlockTheLastIs() {
        publish("content=a");
        publish("content=b");
        JsonNode state = data(get("state?topic=hello&groupId=1"));
        assertThat(TestNode.names(state))
                .containsExactly(
                        "topicName",
                        "topicAddress",
                        "senderAddress",
                        "createdTimestamp",
                        "sequenceNumber",
                        "blockNumber",
                        "lastTimestamp",
                        "lastSender",
                        "lastBlock");
        assertThat(state.get("sequenceNumber").asLong()).isEqualTo(2);
        assertThat(state.get("blockNumber").asLong()).isEqualTo(102);
        assertThat(state.get("senderAddress").asText()).isEqualTo("bank-a");
        fails("state?topic=other", 100101);
    }

    @Test
    void topicsAreListedInPages() {
        for (String topic : new String[] {"a", "b", "c"}) {
            get("open?topic=" + topic);
        }
        JsonNode page = data(get("list?pageIndex=1&pageSize=3&groupId=1"));
        assertThat(page.get("total").asInt()).isEqualTo(4);
        assertThat(page.get("pageIndex").asInt()).isEqualTo(1);
        assertThat(page.get("pageSize").asInt()).isEqualTo(3);
        assertThat(page.get("topicInfoList")).hasSize(1);
        assertThat(data(get("list?pageIndex=7&pageSize=3")).get("topicInfoList"))
                .isEmpty();
        fails("list?pageIndex=-1&pageSize=3", 100104);
        fails("list?pageIndex=0&pageSize=0", 100107);
        fails("list?pageIndex=0&pageSize=101", 100107);
        fails("list?pageIndex=0", 200000);
        fails("list?pageIndex=x&pageSize=1", 200001);
    }

    @Test
    void anEventIsReadBackWithItsPlaceAsAText() {
        String eventId = publish("content=hi&weevent-tag=t1");
        JsonNode event = data(get("getEvent?eventId=" + eventId + "&groupId=1"));
        assertThat(TestNode.names(event)).containsExactly("topic", "content", "extensions", "eventId");
        assertThat(Base64.getDecoder().decode(event.get("content").asText()))
                .asString()
                .isEqualTo("hi");
        JsonNode extensions = event.get("extensions");
        assertThat(extensions.get("weevent-tag").asText()).isEqualTo("t1");
        assertThat(extensions.get("weevent-plus").isTextual()).isTrue();
        JsonNode plus = TestNode.json(extensions.get("weevent-plus").asText());
        assertThat(TestNode.names(plus)).containsExactly("timestamp", "height", "txHash", "sender");
        assertThat(plus.get("height").asLong()).isEqualTo(101);
        assertThat(plus.get("txHash").asText()).matches("0x[0-9a-f]{64}");
    }

    @Test
    void aPublisherDoesNotSayWhereItsEventStands() {
        String eventId = publish("content=hi&weevent-plus=lie");
        JsonNode event = data(get("getEvent?eventId=" + eventId));
        assertThat(event.at("/extensions/weevent-plus").asText()).contains("\"height\":101");
    }

    @ParameterizedTest
    @CsvSource({
        "'', 100300",
        "'%20', 100300",
        "2cf24dba-1, 100302",
        "2cf24dba-1-1-1, 100302",
        "2cf24db-1-1, 100302",
        "2cf24dba-0-1, 100302",
        "2cf24dba-1-0, 100302",
        "2cf24dba-x-1, 100302",
        "2cf24dba-1-9999999999, 100304",
        "2cf24dba-7-1, 100303",
        "zzzzzzzz-1-1, 100303",
        "2cf24dba-1-00000000000000000000000000000000000000000000000000000001, 100301",
    })
    void eventIdsAreCheckedStepByStep(String eventId, int code) {
        fails("getEvent?eventId=" + eventId, code);
    }

    @ParameterizedTest
    @CsvSource({
        "'%20', 100103",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa, 100102",
        "%E4%BD%A0, 100106",
        "a%2B, 100106",
        "a%2F%23, 100106",
        "a%2F, 100106",
        "%24a, 100106",
    })
    void topicsAreChecked(String topic, int code) {
        for (String call : new String[] {"open", "exist", "state", "close"}) {
            fails(call + "?topic=" + topic, code);
        }
        fails("publish?content=x&topic=" + topic, code);
    }

    @Test
    void whatIsPublishedIsChecked() {
        fails("publish?topic=hello", 100501);
        fails("publish?content=x", 100501);
        fails("publish?topic=hello&content=", 100200);
        fails("publish?topic=hello&content=%20%0A", 100200);
        fails("publish?topic=other&content=x", 100101);
        fails("publish?topic=hello&content=x&weevent-a=" + "b".repeat(1024), 100204);
        fails("publish?topic=hello&content=x&weevent-sign=true", 101023);
        assertThat(posted("topic=hello&content=" + "x".repeat(10_241))).isEqualTo(100201);
        assertThat(posted("topic=hello&content=%zz")).isEqualTo(200001);
        assertThat(posted("topic=a/../b&content=x")).isEqualTo(100106);
        assertThat(node.bus.drafts()).isEmpty();
    }

    private int posted(String form) {
        return TestNode.json(node.post(REST + "publish", form, "content-type", "application/x-www-form-urlencoded"))
                .get("code")
                .asInt();
    }

    @ParameterizedTest
    @ValueSource(strings = {"open", "exist", "state", "close", "publish"})
    void whatIsMissingIsNamed(String call) {
        assertThat(TestNode.json(get(call)).get("message").asText()).contains("topic");
    }

    @Test
    void whatIsNotFinalInTimeIsATimeoutAndNoSuccess() {
        TestNode slow = new TestNode(new HttpSettings(
                1 << 20, 10, 8192, 32 << 10, 100, 10_000, 15_000, 60_000, 200, 60_000, 10, 64, 1 << 20, 15_000, 2_000,
                100, 4 << 20, 2, 256));
        try {
            slow.get(REST + "open?topic=hello");
            slow.bus.stopOrdering();
            JsonNode result = TestNode.json(slow.get(REST + "publish?topic=hello&content=x"));
            assertThat(result.get("status").asText()).isEqualTo("TIMEOUT");
            assertThat(result.get("eventId").isNull()).isTrue();
            slow.bus.setFull(true);
            JsonNode full = TestNode.json(slow.get(REST + "publish?topic=hello&content=x"));
            assertThat(full.get("status").asText()).as("nothing of it remains").isEqualTo("ERROR");
        } finally {
            slow.close();
        }
    }

    @Test
    void whatTheBusRefusesIsAnError() {
        get("open?topic=refuse/at/once");
        JsonNode result = TestNode.json(get("publish?topic=refuse/at/once&content=1234567890123"));
        assertThat(result.get("status").asText()).isEqualTo("ERROR");
        assertThat(result.get("eventId").isNull()).isTrue();
        assertThat(result.get("message").asText()).contains("WXW-2101");
    }

    @Test
    void aTopicOfClassLocalIsNotThere() {
        node.bus.setPolicy("own", new TopicPolicy(DeliveryClass.LOCAL, AckPolicy.DURABLE));
        node.post("/v1/topics/own/events", "x");
        assertThat(data(get("exist?topic=own")).asBoolean()).isFalse();
        fails("publish?topic=own&content=x", 100101);
        fails("state?topic=own", 100101);
        fails("open?topic=own", 100111);
        assertThat(get("list?pageIndex=0&pageSize=100").body()).doesNotContain("own");
    }

    @Test
    void groupsHaveTopicsOfTheirOwn() {
        get("open?topic=hello&groupId=2");
        String eventId = TestNode.json(get("publish?topic=hello&content=x&groupId=2"))
                .get("eventId")
                .asText();
        assertThat(node.bus.drafts().get(0).topic()).isEqualTo("contracts/hello");
        assertThat(data(get("state?topic=hello&groupId=2"))
                        .get("sequenceNumber")
                        .asInt())
                .isEqualTo(1);
        assertThat(data(get("state?topic=hello&groupId=1"))
                        .get("sequenceNumber")
                        .asInt())
                .isZero();
        assertThat(data(get("getEvent?groupId=2&eventId=" + eventId))
                        .get("topic")
                        .asText())
                .isEqualTo("hello");
        fails("getEvent?groupId=1&eventId=" + eventId, 100303);
        assertThat(data(get("list?pageIndex=0&pageSize=9&groupId=2"))
                        .get("total")
                        .asInt())
                .isEqualTo(1);
        assertThat(data(get("list?pageIndex=0&pageSize=9&groupId="))
                        .get("total")
                        .asInt())
                .isEqualTo(1);
        fails("exist?topic=hello&groupId=3", 200211);
    }

    @Test
    void eventsOfOtherProtocolsAreReadWithoutExtensions() {
        HttpResponse<String> answer = node.post("/v1/topics/hello/events", "\u0000\u0001");
        String eventId = TestNode.json(answer).get("eventId").asText();
        JsonNode event = data(get("getEvent?eventId=" + eventId));
        assertThat(TestNode.names(event.get("extensions"))).containsExactly("weevent-plus");
        assertThat(event.get("content").asText()).isEqualTo("AAE=");
    }

    @Test
    void pagesOfOtherOriginsChangeNothingNotEvenByAnImage() {
        for (String[] headers : new String[][] {
            {"sec-fetch-site", "cross-site"}, {"sec-fetch-site", "same-site"}, {"origin", "https://evil.example"}
        }) {
            assertThat(node.get(REST + "publish?topic=hello&content=x", headers).statusCode())
                    .isEqualTo(403);
        }
        assertThat(node.bus.drafts()).isEmpty();
        assertThat(node.get(REST + "exist?topic=hello", "sec-fetch-site", "none")
                        .statusCode())
                .isEqualTo(200);
        assertThat(node.get(REST + "exist?topic=hello", "origin", "https://console.example")
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void whatIsNotThereIsAProblemOfTheNode() {
        assertThat(node.get(REST + "subscribe?topic=a").statusCode()).isEqualTo(404);
        assertThat(node.get("/weevent-broker/file/openChunk").statusCode()).isEqualTo(404);
        assertThat(node.get("/weevent-broker").statusCode()).isEqualTo(404);
        assertThat(node.get("/weevent/rest/exist/more?topic=a").statusCode()).isEqualTo(404);
    }

    @Test
    void everyNumberIsWeEventsOwn() {
        for (WeEventCode code : WeEventCode.values()) {
            assertThat(code.number() == 0 || (code.number() > 100_000 && code.number() < 300_000))
                    .as(code.name())
                    .isTrue();
            assertThat(code.text())
                    .isEqualTo(code.text().strip())
                    .isNotEqualTo(code.text().toUpperCase(Locale.ROOT));
        }
    }
}

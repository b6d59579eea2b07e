package io.waxwing.http.rest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.waxwing.bus.event.EventDraft;
import io.waxwing.bus.topic.AckPolicy;
import io.waxwing.bus.topic.DeliveryClass;
import io.waxwing.bus.topic.TopicPolicy;
import io.waxwing.http.fake.TestNode;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PublishTest {
    private static final String EVENTS = "/v1/topics/home/boiler/events";
    private static final String EVENT =
            "{\"specversion\":\"1.0\",\"id\":\"7\",\"source\":\"//bank-a/atm\",\"type\":\"t\",\"data\":{\"n\":1}}";
    private static final String STRUCTURED = "application/cloudevents+json";
    private static final String BATCH = "application/cloudevents-batch+json";

    private final TestNode node = new TestNode();

    @AfterEach
    void stop() {
        node.close();
    }

    @Test
    void curlPublishesAndIsToldTheEventIdWhenItIsOrdered() {
        HttpResponse<String> answer = node.post(EVENTS, "hello", "content-type", "application/x-www-form-urlencoded");

        assertThat(answer.statusCode()).isEqualTo(201);
        JsonNode json = TestNode.json(answer);
        String eventId = json.get("eventId").asText();
        assertThat(eventId).matches("[0-9a-f]{8}-1-101");
        assertThat(answer.headers().firstValue("location")).contains("/v1/events/" + eventId);
        assertThat(json.get("status").asText()).isEqualTo("ordered");
        assertThat(json.get("topic").asText()).isEqualTo("home/boiler");
        assertThat(json.get("topicSeq").asText()).isEqualTo("1");
        assertThat(json.get("topicSeq").isTextual()).isTrue();
        assertThat(json.get("source").asText()).isEqualTo("//bank-a/http");
        assertThat(json.get("receipt").asText()).isEqualTo("/v1/events/" + eventId + "/receipt");
        assertThat(TestNode.names(json))
                .containsExactly("status", "eventId", "topic", "topicSeq", "height", "source", "id", "receipt");
        EventDraft draft = node.bus.drafts().get(0);
        assertThat(draft.payload().bytes()).asString().isEqualTo("hello");
        assertThat(draft.attributes().get("type")).isEqualTo("io.waxwing.raw");
        assertThat(draft.attributes().get("datacontenttype")).isNull();
        assertThat(draft.identified())
                .as("it is found by source and id before it is final")
                .isTrue();
    }

    @Test
    void contentTypeOfAPlainBodyIsKept() {
        node.post(EVENTS, "{}", "content-type", "application/json; charset=utf-8");
        assertThat(node.bus.drafts().get(0).attributes().get("datacontenttype"))
                .isEqualTo("application/json; charset=utf-8");
    }

    @Test
    void waitDurableAnswers202WithoutEventIdAndTheEventIsFoundByIdentity() {
        HttpResponse<String> answer = node.post(EVENTS + "?wait=durable", "hello");

        assertThat(answer.statusCode()).isEqualTo(202);
        JsonNode json = TestNode.json(answer);
        assertThat(TestNode.names(json)).containsExactly("status", "source", "id");
        assertThat(json.get("status").asText()).isEqualTo("durable");
        HttpResponse<String> found =
                node.get(answer.headers().firstValue("location").orElseThrow());
        assertThat(found.statusCode()).isEqualTo(200);
        assertThat(TestNode.json(found).get("wxweventid").asText()).isNotEmpty();
    }

    @Test
    void respondAsyncAnswersAsSoonAsDurableEvenIfOrderingStandsStill() {
        node.bus.stopOrdering();
        HttpResponse<String> answer = node.post(EVENTS, "hello", "prefer", "respond-async");
        assertThat(answer.statusCode()).isEqualTo(202);
        assertThat(answer.headers().firstValue("preference-applied")).contains("respond-async");
        HttpResponse<String> found =
                node.get(answer.headers().firstValue("location").orElseThrow());
        assertThat(found.statusCode()).isEqualTo(202);
        assertThat(TestNode.json(found).get("status").asText()).isEqualTo("durable");
    }

    @Test
    void preferWaitEndsIn202IfTheEventIsDurableByThen() {
        node.bus.stopOrdering();
        HttpResponse<String> answer = node.post(EVENTS, "hello", "prefer", "wait=1");
        assertThat(answer.statusCode()).isEqualTo(202);
        assertThat(TestNode.json(answer).get("status").asText()).isEqualTo("durable");
    }

    @Test
    void whatIsNotKnownToBeDurableInTimeIsNeverCalledDurable() {
        node.bus.stopJournal();
        HttpResponse<String> answer = node.post(EVENTS, "hello", "prefer", "wait=0");
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.headers().firstValue("retry-after")).contains("1");
        assertThat(TestNode.json(answer).get("code").asText()).isEqualTo("WXW-1103");
    }

    @Test
    void aFullBusHoldsTheRequestUntilThereIsRoom() throws Exception {
        node.bus.setFull(true);
        var pending = java.util.concurrent.CompletableFuture.supplyAsync(() -> node.post(EVENTS, "hello"));
        assertThat(pending).isNotDone();
        node.bus.setFull(false);
        assertThat(pending.get().statusCode()).isEqualTo(201);
    }

    @Test
    void anIdempotencyKeyGivesTheFirstAnswerAgain() {
        HttpResponse<String> first = node.post(EVENTS, "pay", "idempotency-key", "\"order-7\"");
        HttpResponse<String> again = node.post(EVENTS, "pay", "idempotency-key", "\"order-7\"");
        HttpResponse<String> bare = node.post(EVENTS, "pay", "idempotency-key", "order-7");

        assertThat(first.statusCode()).isEqualTo(201);
        assertThat(TestNode.json(first).get("id").asText()).isEqualTo("order-7");
        assertThat(again.statusCode()).isEqualTo(200);
        assertThat(bare.statusCode()).isEqualTo(200);
        assertThat(TestNode.json(again).get("duplicate").asBoolean()).isTrue();
        assertThat(TestNode.json(again).get("eventId"))
                .isEqualTo(TestNode.json(first).get("eventId"));
        assertThat(again.headers().firstValue("location"))
                .isEqualTo(first.headers().firstValue("location"));
    }

    @Test
    void anIdempotencyKeyWithAnotherBodyIs422() {
        node.post(EVENTS, "pay 1", "idempotency-key", "order-7");
        HttpResponse<String> other = node.post(EVENTS, "pay 2", "idempotency-key", "order-7");
        assertThat(other.statusCode()).isEqualTo(422);
        assertThat(TestNode.json(other).get("code").asText()).isEqualTo("WXW-1105");
    }

    @Test
    void aStructuredEventKeepsItsDataByteForByte() {
        String body =
                "{\"data\": {\"b\" : 1.50,\"a\":1e3} ,\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/s\",\"type\":\"t\"}";
        HttpResponse<String> answer = node.post(EVENTS, body, "content-type", STRUCTURED);
        assertThat(answer.statusCode()).isEqualTo(201);
        EventDraft draft = node.bus.drafts().get(0);
        assertThat(draft.payload().bytes()).asString().isEqualTo("{\"b\" : 1.50,\"a\":1e3}");
        assertThat(draft.identified()).isTrue();
    }

    @Test
    void aBinaryEventHasItsAttributesInHeaders() {
        HttpResponse<String> answer = node.post(
                EVENTS,
                "<a/>",
                "content-type",
                "text/xml",
                "ce-specversion",
                "1.0",
                "ce-id",
                "1",
                "ce-source",
                "/s",
                "ce-type",
                "t",
                "ce-subject",
                "Euro%20%E2%82%AC%20%F0%9F%98%80");
        assertThat(answer.statusCode()).isEqualTo(201);
        EventDraft draft = node.bus.drafts().get(0);
        assertThat(draft.attributes().get("subject")).isEqualTo("Euro € 😀");
        assertThat(draft.attributes().get("datacontenttype")).isEqualTo("text/xml");
    }

    @Test
    void theSameCloudEventTwiceIsADuplicate() {
        node.post(EVENTS, EVENT, "content-type", STRUCTURED);
        HttpResponse<String> again = node.post(EVENTS, EVENT, "content-type", STRUCTURED);
        assertThat(again.statusCode()).isEqualTo(200);
        HttpResponse<String> other = node.post(EVENTS, EVENT.replace("\"n\":1", "\"n\":2"), "content-type", STRUCTURED);
        assertThat(other.statusCode()).isEqualTo(409);
        assertThat(TestNode.json(other).get("code").asText()).isEqualTo("WXW-1104");
    }

    @Test
    void aBatchIsAnsweredPerElementInItsOrder() {
        String noType = EVENT.replace("\"type\":\"t\",", "").replace("\"7\"", "\"8\"");
        String body = "[" + EVENT + "," + noType + "," + EVENT + ",17," + EVENT.replace("\"7\"", "\"9\"") + "]";
        HttpResponse<String> answer = node.post(EVENTS, body, "content-type", BATCH);

        assertThat(answer.statusCode()).isEqualTo(207);
        JsonNode items = TestNode.json(answer);
        assertThat(items)
                .extracting(item -> item.get("httpStatus").asInt())
                .isEqualTo(List.of(201, 400, 200, 400, 201));
        assertThat(items.get(1).get("pointer").asText()).isEqualTo("/1");
        assertThat(items.get(1).get("detail").asText()).contains("type");
        assertThat(items.get(4).get("topicSeq").asText()).isEqualTo("2");
    }

    @Test
    void anEmptyBatchIsAnsweredWithNothing() {
        HttpResponse<String> answer = node.post(EVENTS, "[]", "content-type", BATCH);
        assertThat(answer.statusCode()).isEqualTo(207);
        assertThat(answer.body()).isEqualTo("[]");
    }

    @Test
    void aLocalTopicCannotBeOrderedAndCanBeAcceptedOnly() {
        node.bus.setPolicy("home/boiler", new TopicPolicy(DeliveryClass.LOCAL, AckPolicy.ACCEPTED));
        HttpResponse<String> refused = node.post(EVENTS + "?wait=ordered", "x");
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(TestNode.json(refused).get("code").asText()).isEqualTo("WXW-1102");
        HttpResponse<String> taken = node.post(EVENTS, "x");
        assertThat(taken.statusCode()).isEqualTo(202);
        assertThat(TestNode.json(taken).get("status").asText()).isEqualTo("accepted");
    }

    @Test
    void aRefusalOfTheBusIsAProblemAndCounted() {
        HttpResponse<String> answer = node.post("/v1/topics/refuse/at/once/events", "thirteen char");
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(TestNode.json(answer).get("code").asText()).isEqualTo("WXW-2101");
        assertThat(node.get("/metrics").body())
                .contains("waxwing_events_rejected_total{protocol=\"http\",reason=\"storage\"} 1.0");
    }
}

package io.waxwing.http.stream;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.waxwing.bus.delivery.Gap;
import io.waxwing.bus.topic.AckPolicy;
import io.waxwing.bus.topic.DeliveryClass;
import io.waxwing.bus.topic.TopicPolicy;
import io.waxwing.http.exchange.HttpSettings;
import io.waxwing.http.fake.SseReader;
import io.waxwing.http.fake.TestNode;
import java.net.http.HttpResponse;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EventStreamTest {
    private static final String EVENTS = "/v1/topics/home/boiler/events";

    private final TestNode node = new TestNode();

    @AfterEach
    void stop() {
        node.close();
    }

    private String publish(String body) {
        return TestNode.json(node.post(EVENTS, body, "content-type", "text/plain"))
                .get("eventId")
                .asText();
    }

    @Test
    void aStreamHasTheHeadersThatProxiesNeedAndTheEventIdAsId() {
        try (SseReader stream = new SseReader(node, "/v1/events?filter=home/%23")) {
            assertThat(stream.statusLine).isEqualTo("HTTP/1.1 200 OK");
            assertThat(stream.headers)
                    .contains("content-type: text/event-stream", "cache-control: no-store", "x-accel-buffering: no");
            assertThat(stream.nextLine()).isEqualTo("retry: 2000");
            String eventId = publish("hello");
            SseReader.Sse event = stream.next();
            assertThat(event.id()).isEqualTo(eventId);
            assertThat(event.type()).isEqualTo("io.waxwing.raw");
            JsonNode json = TestNode.json(event.data());
            assertThat(json.get("wxwtopic").asText()).isEqualTo("home/boiler");
            assertThat(json.get("wxweventid").asText()).isEqualTo(eventId);
            assertThat(json.get("data").asText()).isEqualTo("hello");
        }
    }

    @Test
    void anExpressionLetsPassWhatItIsTrueFor() {
        try (SseReader stream = new SseReader(node, "/v1/events?filter=%23&sql=LENGTH(wxwtopic)%3D1")) {
            publish("not this one");
            node.post("/v1/topics/a/events", "this one", "content-type", "text/plain");
            assertThat(stream.next().data()).contains("this one").doesNotContain("not this one");
        }
        HttpResponse<String> refused = node.get("/v1/events?filter=%23&sql=type%3D", "accept", "text/event-stream");
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).contains("WXW-1015").contains("at character 6");
    }

    @Test
    void anUnescapedPlusInTheFilterIsTheWildcard() {
        try (SseReader stream = new SseReader(node, "/v1/events?filter=home/+")) {
            publish("hello");
            assertThat(stream.next().data()).contains("hello");
        }
    }

    @Test
    void lastEventIdGoesOnStrictlyAfterAndWinsOverAfter() {
        String first = publish("one");
        String second = publish("two");
        publish("three");
        try (SseReader stream =
                new SseReader(node, "/v1/events?filter=%23&after=" + second, "Last-Event-ID: " + first)) {
            assertThat(stream.next().id()).isEqualTo(second);
        }
        try (SseReader stream = new SseReader(node, "/v1/events?filter=%23&after=" + second)) {
            assertThat(TestNode.json(stream.next().data()).get("data").asText()).isEqualTo("three");
        }
    }

    @Test
    void aTopicsOwnStreamStartsAtATopicSeq() {
        publish("one");
        publish("two");
        try (SseReader stream = new SseReader(node, EVENTS + "?from=2")) {
            assertThat(TestNode.json(stream.next().data()).get("data").asText()).isEqualTo("two");
        }
    }

    @Test
    void aLocalTopicHasASealedCursorThatResumesHere() {
        node.bus.setPolicy("home/boiler", new TopicPolicy(DeliveryClass.LOCAL, AckPolicy.DURABLE));
        node.post(EVENTS, "1");
        node.post(EVENTS, "2");
        String cursor;
        try (SseReader stream = new SseReader(node, "/v1/events?filter=%23&from=first")) {
            cursor = stream.next().id();
        }
        assertThat(cursor).matches("c\\.[A-Za-z0-9_-]{48}");
        try (SseReader stream = new SseReader(node, "/v1/events?filter=%23", "Last-Event-ID: " + cursor)) {
            assertThat(TestNode.json(stream.next().data()).get("data").asText()).isEqualTo("2");
        }
    }

    private static Gap gap(@Nullable String topic, boolean isVoid) {
        Gap.Place place = new Gap.Place(7, 1_760_000_000_000L, 31, 4, 2);
        return new Gap(topic, "ab".repeat(32), place, "cd".repeat(32), "bank-a", List.of("bank-b", "insurer"), isVoid);
    }

    @Test
    void whoPassesGapsIsGivenThemWithAPlaceToGoOnAndWhatIsLateWithoutOne() {
        publish("one");
        try (SseReader stream = new SseReader(node, EVENTS + "?from=first&onWithheld=gap");
                SseReader waits = new SseReader(node, EVENTS + "?from=first&onWithheld=wait")) {
            assertThat(stream.next().data()).contains("one");
            assertThat(waits.next().data()).contains("one");
            node.bus.gap(gap("home/boiler", false));
            SseReader.Sse missing = stream.next();
            assertThat(missing.type()).isEqualTo("gap");
            assertThat(missing.id()).isEqualTo("g.7.31");
            assertThat(missing.data())
                    .isEqualTo("{\"type\":\"gap\",\"topic\":\"home/boiler\",\"topicTag\":\"" + "ab".repeat(32)
                            + "\",\"topicSeq\":4,\"count\":2,\"height\":7,\"leafIndex\":31,"
                            + "\"time\":\"2025-10-09T08:53:20Z\",\"commitment\":\"" + "cd".repeat(32)
                            + "\",\"origin\":\"bank-a\",\"signers\":[\"bank-b\",\"insurer\"],\"void\":false}");
            SseReader.Sse late = stream.next();
            assertThat(late.id()).isEmpty();
            assertThat(TestNode.json(late.data()).get("wxwlate").asBoolean()).isTrue();
            node.bus.gap(gap(null, true));
            SseReader.Sse isVoid = stream.next();
            assertThat(isVoid.id()).isEmpty();
            assertThat(isVoid.data()).contains("\"void\":true").doesNotContain("\"topic\":");
            publish("two");
            assertThat(waits.next().data()).contains("two");
        }
        try (SseReader stream = new SseReader(node, EVENTS + "?onWithheld=gap", "Last-Event-ID: g.7.31")) {
            assertThat(stream.statusLine).contains("200");
        }
        for (String wrong : List.of("onWithheld=maybe", "after=g.7", "after=g.7.x", "after=g.7.31.5")) {
            assertThat(node.get(EVENTS + "?" + wrong, "accept", "text/event-stream")
                            .statusCode())
                    .as(wrong)
                    .isEqualTo(400);
        }
    }

    @Test
    void aPageGivesWhatIsBehindMissingPayloadsBesideWhatWasDelivered() {
        String eventId = publish("one");
        node.bus.gap(gap("home/boiler", false));
        assertThat(node.get(EVENTS).body()).doesNotContain("beyond");
        JsonNode page = TestNode.json(node.get(EVENTS + "?onWithheld=gap"));
        assertThat(page.get("events")).hasSize(1);
        assertThat(page.get("beyond").get(0).get("type").asText()).isEqualTo("gap");
        assertThat(page.get("beyondCursor").asText()).isEqualTo("g.7.31");
        JsonNode next = TestNode.json(node.get(EVENTS + "?onWithheld=gap&beyond=g.7.31"));
        assertThat(next.get("beyond").get(0).get("data").asText()).isEqualTo("one");
        assertThat(next.get("beyondCursor").asText()).isEqualTo(eventId);
        assertThat(node.get(EVENTS + "?beyond=g.7.31").statusCode()).isEqualTo(400);
    }

    @Test
    void aPositionThatIsGoneIs410() {
        String first = publish("one");
        publish("two");
        node.bus.trim();
        HttpResponse<String> trimmed = node.get("/v1/events?filter=%23", "last-event-id", first);
        assertThat(trimmed.statusCode()).isEqualTo(410);
        assertThat(TestNode.json(trimmed).get("type").asText()).isEqualTo("urn:waxwing:problem:position-gone");
        String foreign = new CursorSeal(new byte[32]).seal(1);
        assertThat(node.get("/v1/events?filter=%23&after=" + foreign).statusCode())
                .isEqualTo(410);
        assertThat(node.bus.openAttachments()).isZero();
    }

    @Test
    void aSlowReaderIsContinuedAndLosesNothing() {
        int events = 400;
        String filler = "x".repeat(20_000);
        try (SseReader stream = new SseReader(node, "/v1/events?filter=%23")) {
            for (int i = 0; i < events; i++) {
                node.post(EVENTS, i + " " + filler, "content-type", "text/plain");
            }
            assertThat(node.bus.refusedOffers()).as("the bus was told to wait").isPositive();
            for (int i = 0; i < events; i++) {
                String data = TestNode.json(stream.next().data()).get("data").asText();
                assertThat(data.substring(0, data.indexOf(' '))).isEqualTo(Integer.toString(i));
            }
        }
    }

    @Test
    void aClosedReaderIsDetached() {
        SseReader stream = new SseReader(node, "/v1/events?filter=%23");
        assertThat(node.bus.openAttachments()).isEqualTo(1);
        stream.close();
        long deadline = System.nanoTime() + 5_000_000_000L;
        while (node.bus.openAttachments() > 0 && System.nanoTime() < deadline) {
            Thread.onSpinWait();
        }
        assertThat(node.bus.openAttachments()).isZero();
    }

    @Test
    void stoppingTheNodeEndsStreams() {
        try (SseReader stream = new SseReader(node, "/v1/events?filter=%23")) {
            node.close();
            assertThat(stream.ends()).isTrue();
        }
    }

    @Test
    void commentsKeepAQuietStreamAliveAndTooManyStreamsAreRefused() {
        HttpSettings usual = HttpSettings.defaults();
        HttpSettings tight = new HttpSettings(
                usual.maxRequestBytes(),
                usual.maxBatchEvents(),
                usual.maxRequestLineBytes(),
                usual.maxHeaderBytes(),
                usual.maxConnections(),
                usual.headTimeoutMs(),
                usual.requestTimeoutMs(),
                usual.idleTimeoutMs(),
                usual.defaultWaitMs(),
                usual.maxWaitMs(),
                1,
                usual.streamBufferEvents(),
                usual.streamBufferBytes(),
                20,
                usual.streamRetryMs(),
                usual.maxPageEvents(),
                usual.maxPageBytes(),
                usual.slowReadThreads(),
                usual.slowReadQueue());
        try (TestNode small = new TestNode(tight);
                SseReader stream = new SseReader(small, "/v1/events?filter=%23")) {
            assertThat(stream.nextLine()).startsWith("retry");
            assertThat(stream.nextLine()).startsWith(": waxwing");
            assertThat(stream.nextLine()).isEqualTo(":");
            assertThat(stream.nextLine()).isEqualTo(":");
            HttpResponse<String> second = small.get("/v1/events?filter=%23");
            assertThat(second.statusCode()).isEqualTo(429);
            assertThat(TestNode.json(second).get("code").asText()).isEqualTo("WXW-1206");
        }
    }
}

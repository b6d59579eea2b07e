package io.waxwing.broker.weevent;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.waxwing.testkit.peer.NaiveParser;
import io.waxwing.testkit.peer.StompSocket;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the clients 1.3 to 1.6 send, recorded in weevent.md 2.4, against a real node; and what users of WeEvent missed.
 */
class WeEventWireTest {
    private static final String UUID = "0d2b4f5e-1f0c-4d8e-9c55-3f7c5d0a7e11";
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @TempDir
    private Path folder;

    private LoneNode node;

    @BeforeEach
    void start() throws IOException {
        node = new LoneNode(folder.resolve("data"), Map.of());
    }

    @AfterEach
    void stop() {
        node.stop();
    }

    private HttpResponse<String> request(HttpRequest.Builder request) {
        try {
            return HTTP.send(
                    request.timeout(java.time.Duration.ofSeconds(20)).build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException | InterruptedException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private JsonNode get(String path) {
        return json(request(HttpRequest.newBuilder(URI.create(node.url("http") + path)))
                .body());
    }

    private static JsonNode json(String text) {
        try {
            return new ObjectMapper().readTree(text);
        } catch (IOException notJson) {
            throw new IllegalStateException(text, notJson);
        }
    }

    private JsonNode rest(String call) {
        JsonNode answer = get("/weevent-broker/rest/" + call);
        assertThat(answer.get("code").asInt()).as(answer.toString()).isZero();
        return answer.get("data");
    }

    private StompSocket peer() {
        StompSocket peer = new StompSocket(URI.create(node.url("ws") + "/weevent-broker/stomp"));
        peer.connect();
        return peer;
    }

    @Test
    void aTopicIsOpenedWithTheClassThatTheNodesPoliciesSay() throws IOException {
        rest("open?topic=plain&groupId=1");
        assertThat(get("/v1/topics/plain").toString()).contains("\"class\":\"ordered\"");
        node.stop();
        node = new LoneNode(folder.resolve("sealed"), Map.of("topics.default.class", "sealed"));
        assertThat(rest("open?topic=quiet&groupId=1").asBoolean()).isTrue();
        assertThat(get("/v1/topics/quiet").toString())
                .contains("\"class\":\"sealed\"")
                .contains("\"ack\":\"durable\"");
        assertThat(get("/weevent-broker/rest/publish?topic=quiet&groupId=1&content=1")
                        .get("status")
                        .asText())
                .isEqualTo("SUCCESS");
        node.stop();
        node = new LoneNode(folder.resolve("local"), Map.of("topics.default.class", "local"));
        assertThat(get("/weevent-broker/rest/open?topic=here&groupId=1")
                        .get("code")
                        .asInt())
                .isEqualTo(100111);
        assertThat(rest("exist?topic=here&groupId=1").asBoolean()).isFalse();
    }

    @Test
    void aWholeLifeOverTheWireOfOneSix() {
        assertThat(rest("open?topic=com.weevent.test&groupId=1").asBoolean()).isTrue();
        assertThat(rest("exist?topic=com.weevent.test&groupId=1").asBoolean()).isTrue();
        try (StompSocket peer = peer()) {
            String first = peer.publish("com.weevent.test", "1");
            String second = peer.publish("com.weevent.test", "2");
            assertThat(first).startsWith("317e7c4c-1-");
            JsonNode state = rest("state?topic=com.weevent.test&groupId=1");
            assertThat(state.get("sequenceNumber").asLong()).isEqualTo(2);
            assertThat(second).endsWith("-" + state.get("blockNumber").asLong());
            assertThat(rest("list?pageIndex=0&pageSize=10&groupId=1")
                            .get("total")
                            .asInt())
                    .isEqualTo(1);
            assertThat(rest("getEvent?eventId=" + first + "&groupId=1")
                            .get("content")
                            .asText())
                    .isEqualTo("MQ==");
            peer.subscribe("destination:com.weevent.test\neventId:" + first + "\nid:1\ngroupId:1");
            NaiveParser.Plain message = peer.next("MESSAGE");
            assertThat(message.body()).isEqualTo("2");
            assertThat(message.headers()).containsEntry("eventId", second);
            JsonNode plus = json(message.headers().get("weevent-plus"));
            assertThat(plus.get("sender").asText()).isEqualTo("local");
            long height = plus.get("height").asLong();
            JsonNode transactions =
                    get("/weevent-broker/admin/transaction/transList?pageNumber=1&pageSize=10&transactionHash="
                                    + plus.get("txHash").asText())
                            .at("/data/pageData");
            assertThat(transactions.at("/0/blockNumber").asLong()).isEqualTo(height);
            assertThat(transactions.at("/0/transTo").asText()).isEqualTo("segment");
            peer.subscribe("destination:com.weevent.test\neventId:" + (height - 1) + "\nid:2\ngroupId:1");
            assertThat(peer.next("MESSAGE").body()).isEqualTo("2");
            peer.send("UNSUBSCRIBE\nid:1\n\n\0");
            peer.next("RECEIPT");
        }
    }

    @Test
    void whoPublishesToASealedTopicIsToldTheEventIdOnceTheEventIsFinal() {
        HttpResponse<String> made = request(HttpRequest.newBuilder(URI.create(node.url("http") + "/v1/topics/private"))
                .PUT(HttpRequest.BodyPublishers.ofString("{\"class\":\"sealed\"}")));
        assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
        assertThat(rest("open?topic=private").asBoolean()).as("it is open").isTrue();
        JsonNode sent = get("/weevent-broker/rest/publish?topic=private&content=1");
        assertThat(sent.get("status").asText()).isEqualTo("SUCCESS");
        try (StompSocket peer = peer()) {
            String second = peer.publish("private", "2");
            String hash = sent.get("eventId").asText().substring(0, 8);
            assertThat(sent.get("eventId").asText()).startsWith(hash + "-1-");
            assertThat(second).startsWith(hash + "-2-");
            assertThat(rest("getEvent?eventId=" + second).get("content").asText())
                    .isEqualTo("Mg==");
            assertThat(rest("state?topic=private").get("sequenceNumber").asInt())
                    .isEqualTo(2);
            peer.send("SUBSCRIBE\ndestination:private\nid:1\n\n\0");
            assertThat(peer.next("ERROR").headers().get("message")).contains("sealed");
        }
    }

    @Test
    void theChainIsReadBlockByBlock() {
        rest("open?topic=a");
        for (int i = 0; i < 3; i++) {
            get("/weevent-broker/rest/publish?topic=a&content=" + i);
        }
        JsonNode general = get("/weevent-broker/admin/group/general").get("data");
        long top = general.get("latestBlock").asLong();
        assertThat(general.get("nodeCount").asInt()).isEqualTo(1);
        JsonNode blocks = get("/weevent-broker/admin/block/blockList?pageNumber=1&pageSize=100")
                .at("/data/pageData");
        assertThat(blocks.at("/0/blockNumber").asLong()).isGreaterThanOrEqualTo(top);
        long transactions = 0;
        for (JsonNode block : blocks) {
            transactions += block.get("transCount").asLong();
        }
        JsonNode all = get("/weevent-broker/admin/transaction/transList?pageNumber=1&pageSize=100")
                .get("data");
        // Genesis is block 0, which is not listed, and has one.
        assertThat(all.get("total").asLong()).isEqualTo(transactions + 1);
        assertThat(all.get("pageData")).hasSize((int) transactions + 1);
        JsonNode nodes = get("/weevent-broker/admin/node/nodeList?pageNumber=1&pageSize=10")
                .at("/data/pageData");
        assertThat(nodes).hasSize(1);
        assertThat(nodes.at("/0/nodeType").asText()).isEqualTo("sealer");
    }

    @Test
    void aHistoryOfSeveralTopicsComesWholeAndInOneOrderHoweverOftenItIsAskedFor() {
        rest("open?topic=a");
        rest("open?topic=b");
        List<String> wanted = new ArrayList<>();
        try (StompSocket peer = peer()) {
            for (int i = 0; i < 20; i++) {
                peer.publish(i % 3 == 0 ? "b" : "a", Integer.toString(i));
                wanted.add(Integer.toString(i));
            }
            for (int round = 0; round < 30; round++) {
                peer.subscribe("destination:a,b\neventId:OFFSET_FIRST\nid:" + round);
                List<String> got = new ArrayList<>();
                for (int i = 0; i < wanted.size(); i++) {
                    got.add(peer.next("MESSAGE").body());
                }
                assertThat(got).as("round " + round).isEqualTo(wanted);
            }
        }
    }

    @Test
    void reconnectingAfterARestartLosesNothing() {
        rest("open?topic=a");
        String last;
        try (StompSocket peer = peer()) {
            peer.subscribe("destination:a\nid:1\nweevent-subscriptionId:" + UUID);
            String sent = get("/weevent-broker/rest/publish?topic=a&content=before")
                    .get("eventId")
                    .asText();
            last = peer.next("MESSAGE").headers().get("eventId");
            assertThat(last).isEqualTo(sent);
            node.stop();
            assertThat(peer.next("ERROR").headers().get("message")).contains("WXW-2105");
            peer.status();
        }
        node.start();
        get("/weevent-broker/rest/publish?topic=a&content=between");
        try (StompSocket peer = peer()) {
            assertThat(peer.subscribe("destination:a\nid:1\nweevent-subscriptionId:" + UUID + "\neventId:" + last)
                            .headers())
                    .containsEntry("subscription-id", UUID);
            assertThat(peer.next("MESSAGE").body()).isEqualTo("between");
        }
    }

    @Test
    void hundredsThatLeaveAtOnceStallNobody() {
        rest("open?topic=a");
        List<StompSocket> many = new ArrayList<>();
        try (StompSocket stays = peer()) {
            stays.subscribe("destination:a\nid:1");
            for (int i = 0; i < 150; i++) {
                StompSocket leaves = peer();
                leaves.subscribe("destination:a\nid:1");
                leaves.subscribe("destination:#\nid:2");
                many.add(leaves);
            }
            many.forEach(StompSocket::close);
            long begin = System.nanoTime();
            for (int i = 0; i < 10; i++) {
                get("/weevent-broker/rest/publish?topic=a&content=" + i);
                assertThat(stays.next("MESSAGE").body()).isEqualTo(Integer.toString(i));
            }
            // WeEvent's broker slept a second for each of them.
            assertThat(System.nanoTime() - begin).isLessThan(TimeUnit.SECONDS.toNanos(30));
        }
    }

    @Test
    void bytesGoThroughEveryProtocolAsTheyAre() {
        rest("open?topic=a");
        byte[] bytes = {0, (byte) 0x80, (byte) 0xff, '\n', 'x'};
        String base64 = Base64.getEncoder().encodeToString(bytes);
        String rpc =
                "{\"id\":\"1\",\"method\":\"publish\",\"params\":{\"topic\":\"a\",\"content\":\"" + base64 + "\"}}";
        String eventId = json(request(HttpRequest.newBuilder(URI.create(node.url("http") + "/weevent/jsonrpc"))
                                .POST(HttpRequest.BodyPublishers.ofString(rpc)))
                        .body())
                .at("/result/eventId")
                .asText();
        assertThat(get("/v1/events/" + eventId).get("data_base64").asText()).isEqualTo(base64);
        request(HttpRequest.newBuilder(URI.create(node.url("http") + "/v1/topics/a/events"))
                .POST(HttpRequest.BodyPublishers.ofByteArray(bytes)));
        try (StompSocket peer = peer()) {
            peer.subscribe("destination:a\nid:1\neventId:OFFSET_FIRST");
            for (int i = 0; i < 2; i++) {
                NaiveParser.Plain message = peer.next("MESSAGE");
                assertThat(message.body()).isEqualTo(base64);
                assertThat(message.headers()).containsEntry("weevent-encoding", "base64");
            }
        }
    }
}

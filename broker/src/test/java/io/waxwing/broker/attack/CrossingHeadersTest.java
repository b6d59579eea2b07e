package io.waxwing.broker.attack;

import static org.assertj.core.api.Assertions.assertThat;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.datatypes.Mqtt5UserProperties;
import com.hivemq.client.mqtt.mqtt5.datatypes.Mqtt5UserPropertiesBuilder;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a publisher writes into headers of his protocol never becomes a header, or a line, of another's answer. */
class CrossingHeadersTest {
    private static final String INJECTED = "x-injected";
    private static final String LINES = "a\r\n" + INJECTED + ": 1\r\n\r\nbody\n" + INJECTED + ":1\n";

    @TempDir
    private static Path folder = Path.of("");

    @SuppressWarnings("NullAway.Init") // Set before all tests.
    private static Attacked node;

    @BeforeAll
    static void start() {
        node = new Attacked(folder, java.util.Map.of());
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    private static Socket subscribed(String topic) throws Exception {
        Socket socket = node.stomp();
        Attacked.stomp(
                socket,
                "SUBSCRIBE\nid:ours\ndestination:/topic/" + topic
                        + "\nx-stream-offset:first\nack:auto\nreceipt:r\n\n^");
        assertThat(Attacked.frame(socket)).startsWith("RECEIPT\n");
        return socket;
    }

    private static List<String> headerLines(String frameOrAnswer) {
        return List.of(frameOrAnswer.split("\r?\n\r?\n", 2)[0].split("\r?\n"));
    }

    /** What this topic's only event looks like to subscribers of every protocol. */
    private static void nobodySees(String topic) throws Exception {
        try (Socket subscriber = subscribed(topic)) {
            String message = Attacked.frame(subscriber);
            assertThat(message).startsWith("MESSAGE\n");
            List<String> names = new ArrayList<>();
            headerLines(message).forEach(line -> names.add(line.split(":", 2)[0]));
            assertThat(names).doesNotContain(INJECTED);
            assertThat(headerLines(message))
                    .contains("subscription:ours", "destination:/topic/" + topic)
                    .doesNotContain("subscription:99", "destination:/topic/elsewhere", "content-length:0");
            assertThat(names.indexOf("destination")).isEqualTo(names.lastIndexOf("destination"));
        }
        String page = node.send("GET", "/v1/topics/" + topic + "/events", null, "accept", "application/json")
                .body();
        assertThat(page).doesNotContain("\r").doesNotContain("\n" + INJECTED);
        int at = page.indexOf("\"wxweventid\":\"") + 14;
        String eventId = page.substring(at, page.indexOf('"', at));
        String binary = node.rawHttp("GET /v1/events/" + eventId
                + " HTTP/1.1\r\nHost: x\r\nAccept: text/plain, application/octet-stream\r\nConnection: close\r\n\r\n");
        assertThat(binary).startsWith("HTTP/1.1 200");
        assertThat(headerLines(binary))
                .noneMatch(line -> line.toLowerCase(java.util.Locale.ROOT).startsWith(INJECTED));
        assertThat(headerLines(binary))
                .noneMatch(line -> line.toLowerCase(java.util.Locale.ROOT).startsWith("set-cookie"));
        String stream = node.rawHttp("GET /v1/topics/" + topic
                + "/events?from=first HTTP/1.0\r\nHost: x\r\nAccept: application/json\r\n\r\n");
        assertThat(headerLines(stream)).noneMatch(line -> line.startsWith(INJECTED));
    }

    @Test
    void userPropertiesOfMqttStayWhatTheyAre() throws Exception {
        Mqtt5UserPropertiesBuilder properties = Mqtt5UserProperties.builder()
                .add("evil", LINES)
                .add("evil\r\n" + INJECTED, "1")
                .add("set-cookie", "session=1")
                .add("destination", "/topic/elsewhere")
                .add("subscription", "99")
                .add("message-id", "99")
                .add("content-length", "0")
                .add("ack", "99");
        Mqtt5BlockingClient publisher = node.mqtt();
        publisher
                .publishWith()
                .topic("cross/mqtt")
                .qos(MqttQos.AT_LEAST_ONCE)
                .payload("hello".getBytes(java.nio.charset.StandardCharsets.UTF_8))
                .userProperties(properties.build())
                .contentType("text/plain\r\n" + INJECTED + ": 1")
                .responseTopic("answers\n" + INJECTED)
                .send();
        publisher.disconnect();
        nobodySees("cross/mqtt");
    }

    @Test
    void escapesOfStompStayWhatTheyAre() throws Exception {
        try (Socket publisher = node.stomp()) {
            Attacked.stomp(
                    publisher,
                    "SEND\ndestination:/topic/cross/stomp\nreceipt:1\nsubscription:99\nmessage-id:m\nset-cookie:a=1\n"
                            + "evil:a\\r\\n" + INJECTED + "\\c 1\\r\\n\\r\\nbody\n"
                            + "evil\\n" + INJECTED + ":1\ncontent-type:text/plain\\r\\n" + INJECTED + "\\c1\n\nhello^");
            assertThat(Attacked.frame(publisher)).startsWith("RECEIPT\n");
        }
        nobodySees("cross/stomp");
    }

    @Test
    void attributesWithTheNamesOfStompHeadersAreNoneOfItsHeaders() throws Exception {
        HttpResponse<String> answer = node.send(
                "POST",
                "/v1/topics/cross/http/events",
                "hello",
                "content-type",
                "text/plain",
                "ce-specversion",
                "1.0",
                "ce-id",
                "1",
                "ce-source",
                "//x",
                "ce-type",
                "t",
                "ce-destination",
                "/topic/elsewhere",
                "ce-subscription",
                "99",
                "ce-ack",
                "99");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        nobodySees("cross/http");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"ce-evil: a%0D%0A", "ce-evil: a%0A", "ce-evil: a%00", "ce-subject: a%C2%85b", "ce-ev%0Ail: a"})
    void whatWouldBeALineOfAHeaderIsRefusedWhereItComesIn(String header) throws Exception {
        String answer = node.rawHttp("POST /v1/topics/cross/refused/events HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                + "ce-specversion: 1.0\r\nce-id: 1\r\nce-source: //x\r\nce-type: t\r\n" + header
                + "\r\nContent-Length: 1\r\n\r\nx");
        assertThat(answer).startsWith("HTTP/1.1 400");
        assertThat(node.send("GET", "/v1/topics/cross/refused", null).statusCode())
                .isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"evil", "subject", "type", "source"})
    void linesInAttributesOfAStructuredEventAreRefused(String name) throws Exception {
        String event = ("{'specversion':'1.0','id':'1','source':'//x','type':'t','" + name + "':'a\\r\\nb'}")
                .replace('\'', '"');
        if (!name.equals("evil") && !name.equals("subject")) {
            event = event.replace("\"" + name + "\":\"" + (name.equals("type") ? "t" : "//x") + "\",", "")
                    .replace(",\"type\":\"t\",\"type\"", ",\"type\"");
        }
        assertThat(node.send(
                                "POST",
                                "/v1/topics/cross/refused/events",
                                event,
                                "content-type",
                                "application/cloudevents+json")
                        .statusCode())
                .isEqualTo(400);
    }

    @Test
    void aTopicWithLinesIsNoLineOfAnyAnswer() throws Exception {
        String topic = "cross\\r\\n" + INJECTED + "\\c1";
        try (Socket stomp = node.stomp()) {
            Attacked.stomp(stomp, "SEND\ndestination:/topic/" + topic + "\nreceipt:1\n\nx^");
            assertThat(Attacked.frame(stomp)).startsWith("RECEIPT\n");
            Attacked.stomp(stomp, "SUBSCRIBE\nid:ours\ndestination:/topic/" + topic + "\nx-stream-offset:first\n\n^");
            assertThat(Attacked.frame(stomp)).startsWith("MESSAGE\n").contains("\ndestination:/topic/" + topic + "\n");
        }
        assertThat(node.send("GET", "/v1/topics?prefix=cross", null).body())
                .contains("\"name\":\"cross\\r\\n" + INJECTED + ":1\"")
                .doesNotContain("\r\n" + INJECTED);
        String answer = node.rawHttp("POST /v1/topics/cross%0D%0A" + INJECTED
                + "%3A1/events HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 1\r\n\r\nx");
        assertThat(headerLines(answer)).noneMatch(line -> line.startsWith(INJECTED));
    }
}

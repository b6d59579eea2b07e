package io.waxwing.broker.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import com.hivemq.client.mqtt.mqtt5.datatypes.Mqtt5UserProperties;
import com.hivemq.client.mqtt.mqtt5.datatypes.Mqtt5UserPropertiesBuilder;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5PubAckException;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import com.hivemq.client.mqtt.mqtt5.message.publish.puback.Mqtt5PubAckReasonCode;
import io.waxwing.broker.Broker;
import io.waxwing.broker.BrokerFolder;
import io.waxwing.broker.access.AccessText;
import io.waxwing.broker.config.ConfigLoader;
import io.waxwing.bus.identity.Action;
import io.waxwing.bus.identity.Grant;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Schemas and signatures on a whole node: set by HTTP, asked of events of every protocol. */
class RulesOnEveryProtocolTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final String SCHEMA = "{\"type\":\"object\",\"properties\":{\"kWh\":{\"type\":\"number\"}}}";
    private static final String GOOD = "{\"kWh\": 12}";
    private static final String BAD = "{\"kWh\":\"twelve\"}";
    private static final Path SIGNATURES = Path.of("src/test/resources/signatures");

    @TempDir
    private Path folder = Path.of("");

    private Broker node;
    private String token = "";

    @BeforeEach
    void start() {
        node = Broker.start(
                BrokerFolder.of(folder.resolve("data"), null), ConfigLoader.load(null, Map.of(), settings()));
    }

    private static Map<String, String> settings() {
        return Map.of("listeners.mqtt.port", "0", "listeners.http.port", "0", "listeners.stomp.port", "0");
    }

    @AfterEach
    void stop() {
        node.stop();
    }

    private int port(String listener) {
        return Objects.requireNonNull(node.listeners().get(listener)).getPort();
    }

    private HttpResponse<String> send(String method, String path, String body, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port("http") + path))
                .method(method, HttpRequest.BodyPublishers.ofString(body));
        if (!token.isEmpty()) {
            request.header("authorization", "Bearer " + token);
        }
        return HTTP.send(
                (headers.length == 0 ? request : request.headers(headers)).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private JsonNode publish(int status, String path, String body, String... headers) throws Exception {
        HttpResponse<String> answer = send("POST", path, body, headers);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        return JSON.readTree(answer.body());
    }

    private void set(String path, String body) throws Exception {
        HttpResponse<String> answer = send("PUT", path, body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    }

    private Mqtt5BlockingClient mqtt() {
        Mqtt5BlockingClient client = Mqtt5Client.builder()
                .serverHost("127.0.0.1")
                .serverPort(port("mqtt"))
                .buildBlocking();
        client.connect();
        return client;
    }

    private String stomp(String frame) throws Exception {
        try (Socket socket = new Socket("127.0.0.1", port("stomp"))) {
            socket.setSoTimeout(10_000);
            String all = "CONNECT\naccept-version:1.2\nhost:h\n\n\0" + frame + "\0DISCONNECT\nreceipt:end\n\n\0";
            socket.getOutputStream().write(all.getBytes(StandardCharsets.UTF_8));
            StringBuilder read = new StringBuilder();
            for (int b = socket.getInputStream().read();
                    b >= 0;
                    b = socket.getInputStream().read()) {
                read.append((char) b);
                if (read.indexOf("receipt-id:end") >= 0) {
                    break;
                }
            }
            return read.toString();
        }
    }

    @Test
    void dataThatDoNotFitAreRefusedOnEveryProtocol() throws Exception {
        set("/v1/topics/meters/7/schema", SCHEMA);
        String events = "/v1/topics/meters/7/events";
        String wrapped = "{\"specversion\":\"1.0\",\"id\":\"%s\",\"source\":\"//x\",\"type\":\"t\",\"data\":%s}";
        assertThat(publish(422, events, BAD).get("pointer").asText()).isEqualTo("/kWh");
        assertThat(publish(422, events, BAD).get("code").asText()).isEqualTo("WXW-1012");
        publish(201, events, GOOD);
        JsonNode structured =
                publish(422, events, wrapped.formatted("1", BAD), "content-type", "application/cloudevents+json");
        assertThat(structured.get("pointer").asText()).isEqualTo("/data/kWh");
        JsonNode batch = publish(
                207,
                events,
                "[" + wrapped.formatted("2", GOOD) + "," + wrapped.formatted("3", BAD) + "]",
                "content-type",
                "application/cloudevents-batch+json");
        assertThat(batch.at("/0/status").asText()).isEqualTo("ordered");
        assertThat(batch.at("/1/pointer").asText()).isEqualTo("/1/data/kWh");
        publish(422, events, GOOD, "content-type", "text/plain");
        assertThat(stomp("SEND\ndestination:/topic/meters/7\nreceipt:1\n\n" + GOOD))
                .contains("RECEIPT\nreceipt-id:1");
        assertThat(stomp("SEND\ndestination:/topic/meters/7\nreceipt:1\n\n" + BAD))
                .contains("ERROR")
                .contains("WXW-1012")
                .doesNotContain("RECEIPT");
        Mqtt5BlockingClient client = mqtt();
        Mqtt5Publish good = Mqtt5Publish.builder()
                .topic("meters/7")
                .qos(MqttQos.AT_LEAST_ONCE)
                .payload(GOOD.getBytes(StandardCharsets.UTF_8))
                .build();
        client.publish(good);
        assertThatThrownBy(() -> client.publish(good.extend()
                        .payload(BAD.getBytes(StandardCharsets.UTF_8))
                        .build()))
                .isInstanceOfSatisfying(
                        Mqtt5PubAckException.class,
                        refused -> assertThat(refused.getMqttMessage().getReasonCode())
                                .isEqualTo(Mqtt5PubAckReasonCode.PAYLOAD_FORMAT_INVALID));
        client.disconnect();
        assertThat(JSON.readTree(send("GET", events, "").body()).get("events"))
                .as("what fits is there")
                .hasSize(4);
    }

    @Test
    void aSchemaIsShownReplacedRemovedAndThereAfterARestart() throws Exception {
        set("/v1/topics/meters/8/schema", SCHEMA);
        HttpResponse<String> shown = send("GET", "/v1/topics/meters/8/schema", "");
        assertThat(shown.body()).isEqualTo(SCHEMA);
        assertThat(shown.headers().firstValue("content-type")).hasValue("application/schema+json");
        assertThat(send("PUT", "/v1/topics/meters/8/schema", "{\"type\":\"array\"}")
                        .statusCode())
                .isEqualTo(200);
        HttpResponse<String> bad =
                send("PUT", "/v1/topics/meters/8/schema", "{\"properties\":{\"a\":{\"$ref\":\"http://x/\"}}}");
        assertThat(bad.statusCode()).isEqualTo(422);
        assertThat(JSON.readTree(bad.body()).get("pointer").asText()).isEqualTo("/properties/a/$ref");
        node.stop();
        start();
        publish(422, "/v1/topics/meters/8/events", GOOD);
        publish(201, "/v1/topics/meters/8/events", "[]");
        assertThat(send("DELETE", "/v1/topics/meters/8/schema", "").statusCode())
                .isEqualTo(204);
        assertThat(send("DELETE", "/v1/topics/meters/8/schema", "").statusCode())
                .isEqualTo(404);
        assertThat(send("GET", "/v1/topics/meters/8/schema", "").body()).contains("WXW-1018");
        publish(201, "/v1/topics/meters/8/events", BAD);
        assertThat(Files.readString(node.folder().auditLog()))
                .contains("\"act\":\"topics.put\",\"what\":\"meters/8/schema")
                .contains("\"act\":\"topics.delete\"");
    }

    private static Map<String, String> signed() throws Exception {
        return signed(1);
    }

    private static Map<String, String> signed(int reading) throws Exception {
        Map<String, String> event = new LinkedHashMap<>();
        event.put("specversion", "1.0");
        event.put("id", "reading-" + reading);
        event.put("source", "//home-17/meter");
        event.put("type", "org.example.reading");
        event.put("subject", "kitchen");
        event.put("time", "2026-03-01T09:00:06.25+01:00");
        event.put("phase", "L1");
        event.put("signedextattrs", "phase");
        event.put(
                "dssematerial",
                Files.readString(SIGNATURES.resolve("ed25519" + (reading == 1 ? "" : "-" + reading) + ".material"))
                        .strip());
        return event;
    }

    private void signer(String topics) throws Exception {
        set(
                "/v1/signers/ed25519",
                JSON.writeValueAsString(Map.of(
                        "filter",
                        topics,
                        "source",
                        "//home-17/*",
                        "required",
                        true,
                        "publicKey",
                        Files.readString(SIGNATURES.resolve("ed25519.pem")))));
    }

    private HttpResponse<String> binary(String topic, Map<String, String> event) throws Exception {
        String[] headers = new String[2 * event.size() + 2];
        int at = 0;
        for (Map.Entry<String, String> each : event.entrySet()) {
            headers[at++] = "ce-" + each.getKey();
            headers[at++] = each.getValue();
        }
        headers[at++] = "content-type";
        headers[at] = "application/json";
        return send("POST", "/v1/topics/" + topic + "/events", GOOD, headers);
    }

    private static String stompFrame(String topic, Map<String, String> event) {
        StringBuilder frame =
                new StringBuilder("SEND\ndestination:/topic/" + topic + "\nreceipt:1\ncontent-type:application/json\n");
        event.forEach((name, value) -> frame.append("ce_")
                .append(name)
                .append(':')
                .append(value.replace(":", "\\c"))
                .append('\n'));
        return frame.append('\n').append(GOOD).toString();
    }

    private static Mqtt5Publish packet(String topic, Map<String, String> event) {
        Mqtt5UserPropertiesBuilder properties = Mqtt5UserProperties.builder();
        event.forEach(properties::add);
        return Mqtt5Publish.builder()
                .topic(topic)
                .qos(MqttQos.AT_LEAST_ONCE)
                .payload(GOOD.getBytes(StandardCharsets.UTF_8))
                .contentType("application/json")
                .userProperties(properties.build())
                .build();
    }

    @Test
    void signedEventsAreTakenAndOthersRefusedOnEveryProtocol() throws Exception {
        signer("meters/#");
        Map<String, String> good = signed();
        Map<String, String> changed = signed();
        changed.put("phase", "L2");
        Map<String, String> without = signed();
        without.remove("dssematerial");
        assertThat(binary("meters/h", good).statusCode()).isEqualTo(201);
        assertThat(stomp(stompFrame("meters/s", signed(2)))).contains("RECEIPT\nreceipt-id:1");
        Mqtt5BlockingClient client = mqtt();
        client.publish(packet("meters/m", signed(3)));
        for (Map<String, String> each : java.util.List.of(changed, without)) {
            HttpResponse<String> answer = binary("meters/h", each);
            assertThat(answer.statusCode()).isEqualTo(403);
            assertThat(answer.body()).contains("WXW-1014");
            assertThat(stomp(stompFrame("meters/s", each))).contains("WXW-1014").doesNotContain("RECEIPT");
            assertThatThrownBy(() -> client.publish(packet("meters/m", each)))
                    .isInstanceOfSatisfying(
                            Mqtt5PubAckException.class,
                            refused -> assertThat(refused.getMqttMessage().getReasonCode())
                                    .isEqualTo(Mqtt5PubAckReasonCode.NOT_AUTHORIZED));
        }
        client.disconnect();
        for (String topic : new String[] {"h", "s", "m"}) {
            JsonNode events = JSON.readTree(send("GET", "/v1/topics/meters/" + topic + "/events", "")
                            .body())
                    .get("events");
            assertThat(events).hasSize(1);
            assertThat(events.at("/0/dssematerial").asText()).hasSizeGreaterThan(200);
        }
    }

    @Test
    void theSignatureGoesToSubscribersAndIntoTheReceipt() throws Exception {
        signer("meters/#");
        Mqtt5BlockingClient client = mqtt();
        Map<String, String> good = signed();
        try (Mqtt5BlockingClient.Mqtt5Publishes publishes = client.publishes(MqttGlobalPublishFilter.ALL)) {
            client.subscribeWith()
                    .topicFilter("meters/#")
                    .userProperties()
                    .add("wxw-attributes", "1")
                    .applyUserProperties()
                    .send();
            String eventId = JSON.readTree(binary("meters/h", good).body())
                    .get("eventId")
                    .asText();
            Mqtt5Publish got = publishes.receive(10, TimeUnit.SECONDS).orElseThrow();
            assertThat(got.getUserProperties().asList())
                    .anyMatch(each -> each.getName().toString().equals("dssematerial")
                            && each.getValue().toString().equals(good.get("dssematerial")));
            String receipt = "";
            while (!receipt.startsWith("c2sp.org")) { // The next checkpoint covers it.
                receipt = send("GET", "/v1/events/" + eventId + "/receipt?disclose=headers", "")
                        .body();
            }
            String headers = receipt.lines()
                    .map(line -> line.substring(line.lastIndexOf(' ') + 1))
                    .filter(word -> word.length() > 100)
                    .map(RulesOnEveryProtocolTest::decoded)
                    .reduce("", String::concat);
            assertThat(headers).contains("dssematerial: " + good.get("dssematerial"));
        }
        client.disconnect();
    }

    private static String decoded(String word) {
        try {
            return new String(java.util.Base64.getDecoder().decode(word), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException notBase64) {
            return "";
        }
    }

    @Test
    void onlyWhoeverManagesATopicSaysWhatIsAskedThere() throws Exception {
        node.stop();
        AccessText access = new AccessText(folder.resolve("access"), new SecureRandom());
        Map<String, String> tokens = new LinkedHashMap<>();
        for (String user : new String[] {"alice", "bob"}) {
            access.add(user, null);
            access.grant(user, new Grant(true, Action.PUBLISH, "meters/#"));
            access.grant(user, new Grant(true, Action.SUBSCRIBE, "meters/#"));
            tokens.put(user, access.token(user, null));
        }
        access.grant("alice", new Grant(true, Action.MANAGE, "meters/+"));
        Map<String, String> settings = new LinkedHashMap<>(settings());
        settings.put("access.file", folder.resolve("access").toString());
        node = Broker.start(BrokerFolder.of(folder.resolve("data"), null), ConfigLoader.load(null, Map.of(), settings));
        token = tokens.get("bob");
        String key = JSON.writeValueAsString(Map.of(
                "filter", "meters/+", "source", "*", "publicKey", Files.readString(SIGNATURES.resolve("p256.pem"))));
        assertThat(send("PUT", "/v1/topics/meters/7/schema", SCHEMA).statusCode())
                .isEqualTo(403);
        assertThat(send("PUT", "/v1/signers/k", key).statusCode()).isEqualTo(403);
        token = tokens.get("alice");
        set("/v1/topics/meters/7/schema", SCHEMA);
        set("/v1/signers/k", key);
        assertThat(send("PUT", "/v1/topics/meters/7/8/schema", SCHEMA).statusCode())
                .isEqualTo(403);
        assertThat(send("PUT", "/v1/signers/k", key.replace("meters/+", "meters/#"))
                        .statusCode())
                .isEqualTo(403);
        assertThat(send("PUT", "/v1/signers/k", key.replace("meters/+", "#")).statusCode())
                .isEqualTo(403);
        token = tokens.get("bob");
        assertThat(send("GET", "/v1/topics/meters/7/schema", "").statusCode()).isEqualTo(200);
        assertThat(send("DELETE", "/v1/topics/meters/7/schema", "").statusCode())
                .isEqualTo(403);
        assertThat(send("GET", "/v1/signers", "").body()).contains("\"by\":\"alice\"");
        assertThat(send("DELETE", "/v1/signers/k", "").statusCode()).isEqualTo(403);
        token = tokens.get("alice");
        assertThat(send("DELETE", "/v1/signers/k", "").statusCode()).isEqualTo(204);
        assertThat(Files.readString(node.folder().auditLog()))
                .contains("\"who\":\"alice\"", "\"act\":\"signers.put\"", "\"act\":\"signers.delete\"")
                .contains("\"who\":\"bob\"");
    }
}

package io.waxwing.broker.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5ConnAckException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5PubAckException;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import com.hivemq.client.mqtt.mqtt5.message.publish.puback.Mqtt5PubAckReasonCode;
import io.waxwing.broker.Broker;
import io.waxwing.broker.BrokerFolder;
import io.waxwing.broker.config.ConfigLoader;
import io.waxwing.bus.identity.Action;
import io.waxwing.bus.identity.Grant;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Commands for devices are published by whom a grant lets command, and by nobody else: {@code meter} may publish
 * everywhere, {@code owner} may command at home.
 */
class CommandGrantsTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final String TOPIC = "home/lamp";
    private static final String COMMAND = "iot.command.requested.v1";
    private static final String STATE = "iot.state.v1";
    private static final String DATA = "{\"on\":true}";

    @TempDir
    private Path folder = Path.of("");

    private Broker node;
    private final Map<String, String> tokens = new LinkedHashMap<>();
    private int ids;

    @BeforeEach
    void start() {
        AccessText access = new AccessText(folder.resolve("access"), new SecureRandom());
        for (String user : new String[] {"meter", "owner"}) {
            access.add(user, null);
            access.grant(user, new Grant(true, Action.SUBSCRIBE, "#"));
            tokens.put(user, access.token(user, null));
        }
        access.grant("meter", new Grant(true, Action.PUBLISH, "#"));
        access.grant("owner", new Grant(true, Action.COMMAND, "home/#"));
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("listeners.mqtt.port", "0");
        settings.put("listeners.http.port", "0");
        settings.put("listeners.stomp.port", "0");
        settings.put("access.file", folder.resolve("access").toString());
        node = Broker.start(BrokerFolder.of(folder.resolve("data"), null), ConfigLoader.load(null, Map.of(), settings));
    }

    @AfterEach
    void stop() {
        node.stop();
    }

    private int port(String listener) {
        return Objects.requireNonNull(node.listeners().get(listener)).getPort();
    }

    private HttpResponse<String> send(String user, String method, String path, String body, String... headers)
            throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port("http") + path))
                .header("authorization", "Bearer " + tokens.get(user))
                .method(method, HttpRequest.BodyPublishers.ofString(body));
        return HTTP.send(
                (headers.length == 0 ? request : request.headers(headers)).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private String wrapped(String type) {
        return "{\"specversion\":\"1.0\",\"id\":\"w%d\",\"source\":\"//x\",\"type\":\"%s\",\"data\":%s}"
                .formatted(++ids, type, DATA);
    }

    private HttpResponse<String> post(String user, String topic, String contentType, String body) throws Exception {
        return send(user, "POST", "/v1/topics/" + topic + "/events", body, "content-type", contentType);
    }

    private HttpResponse<String> binary(String user, String topic, String type) throws Exception {
        return send(
                user,
                "POST",
                "/v1/topics/" + topic + "/events",
                DATA,
                "content-type",
                "application/json",
                "ce-specversion",
                "1.0",
                "ce-id",
                "b" + ++ids,
                "ce-source",
                "//x",
                "ce-type",
                type);
    }

    @Test
    void overHttpWhatAnEventIsDecidesWhichGrantItNeeds() throws Exception {
        String structured = "application/cloudevents+json";
        assertThat(binary("owner", TOPIC, COMMAND).statusCode()).isEqualTo(201);
        assertThat(post("owner", TOPIC, structured, wrapped(COMMAND)).statusCode())
                .isEqualTo(201);
        assertThat(binary("meter", TOPIC, STATE).statusCode()).isEqualTo(201);
        HttpResponse<String> refused = binary("meter", TOPIC, COMMAND);
        assertThat(refused.statusCode()).isEqualTo(403);
        assertThat(refused.body()).contains("WXW-1405");
        assertThat(post("meter", TOPIC, structured, wrapped(COMMAND)).statusCode())
                .isEqualTo(403);
        assertThat(binary("owner", TOPIC, STATE).statusCode()).isEqualTo(403);
        assertThat(post("owner", TOPIC, "application/json", DATA).statusCode()).isEqualTo(403);
        assertThat(binary("owner", "office/lamp", COMMAND).statusCode()).isEqualTo(403);
        HttpResponse<String> batch = post(
                "meter",
                TOPIC,
                "application/cloudevents-batch+json",
                "[" + wrapped(STATE) + "," + wrapped(COMMAND) + "]");
        assertThat(batch.statusCode()).isEqualTo(207);
        JsonNode entries = JSON.readTree(batch.body());
        assertThat(entries.at("/0/status").asText()).isEqualTo("ordered");
        assertThat(entries.at("/1/code").asText()).isEqualTo("WXW-1405");
    }

    private Mqtt5Client mqtt(String user) {
        return Mqtt5Client.builder()
                .serverHost("127.0.0.1")
                .serverPort(port("mqtt"))
                .simpleAuth()
                .username(user)
                .password(tokens.get(user).getBytes(StandardCharsets.UTF_8))
                .applySimpleAuth()
                .build();
    }

    private Mqtt5Publish packet(String type) {
        return Mqtt5Publish.builder()
                .topic(TOPIC)
                .qos(MqttQos.AT_LEAST_ONCE)
                .payload(DATA.getBytes(StandardCharsets.UTF_8))
                .contentType("application/json")
                .userProperties()
                .add("specversion", "1.0")
                .add("id", "m" + ++ids)
                .add("source", "//x")
                .add("type", type)
                .applyUserProperties()
                .build();
    }

    private void refused(Mqtt5BlockingClient client, Mqtt5Publish packet) {
        assertThatThrownBy(() -> client.publish(packet))
                .isInstanceOfSatisfying(
                        Mqtt5PubAckException.class,
                        refused -> assertThat(refused.getMqttMessage().getReasonCode())
                                .isEqualTo(Mqtt5PubAckReasonCode.NOT_AUTHORIZED));
    }

    @Test
    void overMqttToo() {
        Mqtt5BlockingClient owner = mqtt("owner").toBlocking();
        owner.connect();
        owner.publish(packet(COMMAND));
        refused(owner, packet(STATE));
        owner.disconnect();
        Mqtt5BlockingClient meter = mqtt("meter").toBlocking();
        meter.connect();
        meter.publish(packet(STATE));
        refused(meter, packet(COMMAND));
        meter.disconnect();
    }

    @Test
    void aWillThatCommandsNeedsTheGrantToo() {
        Mqtt5BlockingClient meter = mqtt("meter").toBlocking();
        assertThatThrownBy(() -> meter.connectWith()
                        .willPublish(packet(COMMAND).asWill())
                        .send())
                .isInstanceOf(Mqtt5ConnAckException.class)
                .hasMessageContaining("NOT_AUTHORIZED");
        Mqtt5BlockingClient owner = mqtt("owner").toBlocking();
        owner.connectWith().willPublish(packet(COMMAND).asWill()).send();
        owner.disconnect();
    }

    private String stomp(String user, String frames) throws Exception {
        try (Socket socket = new Socket("127.0.0.1", port("stomp"))) {
            socket.setSoTimeout(10_000);
            String all = "CONNECT\naccept-version:1.2\nhost:h\nlogin:" + user + "\npasscode:" + tokens.get(user)
                    + "\n\n\0" + frames + "DISCONNECT\nreceipt:end\n\n\0";
            socket.getOutputStream().write(all.getBytes(StandardCharsets.UTF_8));
            StringBuilder read = new StringBuilder();
            for (int b = socket.getInputStream().read();
                    b >= 0 && read.indexOf("receipt-id:end") < 0;
                    b = socket.getInputStream().read()) {
                read.append((char) b);
            }
            return read.toString();
        }
    }

    private String frame(String type, String more) {
        return "SEND\ndestination:/topic/" + TOPIC + "\nce_specversion:1.0\nce_id:s" + ++ids
                + "\nce_source://x\nce_type:" + type + "\ncontent-type:application/json\n" + more + "\n" + DATA + "\0";
    }

    @Test
    void overStompTooAndInTransactions() throws Exception {
        assertThat(stomp("owner", frame(COMMAND, "receipt:1\n"))).contains("RECEIPT\nreceipt-id:1");
        assertThat(stomp("meter", frame(STATE, "receipt:1\n"))).contains("RECEIPT\nreceipt-id:1");
        assertThat(stomp("meter", frame(COMMAND, "receipt:1\n")))
                .contains("WXW-1405")
                .doesNotContain("RECEIPT");
        String within = "BEGIN\ntransaction:t\n\n\0" + frame(COMMAND, "transaction:t\n");
        assertThat(stomp("meter", within)).contains("WXW-1405");
    }

    @Test
    void overWebSocketToo() throws Exception {
        CompletableFuture<String> answer = new CompletableFuture<>();
        WebSocket socket = HTTP.newWebSocketBuilder()
                .header("authorization", "Bearer " + tokens.get("owner"))
                .subprotocols("cloudevents.json")
                .buildAsync(
                        URI.create("ws://127.0.0.1:" + port("http") + "/v1/events?publish=home%2Flamp"),
                        new WebSocket.Listener() {
                            @Override
                            public CompletionStage<?> onText(WebSocket on, CharSequence data, boolean last) {
                                answer.complete(data.toString());
                                return null;
                            }
                        })
                .get(10, TimeUnit.SECONDS);
        socket.sendText(wrapped(STATE), true).get(10, TimeUnit.SECONDS);
        assertThat(answer.get(10, TimeUnit.SECONDS)).contains("WXW-1405");
        socket.abort();
    }

    @Test
    void aScheduleOfCommandsNeedsTheGrantToo() throws Exception {
        String schedule = "{\"topic\":\"" + TOPIC + "\",\"cron\":\"0 3 * * *\",\"event\":{\"type\":\"" + COMMAND
                + "\",\"data\":" + DATA + "}}";
        HttpResponse<String> refused = send("meter", "PUT", "/v1/schedules/night", schedule);
        assertThat(refused.statusCode()).as(refused.body()).isEqualTo(403);
        HttpResponse<String> taken = send("owner", "PUT", "/v1/schedules/night", schedule);
        assertThat(taken.statusCode()).as(taken.body()).isEqualTo(201);
    }

    @Test
    void whatARuleMakesOfAnEventNeedsTheGrantToo() throws Exception {
        String rule = "{\"filter\":\"m/#\",\"type\":\"" + COMMAND + "\",\"target\":{\"topic\":\"" + TOPIC
                + "\"},\"maxDeliver\":1,\"backoffMs\":[1]}";
        HttpResponse<String> put = send("meter", "PUT", "/v1/rules/on", rule);
        assertThat(put.statusCode()).as(put.body()).isEqualTo(201);
        assertThat(post("meter", "m/1", "application/json", DATA).statusCode()).isEqualTo(201);
        JsonNode shown = JSON.readTree("{}");
        while (shown.path("deadLetters").asInt() == 0) {
            shown = JSON.readTree(send("meter", "GET", "/v1/rules/on", "").body());
        }
        assertThat(shown.get("lastFailure").asText()).contains("WXW-1405");
    }
}

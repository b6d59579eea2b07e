package io.waxwing.broker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient.Mqtt5Publishes;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import io.waxwing.broker.access.AccessText;
import io.waxwing.broker.admin.DataCheck;
import io.waxwing.broker.config.BrokerConfig;
import io.waxwing.broker.config.ConfigLoader;
import io.waxwing.broker.store.BatchRow;
import io.waxwing.broker.store.Database;
import io.waxwing.broker.store.DeliveryIndex;
import io.waxwing.broker.store.ErasedRow;
import io.waxwing.broker.store.EventJournal;
import io.waxwing.broker.store.SegmentRecord;
import io.waxwing.bus.event.EventId;
import io.waxwing.bus.identity.Action;
import io.waxwing.bus.identity.Grant;
import io.waxwing.bus.identity.Secret;
import io.waxwing.ledger.batch.Lane;
import io.waxwing.ledger.control.Genesis;
import io.waxwing.ledger.verify.ReceiptReport;
import io.waxwing.ledger.verify.ReceiptVerifier;
import io.waxwing.node.crypto.Signatures;
import io.waxwing.node.store.RocksLedgerStore;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The content of an erased event is nowhere, and its place and proofs are where they were. */
class ErasureTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Map<String, String> SETTINGS =
            Map.of("listeners.mqtt.port", "0", "listeners.http.port", "0", "listeners.stomp.port", "0");

    private final HttpClient http = HttpClient.newHttpClient();
    private final Marker marker = Marker.random();

    @TempDir
    private Path folder = Path.of("");

    private BrokerFolder data() {
        return BrokerFolder.of(folder.resolve("data"), null);
    }

    private static BrokerConfig config() {
        return ConfigLoader.load(null, Map.of(), SETTINGS);
    }

    private static URI uri(Broker node, String path) {
        int port = Objects.requireNonNull(node.listeners().get("http")).getPort();
        return URI.create("http://127.0.0.1:" + port + path);
    }

    private HttpResponse<byte[]> send(HttpRequest.Builder request) throws Exception {
        return http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    private HttpResponse<byte[]> get(Broker node, String path) throws Exception {
        return send(HttpRequest.newBuilder(uri(node, path)));
    }

    private static String text(HttpResponse<byte[]> answer) {
        return answer.statusCode() + " " + new String(answer.body(), StandardCharsets.UTF_8);
    }

    private String publish(Broker node, String topic, String id, String content) throws Exception {
        HttpResponse<byte[]> answer = send(HttpRequest.newBuilder(uri(node, "/v1/topics/" + topic + "/events"))
                .header("ce-specversion", "1.0")
                .header("ce-id", id)
                .header("ce-source", "//clinic")
                .header("ce-type", "visit")
                .header("ce-patient", content)
                .POST(HttpRequest.BodyPublishers.ofString(content)));
        assertThat(answer.statusCode()).as(text(answer)).isBetween(200, 201);
        return answer.headers().firstValue("location").orElseThrow();
    }

    private HttpResponse<byte[]> erase(Broker node, String event) throws Exception {
        return send(HttpRequest.newBuilder(uri(node, event + "?reason=asked%20by%20the%20patient"))
                .header("prefer", "wait=30")
                .DELETE());
    }

    private byte[] receipt(Broker node, String event) {
        return Awaitility.await()
                .until(() -> get(node, event + "/receipt"), answer -> answer.statusCode() == 200)
                .body();
    }

    private void verify(byte[] receipt) throws Exception {
        byte[] trust = Files.readAllBytes(data().trustPolicy());
        ReceiptReport report = new ReceiptVerifier(trust, Signatures.get()).verify(receipt, null);
        assertThat(report.verified()).as("%s", report.firstFailure()).isTrue();
    }

    private void awaitDestroyed(Broker node, int events) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> metrics(node).contains("waxwing_erasure_events_total " + events + ".0"));
    }

    private static String metrics(Broker node) {
        return node.metrics().scrape();
    }

    private String history(Broker node) throws Exception {
        return text(get(node, "/v1/topics/visits/events?from=first"));
    }

    @Test
    void anErasedEventIsInNoFileAndItsReceiptStillProvesItsPlace() throws Exception {
        List<String> events = new ArrayList<>();
        byte[] before;
        Broker node = Broker.start(data(), config());
        try {
            events.add(publish(node, "visits", "1", "before"));
            events.add(publish(node, "visits", "2", marker.text()));
            events.add(publish(node, "visits", "3", "behind"));
            before = receipt(node, events.get(1));
            assertThat(marker.files(folder))
                    .as("the search finds what is there")
                    .isNotEmpty();

            HttpResponse<byte[]> erased = erase(node, events.get(1));
            assertThat(erased.statusCode()).as(text(erased)).isEqualTo(200);
            JsonNode order = JSON.readTree(erased.body());
            awaitDestroyed(node, 1);
            assertThat(marker.files(folder)).as("%s", marker).isEmpty();

            assertThat(text(get(node, events.get(1))))
                    .startsWith("410 ")
                    .contains("WXW-1281", "leaf " + order.path("leafIndex").asText() + " ");
            assertThat(text(get(node, "/v1/events?source=%2F%2Fclinic&id=2")))
                    .startsWith("410 ")
                    .contains("WXW-1281");
            assertThat(history(node)).contains("before", "behind").doesNotContain(marker.text());
            assertThat(JSON.readTree(erase(node, events.get(1)).body()))
                    .as("once is enough")
                    .isEqualTo(order);
            assertThat(publish(node, "visits", "2", "a repeat of what nobody knows"))
                    .isEqualTo(events.get(1));
            for (String event : events) {
                verify(receipt(node, event));
            }
        } finally {
            node.stop();
        }
        assertThat(marker.files(folder)).as("%s", marker).isEmpty();
        verify(before);
        DataCheck.Report check = DataCheck.run(data());
        assertThat(check.damaged()).as("%s", check.lines()).isFalse();

        Broker again = Broker.start(data(), config());
        try {
            assertThat(text(get(again, events.get(1)))).startsWith("410 ").contains("WXW-1281");
            assertThat(history(again)).contains("before", "behind").doesNotContain(marker.text(), "a repeat");
            verify(receipt(again, events.get(1)));
            publish(again, "visits", "4", "goes on");
        } finally {
            again.stop();
        }
        try (var files = Files.walk(data().data().resolve("audit"))) {
            assertThat(files.filter(Files::isRegularFile).map(ErasureTest::read))
                    .anyMatch(text -> text.contains("events.delete") && text.contains("asked by the patient"));
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void whatIsNotThereOrHasNoReasonIsNotErased() throws Exception {
        Broker node = Broker.start(data(), config());
        try {
            String event = publish(node, "visits", "1", marker.text());
            assertThat(text(erase(node, event.replaceFirst("/events/[0-9a-f]+", "/events/00000000"))))
                    .startsWith("404 ")
                    .contains("WXW-1201");
            assertThat(text(erase(node, "/v1/events/none"))).startsWith("400 ");
            assertThat(text(send(HttpRequest.newBuilder(uri(node, event)).DELETE())))
                    .startsWith("400 ")
                    .contains("reason");
            assertThat(text(get(node, event))).startsWith("200 ");
        } finally {
            node.stop();
        }
    }

    private static Mqtt5BlockingClient client(Broker node) {
        Mqtt5BlockingClient client = Mqtt5Client.builder()
                .serverHost("127.0.0.1")
                .serverPort(Objects.requireNonNull(node.listeners().get("mqtt")).getPort())
                .buildBlocking();
        client.connectWith().cleanStart(false).sessionExpiryInterval(1_000).send();
        return client;
    }

    @Test
    void aRetainedValueAndWhatWaitsForASessionThatIsAwayGoWithTheirEvent() throws Exception {
        Broker node = Broker.start(data(), config());
        try {
            Mqtt5BlockingClient away = client(node);
            away.subscribeWith()
                    .topicFilter("visits")
                    .qos(MqttQos.AT_LEAST_ONCE)
                    .send();
            away.disconnect();
            Mqtt5BlockingClient publisher = client(node);
            publisher
                    .publishWith()
                    .topic("visits")
                    .qos(MqttQos.AT_LEAST_ONCE)
                    .retain(true)
                    .payload(marker.text().getBytes(StandardCharsets.UTF_8))
                    .send();
            String event = Awaitility.await()
                    .until(
                            () -> JSON.readTree(get(node, "/v1/topics/visits/events?from=first")
                                            .body())
                                    .path("events")
                                    .path(0)
                                    .path("wxweventid")
                                    .asText(),
                            id -> !id.isEmpty());
            assertThat(erase(node, "/v1/events/" + event).statusCode()).isEqualTo(200);
            awaitDestroyed(node, 1);
            assertThat(marker.files(folder)).as("%s", marker).isEmpty();
            Mqtt5Publishes got = publisher.publishes(MqttGlobalPublishFilter.ALL);
            publisher
                    .subscribeWith()
                    .topicFilter("visits")
                    .qos(MqttQos.AT_LEAST_ONCE)
                    .send();
            publish(node, "visits", "2", "behind");
            String first = new String(
                    got.receive(10, TimeUnit.SECONDS).orElseThrow().getPayloadAsBytes(), StandardCharsets.UTF_8);
            assertThat(first).as("nothing is retained").isEqualTo("behind");
            publisher.disconnect();
            Mqtt5Publishes waited = away.publishes(MqttGlobalPublishFilter.ALL);
            away.connectWith().cleanStart(false).sessionExpiryInterval(1_000).send();
            String next = new String(
                    waited.receive(10, TimeUnit.SECONDS).orElseThrow().getPayloadAsBytes(), StandardCharsets.UTF_8);
            assertThat(next).as("the session goes on behind it").isEqualTo("behind");
        } finally {
            node.stop();
        }
    }

    @Test
    void theCertificateThatIsMadeOfASparkplugBirthGoesWithTheBirth() throws Exception {
        Map<String, String> settings = new HashMap<>(SETTINGS);
        settings.put("mqtt.sparkplug", "true");
        Broker node = Broker.start(data(), ConfigLoader.load(null, Map.of(), settings));
        try {
            Mqtt5BlockingClient client = client(node);
            Mqtt5Publishes copies = client.publishes(MqttGlobalPublishFilter.ALL);
            client.subscribeWith().topicFilter("$sparkplug/certificates/#").send();
            String topic = "spBv1.0/plant/NBIRTH/press";
            client.publishWith()
                    .topic(topic)
                    .payload(marker.text().getBytes(StandardCharsets.UTF_8))
                    .send();
            assertThat(copies.receive(10, TimeUnit.SECONDS)).isPresent();
            String page = "/v1/topics/" + topic.replace("/", "%2F") + "/events?from=first";
            String event = JSON.readTree(get(node, page).body())
                    .path("events")
                    .path(0)
                    .path("wxweventid")
                    .asText();
            assertThat(erase(node, "/v1/events/" + event).statusCode()).isEqualTo(200);
            awaitDestroyed(node, 1);
            assertThat(marker.files(folder)).as("%s", marker).isEmpty();
        } finally {
            node.stop();
        }
    }

    /** What is on the disk when a crash came between the order and the destruction, or in the middle of that. */
    @Test
    void whatACrashLeftOfAnErasureIsDestroyedAfterTheStart() throws Exception {
        for (ErasedRow.Progress crash : List.of(ErasedRow.Progress.ORDERED, ErasedRow.Progress.REWRITTEN)) {
            Broker node = Broker.start(data(), config());
            String event = publish(node, "visits", crash.name(), marker.text());
            node.stop();
            leave(EventId.parse(event.substring(event.lastIndexOf('/') + 1)), crash);
            assertThat(marker.files(folder)).as("%s at %s", marker, crash).isNotEmpty();
            Broker again = Broker.start(data(), config());
            awaitDestroyed(again, 1);
            assertThat(marker.files(folder)).as("%s at %s", marker, crash).isEmpty();
            assertThat(text(get(again, event))).startsWith("410 ").contains("WXW-1281");
            again.stop();
        }
    }

    private void leave(EventId event, ErasedRow.Progress crash) {
        try (Database database = Database.open(data().database(), RocksLedgerStore.columnNames())) {
            DeliveryIndex index = new DeliveryIndex(database);
            SegmentRecord segment =
                    index.findSegments(event.topicHash(), event.topicSeq()).get(0);
            int at = segment.indexOf(event.topicSeq());
            BatchRow batch = Objects.requireNonNull(index.lastOwnBatch(new Lane(1, Genesis.EVERYBODY), Long.MAX_VALUE));
            index.erased()
                    .put(
                            new ErasedRow(
                                    new ErasedRow.Place(segment.leafIndex(), at),
                                    crash,
                                    9,
                                    9,
                                    9,
                                    batch.header().lane(),
                                    batch.header().batchSeq(),
                                    batch.header().batchId(),
                                    0),
                            true);
            if (crash == ErasedRow.Progress.REWRITTEN) {
                new EventJournal(database).erase(List.of(segment.journalSeqs()[at]));
            }
        }
    }

    private HttpResponse<byte[]> eraseAs(Broker node, String event, String user) throws Exception {
        String basic = Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8));
        return send(HttpRequest.newBuilder(uri(node, event + "?reason=test"))
                .header("authorization", "Basic " + basic)
                .header("prefer", "wait=30")
                .DELETE());
    }

    @Test
    void whoMayNotManageTheTopicErasesNothing() throws Exception {
        Broker open = Broker.start(data(), config());
        String event = publish(open, "visits", "1", marker.text());
        open.stop();
        Path file = folder.resolve("access");
        AccessText access = new AccessText(file, new SecureRandom());
        for (String name : List.of("manager", "reader", "stranger")) {
            access.add(name, Secret.utf8("correct horse"));
        }
        access.grant("manager", new Grant(true, Action.MANAGE, "visits"));
        access.grant("reader", new Grant(true, Action.SUBSCRIBE, "visits"));
        access.grant("reader", new Grant(true, Action.PUBLISH, "visits"));
        access.grant("stranger", new Grant(true, Action.MANAGE, "others/#"));
        Map<String, String> settings = new HashMap<>(SETTINGS);
        settings.put("access.file", file.toString());
        Broker node = Broker.start(data(), ConfigLoader.load(null, Map.of(), settings));
        try {
            assertThat(text(send(HttpRequest.newBuilder(uri(node, event + "?reason=x"))
                            .DELETE())))
                    .startsWith("401 ");
            assertThat(text(eraseAs(node, event, "reader:correct horse")))
                    .startsWith("403 ")
                    .contains("WXW-1405");
            assertThat(text(eraseAs(node, event, "stranger:correct horse")))
                    .startsWith("404 ")
                    .contains("WXW-1201");
            assertThat(marker.files(folder)).isNotEmpty();
            assertThat(text(eraseAs(node, event, "manager:correct horse"))).startsWith("200 ");
            awaitDestroyed(node, 1);
            assertThat(marker.files(folder)).isEmpty();
        } finally {
            node.stop();
        }
    }
}

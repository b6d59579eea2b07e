package io.waxwing.broker.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.waxwing.bus.event.EventId;
import io.waxwing.ledger.sign.JdkSignatureCheck;
import io.waxwing.ledger.verify.ReceiptReport;
import io.waxwing.ledger.verify.ReceiptVerifier;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/**
 * Looks from outside at what all nodes say in the end: no event of which somebody was told that it is kept is missing,
 * each has one position and that is the same everywhere, what was acknowledged before something else was sent stands
 * before it, and every receipt holds when no node runs any more.
 */
final class Oracle {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int PAGE = 1000;

    private final List<LabNode> nodes;
    private final SteadyLoad load;
    /** What all nodes agree on: payload by eventId. */
    private Map<String, String> history = Map.of();

    Oracle(List<LabNode> nodes, SteadyLoad load) {
        this.nodes = nodes;
        this.load = load;
    }

    /** Waits until every node has all that anybody was told of, then compares their histories event by event. */
    void everyNodeHasTheSameHistory(Set<Integer> lostTheirUnfinished) throws IOException {
        Set<String> wanted = new HashSet<>();
        load.ordered().forEach(told -> wanted.add(told.payload()));
        load.durable().forEach((payload, member) -> {
            if (!lostTheirUnfinished.contains(member)) {
                wanted.add(payload);
            }
        });
        List<Map<String, String>> histories = new ArrayList<>();
        for (LabNode node : nodes) {
            Awaitility.await(node.name() + " has all")
                    .atMost(60, TimeUnit.SECONDS)
                    .pollInterval(500, TimeUnit.MILLISECONDS)
                    .untilAsserted(() -> assertThat(missing(wanted, read(node))).isEmpty());
            histories.add(read(node));
        }
        // Pending events of before may become final between two looks: the longest history decides.
        history = histories.stream().max(Comparator.comparing(Map::size)).orElseThrow();
        for (LabNode node : nodes) {
            Awaitility.await(node.name() + " has the same")
                    .atMost(30, TimeUnit.SECONDS)
                    .untilAsserted(() -> assertThat(read(node)).isEqualTo(history));
        }
        assertThat(history.values()).as("each event has one position").doesNotHaveDuplicates();
    }

    private static Set<String> missing(Set<String> wanted, Map<String, String> history) {
        Set<String> missing = new TreeSet<>(wanted);
        missing.removeAll(new HashSet<>(history.values()));
        return missing;
    }

    /** Payload by eventId of all topics, each in the order of its topicSeqs, which must be gapless. */
    private static Map<String, String> read(LabNode node) throws IOException {
        Map<String, String> events = new LinkedHashMap<>();
        JsonNode topics =
                JSON.readTree(text(node, "/v1/topics?prefix=lab/&limit=1000").body());
        List<String> paths = new ArrayList<>();
        topics.get("topics").forEach(topic -> paths.add(topic.get("events").asText()));
        paths.sort(Comparator.naturalOrder());
        for (String path : paths) {
            readTopic(node, path, events);
        }
        return events;
    }

    private static void readTopic(LabNode node, String path, Map<String, String> events) throws IOException {
        long expected = 1;
        String next = path + "?from=first&limit=" + PAGE;
        while (!next.isEmpty()) {
            HttpResponse<String> page = text(node, next);
            JsonNode body = JSON.readTree(page.body());
            for (JsonNode event : body.get("events")) {
                EventId eventId = EventId.parse(event.get("wxweventid").asText());
                assertThat(eventId.topicSeq()).as(node.name() + " " + path).isEqualTo(expected);
                expected++;
                events.put(eventId.toString(), payload(event));
            }
            next = body.get("events").isEmpty()
                    ? ""
                    : page.headers()
                            .firstValue("link")
                            .map(link -> link.substring(link.indexOf('<') + 1, link.indexOf('>')))
                            .orElse("");
        }
    }

    private static String payload(JsonNode event) {
        return event.has("data")
                ? event.get("data").asText()
                : new String(Base64.getDecoder().decode(event.get("data_base64").asText()), StandardCharsets.UTF_8);
    }

    private static HttpResponse<String> text(LabNode node, String path) {
        HttpResponse<String> answer = node.get(path, HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode())
                .as(node.name() + " " + path + ": " + answer.body())
                .isEqualTo(200);
        return answer;
    }

    /** What a publisher was told names the event that it published. */
    void everyAcknowledgementNamesItsEvent() {
        for (SteadyLoad.Told told : load.ordered()) {
            assertThat(history.get(told.eventId())).as(told.eventId()).isEqualTo(told.payload());
        }
    }

    /** Whatever was acknowledged before another event was even sent stands before it on the ledger. */
    void theLedgersOrderIsThatOfRealTime() {
        List<SteadyLoad.Told> byStart = new ArrayList<>(load.ordered());
        byStart.sort(Comparator.comparingLong(SteadyLoad.Told::startNanos));
        List<SteadyLoad.Told> byEnd = new ArrayList<>(load.ordered());
        byEnd.sort(Comparator.comparingLong(SteadyLoad.Told::endNanos));
        long highest = 0;
        Map<Integer, Long> highestSeq = new HashMap<>();
        int ended = 0;
        for (SteadyLoad.Told told : byStart) {
            for (; byEnd.get(ended).endNanos() < told.startNanos(); ended++) {
                EventId before = EventId.parse(byEnd.get(ended).eventId());
                highest = Math.max(highest, before.height());
                highestSeq.merge(before.topicHash(), before.topicSeq(), Math::max);
            }
            EventId eventId = EventId.parse(told.eventId());
            assertThat(eventId.height()).as(told.toString()).isGreaterThanOrEqualTo(highest);
            assertThat(eventId.topicSeq())
                    .as(told.toString())
                    .isGreaterThan(highestSeq.getOrDefault(eventId.topicHash(), 0L));
        }
    }

    /** Every event's receipt, each from another node than the one before. */
    Map<String, byte[]> receipts() {
        Map<String, byte[]> receipts = new LinkedHashMap<>();
        int turn = 0;
        for (String eventId : history.keySet()) {
            LabNode node = nodes.get(turn++ % nodes.size());
            HttpResponse<byte[]> answer = Awaitility.await(node.name() + " proves " + eventId)
                    .atMost(20, TimeUnit.SECONDS)
                    .pollDelay(0, TimeUnit.MILLISECONDS)
                    .pollInterval(50, TimeUnit.MILLISECONDS)
                    .pollInSameThread()
                    .until(
                            () -> node.get(
                                    "/v1/events/" + eventId
                                            + "/receipt?chain=1&disclose=topic,headers,publisher,payload",
                                    HttpResponse.BodyHandlers.ofByteArray()),
                            got -> got.statusCode() == 200);
            receipts.put(eventId, answer.body());
        }
        return receipts;
    }

    /** With nothing but the trust file. */
    void everyReceiptHolds(Map<String, byte[]> receipts, byte[] trustFile) {
        ReceiptVerifier verifier = new ReceiptVerifier(trustFile, new JdkSignatureCheck());
        receipts.forEach((eventId, receipt) -> {
            ReceiptReport report = verifier.verify(receipt, null);
            assertThat(report.verified()).as(() -> eventId + ": " + report).isTrue();
        });
        assertThat(receipts.keySet()).isEqualTo(history.keySet());
    }
}

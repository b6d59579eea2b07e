package io.waxwing.http.rest;

import com.linecorp.armeria.common.HttpHeaderNames;
import io.netty.util.AsciiString;
import io.waxwing.bus.event.EventDraft;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.http.cloudevents.BinaryMode;
import io.waxwing.http.cloudevents.CloudEvent;
import io.waxwing.http.cloudevents.ContentMode;
import io.waxwing.http.cloudevents.NotACloudEvent;
import io.waxwing.http.cloudevents.PlainBody;
import io.waxwing.http.cloudevents.StructuredMode;
import io.waxwing.http.exchange.Exchange;
import io.waxwing.http.exchange.Problem;
import io.waxwing.http.exchange.ProblemException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Turns a publish request into drafts: which mode it uses, which identity its event has. Thread safe. */
final class RequestReading {
    /** HTTP has at least once: a lost answer is repeated by the client and recognised by source and id. */
    private static final int QOS = 1;

    static final String IDEMPOTENCY_KEY = "idempotency-key";
    /** Longest Idempotency-Key. */
    static final int MAX_KEY_CHARS = 255;

    private final String institution;
    private final String idPrefix;
    private final int maxBatchEvents;
    private final AtomicLong ids = new AtomicLong();

    /** Ids for events without one are {@code <idPrefix>-<n>}; the prefix differs at every start of the node. */
    RequestReading(String institution, String idPrefix, int maxBatchEvents) {
        this.institution = institution;
        this.idPrefix = idPrefix;
        this.maxBatchEvents = maxBatchEvents;
    }

    ContentMode mode(Exchange exchange) {
        try {
            return ContentMode.of(exchange.header(HttpHeaderNames.CONTENT_TYPE));
        } catch (NotACloudEvent wrong) {
            throw new ProblemException(problem(wrong));
        }
    }

    static Problem problem(NotACloudEvent wrong) {
        Problem problem = Problem.of(wrong.refusal());
        return wrong.pointer() == null ? problem : problem.at(wrong.pointer());
    }

    /**
     * The request's events in their order. @throws NotACloudEvent, ProblemException if the request as a whole is wrong
     */
    List<PublishRun.Entry> entries(Exchange exchange, ContentMode mode, PublishResource.Wish wish, byte[] body) {
        String key = idempotencyKey(exchange);
        return switch (mode) {
            case STRUCTURED -> List.of(identified(StructuredMode.read(body), wish, key, "/data"));
            case BATCHED -> batch(wish, key, body);
            case BINARY -> List.of(binaryOrPlain(exchange, wish, key, body));
        };
    }

    private PublishRun.Entry binaryOrPlain(
            Exchange exchange, PublishResource.Wish wish, @Nullable String key, byte[] body) {
        List<Map.Entry<String, String>> headers = new ArrayList<>();
        for (Map.Entry<AsciiString, String> header : exchange.request().headers()) {
            String name = header.getKey().toString();
            if (name.startsWith(BinaryMode.PREFIX)) {
                headers.add(Map.entry(name, header.getValue()));
            }
        }
        String contentType = exchange.header(HttpHeaderNames.CONTENT_TYPE);
        if (!headers.isEmpty()) {
            return identified(BinaryMode.read(headers, contentType, body), wish, key, "");
        }
        String id = key == null ? idPrefix + "-" + ids.incrementAndGet() : key;
        CloudEvent event = PlainBody.wrap(institution, wish.user(), id, contentType, body);
        // Also under a name that was made here: the answer's Location says it before the event is final.
        return new PublishRun.Entry(event, draft(event, wish), null);
    }

    private PublishRun.Entry identified(
            CloudEvent event, PublishResource.Wish wish, @Nullable String key, String dataAt) {
        if (key != null && !key.equals(event.id())) {
            throw new ProblemException(Problem.of(
                    FailureCode.PROTOCOL,
                    "Idempotency-Key and the event's id differ; a CloudEvent is recognised by source and id alone"));
        }
        return new PublishRun.Entry(event, draft(event, wish), null, dataAt);
    }

    private List<PublishRun.Entry> batch(PublishResource.Wish wish, @Nullable String key, byte[] body) {
        if (key != null) {
            throw new ProblemException(Problem.of(
                    FailureCode.PROTOCOL,
                    "a batch has no Idempotency-Key; its events are recognised by source and id"));
        }
        List<PublishRun.Entry> entries = new ArrayList<>();
        for (StructuredMode.Item item : StructuredMode.readBatch(body, maxBatchEvents)) {
            if (item.failure() != null) {
                entries.add(new PublishRun.Entry(null, null, problem(item.failure())));
            } else if (item.event() != null) {
                entries.add(new PublishRun.Entry(
                        item.event(), draft(item.event(), wish), null, "/" + entries.size() + "/data"));
            }
        }
        return entries;
    }

    private static EventDraft draft(CloudEvent event, PublishResource.Wish wish) {
        return new EventDraft(
                wish.topic(),
                event.attributes(),
                event.payload(),
                QOS,
                false,
                true,
                wish.wanted(),
                wish.user().isEmpty() ? "" : "http/" + wish.user(),
                System.nanoTime());
    }

    /** A structured-field string (RFC 8941) as the draft wants it, or the bare text that most clients send. */
    private static @Nullable String idempotencyKey(Exchange exchange) {
        String header = exchange.header(IDEMPOTENCY_KEY);
        if (header == null) {
            return null;
        }
        String key = header.strip();
        if (key.length() >= 2 && key.startsWith("\"") && key.endsWith("\"")) {
            key = key.substring(1, key.length() - 1);
        }
        if (key.isEmpty()
                || key.length() > MAX_KEY_CHARS
                || !key.chars().allMatch(c -> c > 0x20 && c < 0x7f && c != '"')) {
            throw new ProblemException(Problem.of(
                    FailureCode.PROTOCOL, "Idempotency-Key: want 1 to " + MAX_KEY_CHARS + " visible ASCII characters"));
        }
        return key;
    }
}

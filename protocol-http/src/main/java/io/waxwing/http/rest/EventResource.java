package io.waxwing.http.rest;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.ResponseHeadersBuilder;
import io.waxwing.bus.delivery.StartFrom;
import io.waxwing.bus.event.Attributes;
import io.waxwing.bus.event.Event;
import io.waxwing.bus.event.EventId;
import io.waxwing.bus.failure.EventVoidException;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.bus.filter.Cesql;
import io.waxwing.bus.identity.Action;
import io.waxwing.bus.identity.Principal;
import io.waxwing.bus.spi.Access;
import io.waxwing.bus.spi.EventReader;
import io.waxwing.bus.topic.DeliveryClass;
import io.waxwing.bus.topic.TopicFilter;
import io.waxwing.http.cloudevents.BinaryMode;
import io.waxwing.http.cloudevents.EventWriting;
import io.waxwing.http.exchange.Accept;
import io.waxwing.http.exchange.Exchange;
import io.waxwing.http.exchange.JsonText;
import io.waxwing.http.exchange.Problem;
import io.waxwing.http.exchange.ProblemException;
import io.waxwing.http.exchange.Query;
import io.waxwing.http.exchange.SlowReads;
import io.waxwing.http.stream.EventStreams;
import io.waxwing.http.stream.GapText;
import io.waxwing.http.stream.MissedText;
import io.waxwing.http.stream.StartWords;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** {@code GET /v1/events} (stream, or look-up by identity) and {@code GET /v1/events/{eventId}}. */
final class EventResource {
    static final String STRUCTURED = "application/cloudevents+json";
    static final String EVENT_STREAM = "text/event-stream";
    private static final MediaType STRUCTURED_TYPE = MediaType.parse(STRUCTURED);

    private final EventReader reader;
    private final SlowReads slow;
    private final EventStreams streams;
    private final StartWords starts;

    EventResource(EventReader reader, SlowReads slow, EventStreams streams, StartWords starts) {
        this.reader = reader;
        this.slow = slow;
        this.streams = streams;
        this.starts = starts;
    }

    HttpResponse all(Exchange exchange) {
        exchange.allow(HttpMethod.GET);
        Query query = exchange.query(Set.of("filter", "sql", "from", "after", "source", "id", "onWithheld", "onGone"));
        if (query.has("source") || query.has("id")) {
            return byIdentity(exchange, query);
        }
        String filter = query.get("filter");
        if (filter == null) {
            throw Query.refused("filter is missing, for example ?filter=home/%23 ('#' is %23 in a URL)");
        }
        return stream(exchange, query, TopicFilter.parse(filter));
    }

    /** A stream; Last-Event-ID wins over {@code after}, which wins over {@code from}. */
    HttpResponse stream(Exchange exchange, Query query, TopicFilter filter) {
        if (Accept.choose(exchange.header(HttpHeaderNames.ACCEPT), List.of(EVENT_STREAM)) == null) {
            throw notAcceptable(EVENT_STREAM);
        }
        exchange.require(exchange.access().maySubscribe(filter), Action.SUBSCRIBE);
        Cesql sql = expression(query);
        String lastEventId = exchange.header("last-event-id");
        String after = lastEventId == null || lastEventId.isEmpty() ? query.get("after") : lastEventId;
        StartFrom start;
        if (after != null) {
            start = starts.after(after);
        } else {
            String from = query.get("from");
            start = from == null ? StartFrom.NEXT : starts.from(from, !filter.hasWildcard());
        }
        if (exchange.request().method() == HttpMethod.HEAD) {
            return HttpResponse.of(ResponseHeaders.builder(HttpStatus.OK)
                    .contentType(MediaType.EVENT_STREAM)
                    .build());
        }
        EventStreams.Wish wish = new EventStreams.Wish(sql, GapText.passesGaps(query));
        if (MissedText.skipsGone(query) || start == StartFrom.NEXT || start instanceof StartFrom.AfterGap) {
            return streams.open(exchange, filter, wish, start);
        }
        return slow.answerAfter(
                () -> MissedText.requireKept(reader, filter, start),
                exchange.context().eventLoop(),
                () -> streams.open(exchange, filter, wish, start));
    }

    /** {@code sql=}, null if it is not there. @throws RefusedException WXW-1015 */
    static @Nullable Cesql expression(Query query) {
        String sql = query.get("sql");
        return sql == null ? null : Cesql.parse(sql);
    }

    static ProblemException notAcceptable(String... offers) {
        return new Problem(406, FailureCode.MEDIA_TYPE, "this resource has " + String.join(", ", offers), null)
                .asException();
    }

    private HttpResponse byIdentity(Exchange exchange, Query query) {
        String source = query.get("source");
        String id = query.get("id");
        if (source == null
                || id == null
                || query.has("filter")
                || query.has("sql")
                || query.has("from")
                || query.has("onWithheld")
                || query.has("onGone")
                || query.has("after")) {
            throw Query.refused("an event is looked up by source and id together, and by nothing else");
        }
        return slow.answer(() -> {
            Event event = found(exchange, () -> reader.findByIdentity(source, id));
            if (event == null || !exchange.access().mayReceive(event.topic())) {
                throw new RefusedException(FailureCode.EVENT_UNKNOWN, "no event has this source and id on this node");
            }
            if (event.eventId() != null || event.deliveryClass() == DeliveryClass.LOCAL) {
                return structured(event);
            }
            JsonText json = new JsonText().open().member("status", "durable");
            json.member("source", source).member("id", id);
            return Exchange.json(202, json.close().toString());
        });
    }

    HttpResponse one(Exchange exchange, String eventIdText) {
        exchange.allow(HttpMethod.GET, HttpMethod.DELETE);
        exchange.noQuery();
        EventId eventId = EventId.parse(eventIdText);
        String accept = exchange.header(HttpHeaderNames.ACCEPT);
        return slow.answer(() -> {
            Event event = found(exchange, () -> reader.find(eventId));
            if (event == null || !exchange.access().mayReceive(event.topic())) {
                throw unknown(eventId);
            }
            return shown(event, accept);
        });
    }

    /** That an event is void is told only to those who might have read it. */
    static @Nullable Event found(Exchange exchange, Supplier<@Nullable Event> search) {
        try {
            return search.get();
        } catch (EventVoidException isVoid) {
            Access access = exchange.access();
            boolean may = isVoid.topics().isEmpty()
                    ? access.principal().isEverybody()
                    : isVoid.topics().stream().anyMatch(access::mayReceive);
            if (may) {
                throw isVoid;
            }
            return null;
        }
    }

    private static RefusedException unknown(EventId eventId) {
        return new RefusedException(
                FailureCode.EVENT_UNKNOWN, "this node has no event " + eventId + " (the name must be exact)");
    }

    /** What somebody may not read is not there for him. Reads the store. */
    static void requireVisible(Exchange exchange, EventReader reader, EventId eventId) {
        if (exchange.access().isUnlimited() && exchange.access().principal().equals(Principal.NOBODY)) {
            return;
        }
        try {
            Event event = found(exchange, () -> reader.find(eventId));
            if (event == null || !exchange.access().mayReceive(event.topic())) {
                throw unknown(eventId);
            }
        } catch (EventVoidException known) {
            // Who might have read an erased event, or one that had no right, may prove that it was there.
            if (known.refusal().code() != FailureCode.EVENT_ERASED
                    && known.refusal().code() != FailureCode.EVENT_UNGRANTED) {
                throw known;
            }
        }
    }

    /** Structured unless the client accepts the data's own type and not (or less) the structured one. */
    private static HttpResponse shown(Event event, @Nullable String accept) {
        String given = event.attributes().get(Attributes.DATACONTENTTYPE);
        String own = given == null ? "application/octet-stream" : given;
        int semicolon = own.indexOf(';');
        String essence =
                (semicolon < 0 ? own : own.substring(0, semicolon)).strip().toLowerCase(Locale.ROOT);
        String chosen = Accept.choose(accept, List.of(STRUCTURED, essence));
        if (chosen == null) {
            throw notAcceptable(STRUCTURED, essence);
        }
        return chosen.equals(STRUCTURED) ? structured(event) : binary(event, own);
    }

    private static HttpResponse structured(Event event) {
        return HttpResponse.of(
                ResponseHeaders.builder(HttpStatus.OK)
                        .contentType(STRUCTURED_TYPE)
                        .set(HttpHeaderNames.CACHE_CONTROL, "private, no-cache")
                        .build(),
                HttpData.wrap(EventWriting.structured(event, false).getBytes(StandardCharsets.UTF_8)));
    }

    private static HttpResponse binary(Event event, String contentType) {
        ResponseHeadersBuilder headers = ResponseHeaders.builder(HttpStatus.OK)
                .set(HttpHeaderNames.CONTENT_TYPE, contentType)
                .set(HttpHeaderNames.CACHE_CONTROL, "private, no-cache");
        EventWriting.attributes(event, false).forEach((name, value) -> {
            if (!name.equals(Attributes.DATACONTENTTYPE)) {
                headers.set(BinaryMode.PREFIX + name, BinaryMode.encode(value));
            }
        });
        return HttpResponse.of(headers.build(), HttpData.wrap(event.payload().bytes()));
    }
}

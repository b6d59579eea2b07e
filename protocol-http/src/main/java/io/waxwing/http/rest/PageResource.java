package io.waxwing.http.rest;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.ResponseHeadersBuilder;
import io.waxwing.bus.delivery.Gap;
import io.waxwing.bus.delivery.StartFrom;
import io.waxwing.bus.event.Event;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.bus.filter.Cesql;
import io.waxwing.bus.identity.Action;
import io.waxwing.bus.spi.EventReader;
import io.waxwing.bus.spi.TopicDirectory;
import io.waxwing.bus.topic.TopicFilter;
import io.waxwing.http.cloudevents.EventWriting;
import io.waxwing.http.exchange.Accept;
import io.waxwing.http.exchange.Exchange;
import io.waxwing.http.exchange.HttpSettings;
import io.waxwing.http.exchange.JsonText;
import io.waxwing.http.exchange.Query;
import io.waxwing.http.exchange.RawPath;
import io.waxwing.http.exchange.SlowReads;
import io.waxwing.http.stream.CursorSeal;
import io.waxwing.http.stream.GapText;
import io.waxwing.http.stream.MissedText;
import io.waxwing.http.stream.StartWords;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code GET /v1/topics/{topic}/events}: a page of history, or a stream of the topic. */
final class PageResource {
    private static final int DEFAULT_LIMIT = 100;
    /** Events read from the store at once, so that a page's bytes can be bounded. */
    private static final int CHUNK_EVENTS = 50;
    /** With an expression a page ends here, perhaps with nothing: the next one goes on. */
    private static final int MAX_READ_EVENTS = 10_000;

    private final EventReader reader;
    private final TopicDirectory directory;
    private final SlowReads slow;
    private final HttpSettings settings;
    private final EventResource events;
    private final CursorSeal seal;
    private final StartWords starts;

    PageResource(
            EventReader reader,
            TopicDirectory directory,
            SlowReads slow,
            HttpSettings settings,
            EventResource events,
            CursorSeal seal) {
        this.reader = reader;
        this.directory = directory;
        this.slow = slow;
        this.settings = settings;
        this.events = events;
        this.seal = seal;
        this.starts = new StartWords(seal);
    }

    HttpResponse serve(Exchange exchange, String topic) {
        TopicFilter filter = TopicFilter.parse(topic);
        exchange.require(exchange.access().maySubscribe(filter), Action.SUBSCRIBE);
        List<String> offers = List.of("application/json", EventResource.EVENT_STREAM);
        String chosen = Accept.choose(exchange.header(HttpHeaderNames.ACCEPT), offers);
        if (chosen == null) {
            throw EventResource.notAcceptable("application/json", EventResource.EVENT_STREAM);
        }
        if (chosen.equals(EventResource.EVENT_STREAM)) {
            return events.stream(
                    exchange, exchange.query(Set.of("from", "after", "sql", "onWithheld", "onGone")), filter);
        }
        Query query = exchange.query(Set.of("from", "limit", "cursor", "sql", "onWithheld", "onGone", "beyond"));
        int limit = query.number("limit", 1, settings.maxPageEvents(), DEFAULT_LIMIT);
        String cursor = query.get("cursor");
        String from = query.get("from");
        if (cursor != null && from != null) {
            throw Query.refused("from begins a replay, cursor goes on with one: give one of them");
        }
        StartFrom start = cursor != null
                ? new StartFrom.AfterPosition(seal.open(cursor))
                : from == null ? StartFrom.FIRST : starts.from(from, true);
        Cesql sql = EventResource.expression(query);
        Beyond beyond = beyond(query);
        boolean skips = MissedText.skipsGone(query);
        return slow.answer(() -> page(topic, new Wish(filter, sql, beyond, skips), start, limit));
    }

    private record Wish(TopicFilter filter, @Nullable Cesql sql, Beyond beyond, boolean skipsGone) {}

    /**
     * What is wanted of what is ordered behind missing payloads.
     *
     * @param after null: from the first gap on
     */
    private record Beyond(boolean wanted, @Nullable StartFrom after) {}

    private Beyond beyond(Query query) {
        boolean wanted = GapText.passesGaps(query);
        String after = query.get("beyond");
        if (after != null && !wanted) {
            throw Query.refused("beyond goes with onWithheld=gap");
        }
        return new Beyond(wanted, after == null ? null : starts.after(after));
    }

    /** Gaps and events that are not in the order of delivery yet, and where to go on with them. */
    private void writeBeyond(JsonText json, Wish wish, int limit) {
        EventReader.Beyond found = reader.beyond(wish.filter(), wish.beyond().after(), limit);
        json.name("beyond").openArray();
        String last = null;
        for (EventReader.Beyond.Item item : found.items()) {
            Event event = item.event();
            Gap gap = item.gap();
            if (gap != null) {
                json.element().raw(GapText.json(gap));
                last = GapText.place(gap);
            } else if (event != null) {
                last = String.valueOf(event.eventId());
                if (wish.sql() == null || wish.sql().passes(event, true)) {
                    json.element().raw(EventWriting.structured(event, true));
                }
            }
        }
        json.closeArray();
        if (last != null) {
            json.member("beyondCursor", last);
        }
    }

    private HttpResponse page(String topic, Wish wish, StartFrom start, int limit) {
        TopicFilter filter = wish.filter();
        Cesql sql = wish.sql();
        if (directory.find(topic) == null) {
            throw new RefusedException(FailureCode.TOPIC_UNKNOWN, "nobody created it or published to it");
        }
        if (!wish.skipsGone()) {
            MissedText.requireKept(reader, filter, start);
        }
        JsonText json =
                new JsonText().open().member("topic", topic).name("events").openArray();
        StartFrom next = start;
        long position = 0;
        boolean atEnd = false;
        long bytes = 0;
        int count = 0;
        int read = 0;
        long missed = 0;
        while (!atEnd && count < limit && bytes < settings.maxPageBytes() && read < MAX_READ_EVENTS) {
            int chunk = sql == null ? Math.min(CHUNK_EVENTS, limit - count) : CHUNK_EVENTS;
            EventReader.Page page = reader.read(filter, next, chunk);
            atEnd = page.atEnd();
            position = page.nextPosition();
            missed += page.missed();
            Iterator<Event> events = page.events().iterator();
            while (events.hasNext() && count < limit) {
                Event event = events.next();
                if (sql == null || sql.passes(event, true)) {
                    json.element().raw(EventWriting.structured(event, true));
                    bytes += event.payload().size();
                    count++;
                }
                if (count == limit && events.hasNext()) {
                    // With an expression more is read than may have room; the next page reads the rest again.
                    position = event.position();
                    atEnd = false;
                }
            }
            read += page.events().size();
            next = new StartFrom.AfterPosition(position);
        }
        String cursor = seal.seal(position);
        json.closeArray().member("cursor", cursor).member("atEnd", atEnd);
        if (missed > 0) {
            json.member("missed", missed);
        }
        if (atEnd && wish.beyond().wanted()) {
            writeBeyond(json, wish, limit);
        }
        ResponseHeadersBuilder headers = ResponseHeaders.builder(HttpStatus.OK)
                .contentType(MediaType.JSON)
                .set(HttpHeaderNames.CACHE_CONTROL, "no-store");
        if (!atEnd) {
            headers.set(
                    HttpHeaderNames.LINK,
                    "</v1/topics/" + RawPath.encode(topic) + "/events?limit=" + limit + "&cursor=" + cursor
                            + (sql == null ? "" : "&sql=" + RawPath.encode(sql.toString()))
                            + (wish.beyond().wanted() ? "&onWithheld=gap" : "")
                            + (wish.skipsGone() ? "&onGone=skip" : "") + ">; rel=\"next\"");
        }
        return HttpResponse.of(
                headers.build(), HttpData.wrap(json.close().toString().getBytes(StandardCharsets.UTF_8)));
    }
}

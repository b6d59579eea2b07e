package io.waxwing.http.rest;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpResponse;
import io.netty.util.concurrent.EventExecutor;
import io.waxwing.bus.event.EventId;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.Refusal;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.bus.identity.Action;
import io.waxwing.bus.spi.EventErasure;
import io.waxwing.bus.spi.EventErasure.Erased;
import io.waxwing.bus.spi.EventErasure.Found;
import io.waxwing.http.exchange.Exchange;
import io.waxwing.http.exchange.HttpSettings;
import io.waxwing.http.exchange.JsonText;
import io.waxwing.http.exchange.Preferences;
import io.waxwing.http.exchange.Query;
import io.waxwing.http.exchange.SlowReads;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * {@code DELETE /v1/events/{eventId}?reason=TEXT}: 200 when the ledger has ordered that the content goes, 202 when it
 * is asked for and that takes longer. The reason goes to the audit log of this node and nowhere else: the ledger never
 * forgets.
 */
final class ErasureResource {
    private static final int MAX_REASON_CHARS = 500;

    private final EventErasure erasure;
    private final SlowReads slow;
    private final HttpSettings settings;

    ErasureResource(EventErasure erasure, SlowReads slow, HttpSettings settings) {
        this.erasure = erasure;
        this.slow = slow;
        this.settings = settings;
    }

    HttpResponse erase(Exchange exchange, String eventIdText) {
        exchange.allow(HttpMethod.DELETE);
        EventId eventId = EventId.parse(eventIdText);
        String reason = exchange.query(Set.of("reason")).get("reason");
        if (reason == null || reason.isBlank() || reason.length() > MAX_REASON_CHARS) {
            throw Query.refused(
                    "reason is missing or longer than " + MAX_REASON_CHARS + " characters; it goes to the audit log");
        }
        Preferences preferences = Preferences.parse(exchange.header(HttpHeaderNames.PREFER));
        long asked = preferences.waitMs() < 0 ? settings.defaultWaitMs() : preferences.waitMs();
        long waitMs = preferences.respondAsync() ? 0 : Math.min(asked, settings.maxWaitMs());
        return slow.answer(() -> {
            Found event = allowed(exchange, eventId);
            Answer answer = new Answer(exchange.context().eventLoop(), event, reason, waitMs);
            erasure.erase(event, answer);
            return HttpResponse.of(answer.response);
        });
    }

    /** What somebody may not see is not there for him. */
    private Found allowed(Exchange exchange, EventId eventId) {
        Found event = erasure.find(eventId);
        if (event == null || !exchange.access().maySee(event.topic())) {
            throw new RefusedException(
                    FailureCode.EVENT_UNKNOWN, "this node has no event " + eventId + " (the name must be exact)");
        }
        exchange.require(exchange.access().mayManage(event.topic()), Action.MANAGE);
        return event;
    }

    /** Waits for the order, but no longer than it was asked to. */
    private record Answer(
            EventExecutor loop, Found event, String reason, long waitMs, CompletableFuture<HttpResponse> response)
            implements EventErasure.Told {
        Answer(EventExecutor loop, Found event, String reason, long waitMs) {
            this(loop, event, reason, waitMs, new CompletableFuture<>());
        }

        @Override
        public void kept() {
            var unused = loop.schedule(
                    () -> response.complete(ErasureResource.asked(event, reason)), waitMs, TimeUnit.MILLISECONDS);
        }

        @Override
        public void erased(Erased by) {
            response.complete(ErasureResource.erased(event, reason, by));
        }

        @Override
        public void refused(Refusal refusal) {
            response.completeExceptionally(refusal.asException());
        }
    }

    private static JsonText about(Found event, String status, String reason) {
        return new JsonText()
                .open()
                .member("eventId", event.eventId().toString())
                .member("status", status)
                .member("reason", reason);
    }

    private static HttpResponse asked(Found event, String reason) {
        return Exchange.json(202, about(event, "asked", reason).close().toString());
    }

    private static HttpResponse erased(Found event, String reason, Erased erased) {
        JsonText json = about(event, "erased", reason)
                .member("leafIndex", Long.toString(erased.leafIndex()))
                .member("height", Long.toString(erased.height()))
                .member("time", Instant.ofEpochMilli(erased.timeMs()).toString());
        return Exchange.json(200, json.close().toString());
    }
}

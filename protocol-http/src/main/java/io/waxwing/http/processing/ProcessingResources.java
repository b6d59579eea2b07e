package io.waxwing.http.processing;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.spi.Access;
import io.waxwing.http.exchange.Exchange;
import io.waxwing.http.exchange.JsonText;
import io.waxwing.http.exchange.Problem;
import io.waxwing.http.exchange.SlowReads;
import io.waxwing.http.pull.SubscriptionReading;
import io.waxwing.http.pull.SubscriptionResources;
import io.waxwing.http.pull.Subscriptions;
import java.time.Instant;
import java.util.List;

/**
 * {@code /v1/rules}: GET the list; GET, PUT, DELETE one; POST {@code <id>:pause}, {@code :resume}, {@code :redrive};
 * GET and DELETE {@code <id>/dead-letters}; POST {@code /v1/rules:check}.
 */
public final class ProcessingResources {
    /** The last piece of the path of a check. */
    public static final String CHECK = "rules:check";

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final Processing processing;
    private final SubscriptionResources subscriptions;
    private final SubscriptionReading reading;
    private final SlowReads slow;

    public ProcessingResources(
            Processing processing, SubscriptionResources subscriptions, SubscriptionReading reading, SlowReads slow) {
        this.processing = processing;
        this.subscriptions = subscriptions;
        this.reading = reading;
        this.slow = slow;
    }

    /** Serves {@code /v1/rules:check}. */
    public HttpResponse check(Exchange exchange) {
        exchange.allow(HttpMethod.POST);
        exchange.noQuery();
        return exchange.withBody(bytes ->
                slow.answer(() -> Exchange.json(200, processing.check(bytes).toString())));
    }

    /** Serves a path whose first pieces are {@code v1} and {@code rules}. */
    public HttpResponse serve(Exchange exchange) {
        List<String> rest = exchange.pieces().subList(2, exchange.pieces().size());
        if (rest.isEmpty()) {
            exchange.allow(HttpMethod.GET);
            exchange.noQuery();
            return Exchange.answer(processing.list(exchange.access()), all -> {
                ObjectNode json = JSON.objectNode();
                all.forEach(each -> json.withArray("rules").add(written(each)));
                json.withArray("rules");
                return Exchange.json(200, json.toString());
            });
        }
        if (rest.size() == 2 && rest.get(1).equals(SubscriptionResources.DEAD_LETTERS)) {
            String id = SubscriptionReading.name(rest.get(0));
            return HttpResponse.of(processing
                    .show(exchange.access(), id)
                    .thenApply(shown -> subscriptions.deadLetters(exchange, Subscriptions.RULE + id)));
        }
        exchange.noQuery();
        if (rest.size() == 1) {
            int colon = rest.get(0).lastIndexOf(':');
            return colon < 0
                    ? one(exchange, SubscriptionReading.name(rest.get(0)))
                    : action(
                            exchange,
                            SubscriptionReading.name(rest.get(0).substring(0, colon)),
                            rest.get(0).substring(colon + 1));
        }
        throw nothing();
    }

    private static RuntimeException nothing() {
        return Problem.of(
                        FailureCode.NOT_FOUND,
                        "see /v1/rules, for one :pause, :resume, :redrive and /dead-letters, and /v1/rules:check")
                .asException();
    }

    private HttpResponse one(Exchange exchange, String id) {
        exchange.allow(HttpMethod.GET, HttpMethod.PUT, HttpMethod.DELETE);
        Access access = exchange.access();
        if (exchange.method() == HttpMethod.PUT) {
            return exchange.withBody(bytes -> {
                exchange.context().clearRequestTimeout();
                return Exchange.answer(
                        processing.put(access, id, bytes, reading::start),
                        put -> Exchange.json(
                                put.created() ? 201 : 200, written(put.shown()).toString()));
            });
        }
        if (exchange.method() == HttpMethod.DELETE) {
            return Exchange.answer(processing.remove(access, id), done -> HttpResponse.of(HttpStatus.NO_CONTENT));
        }
        return Exchange.answer(processing.show(access, id), ProcessingResources::shown);
    }

    private HttpResponse action(Exchange exchange, String id, String word) {
        exchange.allow(HttpMethod.POST);
        Access access = exchange.access();
        return switch (word) {
            case "pause", "resume" ->
                Exchange.answer(processing.pause(access, id, word.equals("pause")), ProcessingResources::shown);
            case "redrive" ->
                Exchange.answer(
                        processing.redrive(access, id),
                        count -> Exchange.json(
                                200,
                                new JsonText()
                                        .open()
                                        .member("redriven", count)
                                        .close()
                                        .toString()));
            default -> throw nothing();
        };
    }

    private static HttpResponse shown(Processing.Shown shown) {
        return Exchange.json(200, written(shown).toString());
    }

    private static ObjectNode written(Processing.Shown shown) {
        ObjectNode json = JSON.objectNode().put("id", shown.id());
        if (!shown.owner().isEmpty()) {
            json.put("owner", shown.owner());
        }
        json.setAll(shown.definition());
        if (!shown.publicKey().isEmpty()) {
            json.put("publicKey", shown.publicKey());
        }
        json.put("state", shown.paused() ? "paused" : "active")
                .put("created", Instant.ofEpochMilli(shown.createdMs()).toString())
                .put("underWay", shown.underWay())
                .put("waiting", shown.waiting())
                .put("deadLetters", shown.deadLetters());
        ObjectNode counters = json.putObject("counters");
        new java.util.TreeMap<>(shown.counters()).forEach(counters::put);
        if (!shown.lastFailure().isEmpty()) {
            json.put("lastFailure", shown.lastFailure());
        }
        return json;
    }
}

package io.waxwing.http.processing;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.spi.Access;
import io.waxwing.http.exchange.Exchange;
import io.waxwing.http.exchange.Problem;
import io.waxwing.http.pull.SubscriptionReading;
import java.time.Instant;
import java.util.List;
import java.util.TreeMap;

/** {@code /v1/schedules}: GET the list; GET, PUT, DELETE one. */
public final class ScheduleResources {
    private final Schedules schedules;

    public ScheduleResources(Schedules schedules) {
        this.schedules = schedules;
    }

    /** Serves a path whose first pieces are {@code v1} and {@code schedules}. */
    public HttpResponse serve(Exchange exchange) {
        List<String> rest = exchange.pieces().subList(2, exchange.pieces().size());
        exchange.noQuery();
        if (rest.isEmpty()) {
            exchange.allow(HttpMethod.GET);
            return Exchange.answer(schedules.list(exchange.access()), all -> {
                ObjectNode json = JsonNodeFactory.instance.objectNode();
                var list = json.putArray("schedules");
                all.forEach(each -> list.add(written(each)));
                return Exchange.json(200, json.toString());
            });
        }
        if (rest.size() > 1) {
            throw Problem.of(FailureCode.NOT_FOUND, "see /v1/schedules and /v1/schedules/<id>")
                    .asException();
        }
        return one(exchange, SubscriptionReading.name(rest.get(0)));
    }

    private HttpResponse one(Exchange exchange, String id) {
        exchange.allow(HttpMethod.GET, HttpMethod.PUT, HttpMethod.DELETE);
        Access access = exchange.access();
        if (exchange.method() == HttpMethod.PUT) {
            return exchange.withBody(bytes -> Exchange.answer(
                    schedules.put(access, id, bytes),
                    put -> Exchange.json(
                            put.created() ? 201 : 200, written(put.shown()).toString())));
        }
        if (exchange.method() == HttpMethod.DELETE) {
            return Exchange.answer(schedules.remove(access, id), done -> HttpResponse.of(HttpStatus.NO_CONTENT));
        }
        return Exchange.answer(
                schedules.show(access, id),
                shown -> Exchange.json(200, written(shown).toString()));
    }

    private static ObjectNode written(Schedules.Shown shown) {
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("id", shown.id());
        if (!shown.owner().isEmpty()) {
            json.put("owner", shown.owner());
        }
        json.setAll(shown.definition());
        json.put("state", shown.nextMs() > 0 ? "active" : "ended").put("created", time(shown.createdMs()));
        if (shown.nextMs() > 0) {
            json.put("next", time(shown.nextMs()));
        }
        if (shown.lastMs() > 0) {
            json.put("last", time(shown.lastMs()));
        }
        ObjectNode counters = json.putObject("counters");
        new TreeMap<>(shown.counters()).forEach(counters::put);
        if (!shown.lastFailure().isEmpty()) {
            json.put("lastFailure", shown.lastFailure());
        }
        return json;
    }

    private static String time(long ms) {
        return Instant.ofEpochMilli(ms).toString();
    }
}

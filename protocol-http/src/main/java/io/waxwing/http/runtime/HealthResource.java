package io.waxwing.http.runtime;

import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpResponse;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.spi.HealthSource;
import io.waxwing.http.exchange.Exchange;
import io.waxwing.http.exchange.JsonText;
import io.waxwing.http.exchange.Problem;
import java.util.List;

/** {@code /health/live}, {@code /health/ready}, {@code /health/started}: 200, or 503 with what is wrong. */
final class HealthResource {
    private final HealthSource health;

    HealthResource(HealthSource health) {
        this.health = health;
    }

    HttpResponse serve(Exchange exchange) {
        exchange.allow(HttpMethod.GET);
        exchange.noQuery();
        String which = exchange.pieces().size() == 2 ? exchange.pieces().get(1) : "";
        return switch (which) {
            case "live" -> answer(health.live());
            case "ready" -> answer(health.ready());
            case "started" ->
                answer(List.of(new HealthSource.Check(
                        "started", health.started(), health.started() ? "start-up is over" : "still starting")));
            default ->
                throw Problem.of(FailureCode.NOT_FOUND, "health has live, ready and started")
                        .asException();
        };
    }

    private static HttpResponse answer(List<HealthSource.Check> checks) {
        boolean ok = checks.stream().allMatch(HealthSource.Check::ok);
        JsonText json = new JsonText().open().member("status", ok ? "ok" : "failed");
        json.name("checks").openArray();
        for (HealthSource.Check check : checks) {
            json.element()
                    .open()
                    .member("name", check.name())
                    .member("ok", check.ok())
                    .member("detail", check.detail())
                    .close();
        }
        return Exchange.json(ok ? 200 : 503, json.closeArray().close().toString());
    }
}

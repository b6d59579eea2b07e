package io.waxwing.http.socket;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.server.HttpService;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.http.exchange.Exchange;
import io.waxwing.http.exchange.Origins;
import io.waxwing.http.exchange.Problem;

/** The way from a request to a WebSocket connection, for whoever serves one. */
public final class Upgrade {
    private Upgrade() {}

    /** Refuses pages that may not connect; programs, which send no origin, always may. @throws ProblemException 403 */
    public static void requireOrigin(Exchange exchange, Origins origins) {
        String origin = exchange.header(HttpHeaderNames.ORIGIN);
        if (!origins.allow(origin, exchange.request().authority())) {
            throw Problem.of(FailureCode.NOT_GRANTED, "pages of this origin may not connect (http.webSocketOrigins)")
                    .asException();
        }
    }

    /** Hands the request to Armeria's service, whose own rule wants an origin from programs too. */
    public static HttpResponse serve(HttpService upgrading, Exchange exchange) {
        HttpRequest request = exchange.request();
        HttpRequest withOrigin = request.withHeaders(request.headers().toBuilder()
                .set(HttpHeaderNames.ORIGIN, "http://" + request.authority())
                .build());
        try {
            return upgrading.serve(exchange.context(), withOrigin);
        } catch (RuntimeException failed) {
            throw failed;
        } catch (Exception failed) {
            throw new IllegalStateException("the upgrade failed", failed);
        }
    }
}

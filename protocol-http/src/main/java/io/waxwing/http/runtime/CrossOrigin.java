package io.waxwing.http.runtime;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.ResponseHeaders;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.http.exchange.Exchange;
import io.waxwing.http.exchange.Origins;
import io.waxwing.http.exchange.Problem;
import org.jspecify.annotations.Nullable;

/**
 * What pages of other origins may do in a browser (CORS, Fetch standard section 3.2): nothing, unless they are named.
 * Not being able to read an answer keeps no page from sending something, so what would change something is refused.
 */
final class CrossOrigin {
    private static final String METHODS = "GET, HEAD, POST, PUT, DELETE";
    private static final String HEADERS =
            "authorization, content-type, prefer, idempotency-key, last-event-id, if-match, if-none-match, ce-id, ce-source,"
                    + " ce-type, ce-specversion, ce-subject, ce-time";
    private static final String EXPOSED = "location, etag, link, retry-after, www-authenticate, x-request-id";
    private static final int MAX_AGE_SECONDS = 600;

    private final Origins origins;

    CrossOrigin(Origins origins) {
        this.origins = origins;
    }

    /**
     * The answer to a preflight, null for every other request that may go on.
     *
     * @throws io.waxwing.http.exchange.ProblemException 403 if a page wants to change something and is not named
     */
    @Nullable HttpResponse check(Exchange exchange) {
        String origin = exchange.header(HttpHeaderNames.ORIGIN);
        exchange.context().addAdditionalResponseHeader(HttpHeaderNames.VARY, "origin");
        if (origin == null) {
            return null;
        }
        if (!origins.allow(origin, exchange.request().authority())) {
            if (exchange.method() == HttpMethod.GET) {
                return null;
            }
            throw Problem.of(FailureCode.NOT_GRANTED, "pages of this origin may not do this (http.corsOrigins)")
                    .asException();
        }
        exchange.context().setAdditionalResponseHeader(HttpHeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        exchange.context().setAdditionalResponseHeader(HttpHeaderNames.ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
        boolean asksBefore = exchange.method() == HttpMethod.OPTIONS
                && exchange.header(HttpHeaderNames.ACCESS_CONTROL_REQUEST_METHOD) != null;
        return !asksBefore
                ? null
                : HttpResponse.of(ResponseHeaders.builder(HttpStatus.NO_CONTENT)
                        .set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_METHODS, METHODS)
                        .set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_HEADERS, HEADERS)
                        .setInt(HttpHeaderNames.ACCESS_CONTROL_MAX_AGE, MAX_AGE_SECONDS)
                        .build());
    }
}

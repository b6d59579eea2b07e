package io.waxwing.http.describe;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import io.waxwing.http.exchange.ETags;
import io.waxwing.http.exchange.Exchange;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/**
 * {@code GET /v1/openapi.json}, {@code /v1/asyncapi.json}: what this port answers by OpenAPI 3.1, and what it streams
 * by AsyncAPI 3.0.
 */
public final class OpenApiResource {
    /** The last piece of its path. */
    public static final String NAME = "openapi.json";

    /** The same of streams. */
    public static final String ASYNC_NAME = "asyncapi.json";

    private final byte[] document;

    /** {@code name} is one of the two. */
    public OpenApiResource(String name) {
        document = read(name);
    }

    private static byte[] read(String name) {
        try (InputStream in = OpenApiResource.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException(name + " is not among the classes");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(name, e);
        }
    }

    public HttpResponse serve(Exchange exchange) {
        exchange.allow(HttpMethod.GET);
        exchange.noQuery();
        ResponseHeaders headers = ResponseHeaders.builder(HttpStatus.OK)
                .contentType(MediaType.JSON)
                .set(HttpHeaderNames.CACHE_CONTROL, "no-cache")
                .set(HttpHeaderNames.ETAG, ETags.of(document))
                .build();
        return ETags.answer(exchange, headers, HttpData.wrap(document));
    }
}

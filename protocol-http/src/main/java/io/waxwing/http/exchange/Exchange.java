package io.waxwing.http.exchange;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.identity.Action;
import io.waxwing.bus.identity.CertificateNames;
import io.waxwing.bus.identity.Credentials;
import io.waxwing.bus.spi.Access;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * One request on its event loop.
 *
 * @param context Armeria's
 * @param request Armeria's
 * @param pieces the path by {@link RawPath#split}
 * @param rawQuery null if the request has none
 * @param access what whoever asks may do
 */
public record Exchange(
        ServiceRequestContext context,
        HttpRequest request,
        List<String> pieces,
        @Nullable String rawQuery,
        Access access) {
    /** Reads path and query as they came. */
    public static Exchange of(ServiceRequestContext context, HttpRequest request) {
        // Not request.path(): that one is tidied up, so that empty levels and spaces in a filter would be lost.
        String target = context.rawPath();
        int question = target.indexOf('?');
        String path = question < 0 ? target : target.substring(0, question);
        return new Exchange(
                context,
                request,
                RawPath.split(path),
                question < 0 ? null : target.substring(question + 1),
                Access.UNLIMITED);
    }

    /** The same for somebody who may do that. */
    public Exchange with(Access other) {
        return new Exchange(context, request, pieces, rawQuery, other);
    }

    /** The same with another query. */
    public Exchange asking(String query) {
        return new Exchange(context, request, pieces, query, access);
    }

    /** Throws {@link ProblemException} 403 unless {@code allowed}. */
    public void require(boolean allowed, Action action) {
        if (!allowed) {
            throw Problem.of(
                            FailureCode.NOT_GRANTED,
                            "no grant lets '" + access.principal().name() + "' " + action.word() + " this")
                    .asException();
        }
    }

    /** Refuses every other method; HEAD goes wherever GET goes. @throws ProblemException 405 */
    public void allow(HttpMethod... methods) {
        HttpMethod asked = method();
        StringBuilder allow = new StringBuilder();
        for (HttpMethod method : methods) {
            if (method == asked) {
                return;
            }
            allow.append(allow.length() == 0 ? "" : ", ").append(method);
            if (method == HttpMethod.GET) {
                allow.append(", HEAD");
            }
        }
        throw ProblemException.notAllowed(request.method().name(), allow.toString());
    }

    /** The method, with HEAD seen as GET: the server leaves the body out. */
    public HttpMethod method() {
        return request.method() == HttpMethod.HEAD ? HttpMethod.GET : request.method();
    }

    public Query query(Set<String> known) {
        return Query.parse(rawQuery, known);
    }

    public Query noQuery() {
        return query(Set.of());
    }

    public @Nullable String header(CharSequence name) {
        return request.headers().get(name);
    }

    /** The answer that is made of the whole body, once it is there. What {@code use} throws becomes a problem. */
    public HttpResponse withBody(Function<byte[], HttpResponse> use) {
        return HttpResponse.of(
                request.aggregate().thenApply(body -> use.apply(body.content().array())));
    }

    /** The answer that is made of a result, once it is there. */
    public static <T> HttpResponse answer(CompletableFuture<T> result, Function<T, HttpResponse> write) {
        return HttpResponse.of(result.thenApply(write));
    }

    /** What the transport shows of whoever asks. */
    public Credentials certificate() {
        SSLSession session = context.sslSession();
        try {
            return session == null ? Credentials.NONE : CertificateNames.credentials(session.getPeerCertificates());
        } catch (SSLPeerUnverifiedException noneShown) {
            return Credentials.NONE;
        }
    }

    /** Source address without port. */
    public String address() {
        return context.remoteAddress().getAddress().getHostAddress();
    }

    /** A JSON answer that no cache keeps. */
    public static HttpResponse json(int status, String body) {
        return HttpResponse.of(
                ResponseHeaders.builder(HttpStatus.valueOf(status))
                        .contentType(MediaType.JSON)
                        .set(HttpHeaderNames.CACHE_CONTROL, "no-store")
                        .build(),
                HttpData.wrap(body.getBytes(StandardCharsets.UTF_8)));
    }
}

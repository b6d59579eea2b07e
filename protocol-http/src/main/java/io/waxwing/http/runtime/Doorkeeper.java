package io.waxwing.http.runtime;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpResponse;
import io.netty.channel.EventLoop;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.Refusal;
import io.waxwing.bus.identity.Credentials;
import io.waxwing.bus.identity.Login;
import io.waxwing.bus.identity.Secret;
import io.waxwing.bus.spi.Access;
import io.waxwing.bus.spi.Authentication;
import io.waxwing.http.describe.OpenApiResource;
import io.waxwing.http.exchange.Exchange;
import io.waxwing.http.exchange.Problem;
import io.waxwing.http.weevent.Generation;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * Asks for {@code Authorization: Basic} or {@code Bearer}, or by TLS for a certificate, before a request is served.
 * Health and what the ledger shows to everybody (commitments, never contents) need none.
 */
final class Doorkeeper {
    private static final String BASIC = "Basic ";
    private static final String BEARER = "Bearer ";
    private static final List<String> CHALLENGES = List.of("Basic realm=\"waxwing\", charset=\"UTF-8\"", "Bearer");

    private final Authentication authentication;
    private final String weEventUser;
    private final Tickets tickets;

    /** {@code weEventUser}: who it is if nobody says so on WeEvent's paths, empty if nobody is let in there. */
    Doorkeeper(Authentication authentication, Tickets tickets, String weEventUser) {
        this.tickets = tickets;
        this.authentication = authentication;
        this.weEventUser = weEventUser;
    }

    /** Serves the request once it is known who asks; on the request's event loop. */
    HttpResponse admit(Exchange asked, Function<Exchange, HttpResponse> serve) {
        Exchange exchange = asked;
        if (Tickets.isFor(asked)) {
            exchange = Tickets.without(asked);
            if (authentication.isRequired() && exchange.header(HttpHeaderNames.AUTHORIZATION) == null) {
                Access access = tickets.take(asked);
                if (access == null) {
                    throw Problem.of(FailureCode.LOGIN_WRONG, "no such ticket: each is good once, for half a minute")
                            .asException();
                }
                return serve.apply(exchange.with(access));
            }
        }
        return asked(exchange, serve);
    }

    private HttpResponse asked(Exchange exchange, Function<Exchange, HttpResponse> serve) {
        if (!authentication.isRequired() || isPublic(exchange.pieces())) {
            return serve.apply(exchange);
        }
        Credentials shown = credentials(exchange);
        if (shown instanceof Credentials.None && isGuest(exchange)) {
            return serve.apply(exchange.with(authentication.absent(weEventUser, null)));
        }
        CompletableFuture<HttpResponse> answer = new CompletableFuture<>();
        EventLoop loop = exchange.context().eventLoop();
        Login login = new Login(shown, "http", exchange.address(), null);
        authentication.authenticate(login, new Authentication.Answer() {
            @Override
            public void admitted(Access access) {
                soon(loop, () -> {
                    try {
                        answer.complete(serve.apply(exchange.with(access)));
                    } catch (RuntimeException failed) {
                        answer.completeExceptionally(failed);
                    }
                });
            }

            @Override
            public void refused(Refusal refusal) {
                Problem problem = Problem.of(refusal);
                if (problem.status() == 401) {
                    CHALLENGES.forEach(challenge -> exchange.context()
                            .addAdditionalResponseHeader(HttpHeaderNames.WWW_AUTHENTICATE, challenge));
                }
                soon(loop, () -> answer.completeExceptionally(problem.asException()));
            }
        });
        return HttpResponse.of(answer);
    }

    private static void soon(EventLoop loop, Runnable task) {
        if (loop.inEventLoop()) {
            task.run();
        } else {
            loop.execute(task);
        }
    }

    /** WeEvent's clients have credentials for STOMP alone. */
    private boolean isGuest(Exchange exchange) {
        List<String> pieces = exchange.pieces();
        return !weEventUser.isEmpty()
                && exchange.header(HttpHeaderNames.AUTHORIZATION) == null
                && !pieces.isEmpty()
                && Generation.of(pieces.get(0)) != null;
    }

    private static boolean isPublic(List<String> pieces) {
        String first = pieces.isEmpty() ? "" : pieces.get(0);
        String second = pieces.size() > 1 ? pieces.get(1) : "";
        return first.equals("health")
                || (first.equals("ledger") && !second.equals("receipt"))
                || (first.equals("v1")
                        && (second.equals(OpenApiResource.NAME) || second.equals(OpenApiResource.ASYNC_NAME)));
    }

    private static Credentials credentials(Exchange exchange) {
        List<String> headers = exchange.request().headers().getAll(HttpHeaderNames.AUTHORIZATION);
        if (headers.size() > 1) {
            throw Problem.of(FailureCode.PROTOCOL, "Authorization is there more than once")
                    .asException();
        }
        String header = headers.isEmpty() ? "" : headers.get(0).strip();
        if (header.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
            return new Credentials.Bearer(
                    Secret.utf8(header.substring(BEARER.length()).strip()));
        }
        return header.regionMatches(true, 0, BASIC, 0, BASIC.length())
                ? basic(header.substring(BASIC.length()).strip())
                : headers.isEmpty() ? exchange.certificate() : Credentials.NONE; // What is said wins.
    }

    /** RFC 7617; what cannot be read is wrong like any other. */
    private static Credentials basic(String base64) {
        String text;
        try {
            text = new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException notBase64) {
            text = "";
        }
        int colon = text.indexOf(':');
        String user = colon < 0 ? "" : text.substring(0, colon);
        return new Credentials.Password(user, Secret.utf8(text.substring(colon + 1)));
    }
}

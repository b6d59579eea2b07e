package io.waxwing.http.weevent;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpResponse;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.http.exchange.Exchange;
import io.waxwing.http.exchange.Origins;
import io.waxwing.http.exchange.Problem;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** WeEvent's two context paths, all but STOMP. Requests come on their event loops, let in already. */
public final class WeEvent {
    private static final String FETCH_SITE = "sec-fetch-site";

    private final boolean enabled;
    private final Origins pages;
    private final RestResource rest;
    private final JsonRpcResource rpc;
    private final AdminResource admin;
    private final Parts parts;

    /**
     * What STOMP has in common with the rest.
     *
     * @param live subscriptions of all connections
     */
    public record Parts(Desk desk, PublishDesk publishing, Scopes scopes, LiveSubscriptions live) {}

    public WeEvent(Environment environment) {
        Scopes scopes = new Scopes(environment.settings().groups());
        LiveSubscriptions live = new LiveSubscriptions();
        Desk desk = new Desk(environment.directory(), environment.reader(), environment.chain(), scopes);
        PublishDesk publishing = new PublishDesk(environment, desk, live);
        Calls calls = new Calls(environment, desk, publishing);
        this.enabled = environment.settings().enabled();
        this.pages = environment.pages();
        this.rest = new RestResource(calls, scopes);
        this.rpc = new JsonRpcResource(calls, scopes);
        this.admin = new AdminResource(calls, scopes, environment.chain(), live);
        this.parts = new Parts(desk, publishing, scopes, live);
    }

    public Parts parts() {
        return parts;
    }

    /** Whether a request is one for these paths. */
    public boolean isMine(@Nullable String piece) {
        return enabled && piece != null && Generation.of(piece) != null;
    }

    public HttpResponse serve(Exchange exchange) {
        List<String> pieces = exchange.pieces();
        Generation generation = Generation.of(pieces.get(0));
        String second = pieces.size() > 1 ? pieces.get(1) : "";
        if (generation != null) {
            requireNoStrangersPage(exchange);
            switch (second) {
                case "rest" -> {
                    if (pieces.size() == 3) {
                        return rest.serve(exchange, generation, pieces.get(2));
                    }
                }
                case "jsonrpc" -> {
                    if (pieces.size() == 2) {
                        return rpc.serve(exchange, generation);
                    }
                }
                case "admin" -> {
                    return admin.serve(exchange, pieces.subList(2, pieces.size()));
                }
                default -> {}
            }
        }
        throw Problem.of(FailureCode.NOT_FOUND, "below here are rest, jsonrpc, admin, stomp and sockjs")
                .asException();
    }

    /**
     * GET changes things here, so pages of other origins may not even do that. A page that shows an image or runs a
     * script of ours sends no Origin; browsers say then where the request comes from.
     */
    private void requireNoStrangersPage(Exchange exchange) {
        String origin = exchange.header(HttpHeaderNames.ORIGIN);
        String site = exchange.header(FETCH_SITE);
        boolean strange = origin == null
                ? site != null && !site.equals("same-origin") && !site.equals("none") && !pages.any()
                : !pages.allow(origin, exchange.request().authority());
        if (strange) {
            throw Problem.of(FailureCode.NOT_GRANTED, "pages of this origin may not do this (http.corsOrigins)")
                    .asException();
        }
    }
}

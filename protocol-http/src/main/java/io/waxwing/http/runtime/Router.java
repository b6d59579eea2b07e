package io.waxwing.http.runtime;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.http.describe.OpenApiResource;
import io.waxwing.http.edge.Http1Guard;
import io.waxwing.http.exchange.Exchange;
import io.waxwing.http.exchange.HttpMeters;
import io.waxwing.http.exchange.Problem;
import io.waxwing.http.exchange.SlowReads;
import io.waxwing.http.grants.GrantResources;
import io.waxwing.http.ledger.LedgerResources;
import io.waxwing.http.members.MemberResources;
import io.waxwing.http.operate.OperationResources;
import io.waxwing.http.rest.ReceiptResource;
import io.waxwing.http.rest.RestResources;
import io.waxwing.http.weevent.WeEvent;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The one service of the port: reads the raw path and hands the request to the resource that it names. */
final class Router implements HttpService {
    private static final String PROMETHEUS_TEXT = "text/plain; version=0.0.4; charset=utf-8";
    private static final Set<String> ROUTES = Set.of("v1", "ledger", "metrics", "health", "weevent", "weevent-broker");
    private static final Set<String> RESOURCES = Set.of(
            "topics",
            "events",
            "files",
            "members",
            "subscriptions",
            "webhooks",
            "rules",
            "schedules",
            "signers",
            "grants",
            Tickets.NAME);
    private static final String REQUEST_ID = "x-request-id";
    private static final int MAX_REQUEST_ID_CHARS = 128;

    private final RestResources rest;
    private final LedgerResources ledger;
    private final ReceiptResource receipts;
    private final MemberResources members;
    private final GrantResources grants;
    private final OperationResources operations;
    private final WeEvent weEvent;
    private final HealthResource health;
    private final PrometheusMeterRegistry registry;
    private final Doorkeeper door;
    private final Tickets tickets;
    private final RecordedActs acts;
    private final CrossOrigin crossOrigin;
    private final SlowReads slow;
    private final HttpMeters meters;
    private final OpenApiResource openApi = new OpenApiResource(OpenApiResource.NAME);
    private final OpenApiResource asyncApi = new OpenApiResource(OpenApiResource.ASYNC_NAME);

    Router(
            RestResources rest,
            LedgerResources ledger,
            ReceiptResource receipts,
            MemberResources members,
            GrantResources grants,
            OperationResources operations,
            WeEvent weEvent,
            HealthResource health,
            PrometheusMeterRegistry registry,
            Doorkeeper door,
            Tickets tickets,
            RecordedActs acts,
            CrossOrigin crossOrigin,
            SlowReads slow,
            HttpMeters meters) {
        this.rest = rest;
        this.ledger = ledger;
        this.receipts = receipts;
        this.members = members;
        this.grants = grants;
        this.operations = operations;
        this.weEvent = weEvent;
        this.health = health;
        this.registry = registry;
        this.door = door;
        this.tickets = tickets;
        this.acts = acts;
        this.crossOrigin = crossOrigin;
        this.slow = slow;
        this.meters = meters;
    }

    @Override
    public HttpResponse serve(ServiceRequestContext context, HttpRequest request) {
        echoRequestId(context, request);
        String mark = request.headers().get(Http1Guard.MARK);
        if (mark != null) {
            context.setAdditionalResponseHeader(HttpHeaderNames.CONNECTION, "close");
            int status = Integer.parseInt(mark.substring(0, 3));
            throw new Problem(status, FailureCode.PROTOCOL, mark.substring(4), null).asException();
        }
        Exchange exchange = Exchange.of(context, request);
        count(exchange);
        HttpResponse preflight = crossOrigin.check(exchange);
        if (preflight != null) {
            return preflight;
        }
        return door.admit(exchange, admitted -> acts.around(admitted, this::route));
    }

    private HttpResponse route(Exchange exchange) {
        List<String> pieces = exchange.pieces();
        String first = pieces.isEmpty() ? "" : pieces.get(0);
        return switch (first) {
            case "v1" -> versioned(exchange, pieces.size() > 1 ? pieces.get(1) : "");
            case "ledger" ->
                pieces.size() == 3 && pieces.get(1).equals("receipt")
                        ? receipts.serve(exchange, pieces.get(2))
                        : ledger.serve(exchange);
            case "health" -> health.serve(exchange);
            case "metrics" -> metrics(exchange);
            default -> {
                if (weEvent.isMine(first)) {
                    yield weEvent.serve(exchange);
                }
                throw Problem.of(FailureCode.NOT_FOUND, "see /v1, /ledger, /metrics and /health")
                        .asException();
            }
        };
    }

    private HttpResponse versioned(Exchange exchange, String resource) {
        return switch (resource) {
            case "members" -> members.serve(exchange);
            case Tickets.NAME -> tickets.serve(exchange);
            case "grants", GrantResources.EXPLAIN -> grants.serve(exchange);
            case OperationResources.BACKUP -> operations.backup(exchange);
            case OpenApiResource.NAME -> openApi.serve(exchange);
            case OpenApiResource.ASYNC_NAME -> asyncApi.serve(exchange);
            default -> rest.serve(exchange);
        };
    }

    private HttpResponse metrics(Exchange exchange) {
        exchange.allow(HttpMethod.GET);
        exchange.noQuery();
        if (exchange.pieces().size() > 1) {
            throw Problem.of(FailureCode.NOT_FOUND, "nothing is below /metrics").asException();
        }
        return slow.answer(() -> HttpResponse.of(
                ResponseHeaders.builder(HttpStatus.OK)
                        .set(HttpHeaderNames.CONTENT_TYPE, PROMETHEUS_TEXT)
                        .set(HttpHeaderNames.CACHE_CONTROL, "no-store")
                        .build(),
                HttpData.wrap(registry.scrape().getBytes(StandardCharsets.UTF_8))));
    }

    private void count(Exchange exchange) {
        String first = exchange.pieces().isEmpty() ? "" : exchange.pieces().get(0);
        String second = exchange.pieces().size() > 1 ? exchange.pieces().get(1) : "";
        String route = !ROUTES.contains(first) ? "other" : RESOURCES.contains(second) ? second : first;
        String method = exchange.request().method().name();
        var unused = exchange.context()
                .log()
                .whenComplete()
                .thenAccept(log ->
                        meters.request(method, route, log.responseStatus().code()));
    }

    private static void echoRequestId(ServiceRequestContext context, HttpRequest request) {
        @Nullable String id = request.headers().get(REQUEST_ID);
        if (id != null && id.length() <= MAX_REQUEST_ID_CHARS && id.chars().allMatch(c -> c > 0x20 && c < 0x7f)) {
            context.setAdditionalResponseHeader(REQUEST_ID, id);
        }
    }
}

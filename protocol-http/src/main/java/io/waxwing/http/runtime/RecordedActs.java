package io.waxwing.http.runtime;

import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpResponse;
import io.waxwing.bus.audit.Act;
import io.waxwing.bus.failure.Refusal;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.bus.spi.ActLog;
import io.waxwing.http.exchange.Exchange;
import io.waxwing.http.exchange.Problem;
import io.waxwing.http.exchange.ProblemException;
import io.waxwing.http.members.OperatorToken;
import io.waxwing.http.processing.ProcessingResources;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Writes down who manages what before the answer goes out. Whatever changes something below {@code /v1} is managing,
 * but for publishing, and fetching and settling what was fetched: so a resource that is added later is seen too.
 */
final class RecordedActs {
    private static final String OPERATOR = "$operator";
    private static final Set<String> RESOURCES = Set.of(
            "topics",
            "events",
            "members",
            "subscriptions",
            "webhooks",
            "rules",
            "schedules",
            "signers",
            "grants",
            "backup");
    private static final Set<String> WORKING = Set.of("receive", "ack", "nack", "reject", "extend");
    /** Whose answers have no secret in them, and say what came of it. */
    private static final Set<String> TOLD = Set.of("topics", "members", "events", "signers", "grants");

    private final ActLog log;
    private final OperatorToken operator;

    RecordedActs(ActLog log, OperatorToken operator) {
        this.log = log;
        this.operator = operator;
    }

    /** Serves the request; what it did is on the disk before anybody hears of it. */
    HttpResponse around(Exchange exchange, Function<Exchange, HttpResponse> serve) {
        String act = act(exchange.method(), exchange.pieces());
        if (act == null) {
            return serve.apply(exchange);
        }
        Refusal problem = log.problem();
        if (problem != null) {
            throw problem.asException();
        }
        CompletableFuture<HttpResponse> answer = new CompletableFuture<>();
        var unused = served(exchange, serve).handle((response, failure) -> {
            int status = failure == null ? response.status().code() : status(failure);
            log.record(written(exchange, act, status, response), refusal -> {
                if (refusal != null) {
                    answer.completeExceptionally(refusal.asException());
                } else if (failure != null) {
                    answer.completeExceptionally(failure);
                } else {
                    answer.complete(response.toHttpResponse());
                }
            });
            return status;
        });
        return HttpResponse.of(answer);
    }

    private static CompletableFuture<AggregatedHttpResponse> served(
            Exchange exchange, Function<Exchange, HttpResponse> serve) {
        try {
            return serve.apply(exchange).aggregate();
        } catch (RuntimeException refused) {
            return CompletableFuture.failedFuture(refused);
        }
    }

    private Act written(Exchange exchange, String act, int status, @Nullable AggregatedHttpResponse response) {
        String name = exchange.access().principal().name();
        String who = name.isEmpty() && operator.isShown(exchange) ? OPERATOR : name;
        String what =
                String.join("/", exchange.pieces().subList(2, exchange.pieces().size()));
        boolean done = status / 100 == 2;
        if (done && response != null && TOLD.contains(exchange.pieces().get(1))) {
            what += " " + response.contentUtf8();
        }
        String from = "http " + exchange.context().remoteAddress().getAddress().getHostAddress();
        return new Act(who, from, act, what, Integer.toString(status), !done);
    }

    private static int status(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof ProblemException problem) {
            return problem.problem().status();
        }
        return cause instanceof RefusedException refused
                ? Problem.statusOf(refused.refusal().code())
                : 500;
    }

    /** The word for it, null if it is no managing. */
    static @Nullable String act(HttpMethod method, List<String> pieces) {
        boolean reads = method == HttpMethod.GET || method == HttpMethod.OPTIONS;
        if (reads || pieces.size() < 2 || !pieces.get(0).equals("v1")) {
            return null;
        }
        if (pieces.get(1).equals(ProcessingResources.CHECK)) {
            return null; // Nothing comes of it.
        }
        String resource = RESOURCES.contains(pieces.get(1)) ? pieces.get(1) : "other";
        String last = pieces.get(pieces.size() - 1);
        // What is published is no managing, whatever it is.
        boolean publishes = method == HttpMethod.POST && resource.equals("topics") && last.equals("events");
        if (publishes || pieces.get(1).equals("files")) {
            return null;
        }
        if (pieces.get(1).equals(Tickets.NAME)) {
            return null;
        }
        int colon = last.lastIndexOf(':');
        String word = colon < 0 || method != HttpMethod.POST
                ? method.name().toLowerCase(java.util.Locale.ROOT)
                : last.substring(colon + 1);
        return resource.equals("subscriptions") && WORKING.contains(word) ? null : resource + "." + word;
    }
}

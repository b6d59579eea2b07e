package io.waxwing.http.pull;

import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import io.waxwing.bus.delivery.StartFrom;
import io.waxwing.bus.event.Event;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.identity.Action;
import io.waxwing.bus.spi.Access;
import io.waxwing.bus.spi.EventReader;
import io.waxwing.http.exchange.Exchange;
import io.waxwing.http.exchange.HttpMeters;
import io.waxwing.http.exchange.HttpSettings;
import io.waxwing.http.exchange.Problem;
import io.waxwing.http.exchange.Query;
import io.waxwing.http.exchange.SlowReads;
import io.waxwing.http.pull.SubscriptionReading.Portion;
import io.waxwing.http.pull.SubscriptionReading.Said;
import io.waxwing.http.pull.SubscriptionWriting.Lag;
import io.waxwing.http.pull.Subscriptions.Leased;
import io.waxwing.http.pull.Subscriptions.Shown;
import io.waxwing.http.pull.Subscriptions.Verdict;
import io.waxwing.http.stream.CursorSeal;
import io.waxwing.http.stream.StartWords;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * {@code /v1/subscriptions}: GET the list; GET, PUT, DELETE one by its name; POST {@code <name>:<word>} for what its
 * consumers do; GET and DELETE {@code <name>/dead-letters}.
 */
public final class SubscriptionResources {
    /** The piece of a path behind a name that means its dead letters. */
    public static final String DEAD_LETTERS = "dead-letters";

    private static final int DEFAULT_LIMIT = 100;
    /** Beyond it the lag is only said to be at least that. */
    private static final int LAG_MAX = 10_000;

    private static final int LAG_CHUNK = 1_000;

    private final Subscriptions subscriptions;
    private final EventReader reader;
    private final SlowReads slow;
    private final HttpSettings settings;
    private final HttpMeters meters;
    private final CursorSeal seal;
    private final SubscriptionReading reading;
    private final SubscriptionWriting writing;

    public SubscriptionResources(
            Subscriptions subscriptions,
            EventReader reader,
            SlowReads slow,
            HttpSettings settings,
            HttpMeters meters,
            CursorSeal seal) {
        this.subscriptions = subscriptions;
        this.reader = reader;
        this.slow = slow;
        this.settings = settings;
        this.meters = meters;
        this.seal = seal;
        this.reading = new SubscriptionReading(new StartWords(seal));
        this.writing = new SubscriptionWriting(seal);
    }

    /** Serves a path whose first pieces are {@code v1} and {@code subscriptions}. */
    public HttpResponse serve(Exchange exchange) {
        List<String> rest = exchange.pieces().subList(2, exchange.pieces().size());
        if (rest.isEmpty()) {
            exchange.allow(HttpMethod.GET);
            exchange.noQuery();
            return Exchange.answer(
                    subscriptions.list(exchange.access()),
                    all -> Exchange.json(
                            200,
                            writing.all(all.stream()
                                    .filter(each -> !each.name().startsWith(Subscriptions.HIDDEN))
                                    .toList())));
        }
        if (rest.size() == 2 && rest.get(1).equals(DEAD_LETTERS)) {
            return deadLetters(exchange, SubscriptionReading.name(rest.get(0)));
        }
        if (rest.size() == 1) {
            int colon = rest.get(0).lastIndexOf(':');
            return colon < 0
                    ? one(exchange, SubscriptionReading.name(rest.get(0)))
                    : action(
                            exchange,
                            SubscriptionReading.name(rest.get(0).substring(0, colon)),
                            rest.get(0).substring(colon + 1));
        }
        throw nothing();
    }

    private static RuntimeException nothing() {
        return Problem.of(
                        FailureCode.NOT_FOUND,
                        "see /v1/subscriptions, and for one :receive, :ack, :nack, :reject, :extend, :seek, :pause,"
                                + " :resume, :redrive and /dead-letters")
                .asException();
    }

    private HttpResponse one(Exchange exchange, String name) {
        exchange.allow(HttpMethod.GET, HttpMethod.PUT, HttpMethod.DELETE);
        exchange.noQuery();
        Access access = exchange.access();
        if (exchange.method() == HttpMethod.PUT) {
            return exchange.withBody(bytes -> put(exchange, name, reading.wish(bytes)));
        }
        if (exchange.method() == HttpMethod.DELETE) {
            return Exchange.answer(subscriptions.remove(access, name), done -> HttpResponse.of(HttpStatus.NO_CONTENT));
        }
        return HttpResponse.of(subscriptions
                .show(access, name)
                .thenApply(shown -> slow.answer(() -> Exchange.json(200, writing.one(shown, lag(shown))))));
    }

    private HttpResponse put(Exchange exchange, String name, Subscriptions.Wish wish) {
        exchange.require(exchange.access().maySubscribe(wish.filter()), Action.SUBSCRIBE);
        return Exchange.answer(
                subscriptions.put(exchange.access(), name, wish),
                put -> Exchange.json(put.created() ? 201 : 200, writing.one(put.shown(), null)));
    }

    private Lag lag(Shown shown) {
        int events = 0;
        StartFrom from = new StartFrom.AfterPosition(shown.next() - 1);
        boolean atEnd = false;
        while (!atEnd && events < LAG_MAX) {
            EventReader.Page page = reader.read(shown.filter(), from, LAG_CHUNK);
            for (Event event : page.events()) {
                boolean passes = shown.sql() == null || shown.sql().passes(event, false);
                events += passes ? 1 : 0;
            }
            atEnd = page.atEnd();
            from = new StartFrom.AfterPosition(page.nextPosition());
        }
        return new Lag(events, !atEnd);
    }

    private HttpResponse action(Exchange exchange, String name, String word) {
        exchange.allow(HttpMethod.POST);
        exchange.noQuery();
        Access access = exchange.access();
        return switch (word) {
            case "receive" -> exchange.withBody(bytes -> receive(exchange, name, bytes));
            case "ack" -> settle(exchange, name, Verdict.DONE);
            case "nack" -> settle(exchange, name, Verdict.AGAIN);
            case "reject" -> settle(exchange, name, Verdict.NEVER);
            case "extend" -> settle(exchange, name, Verdict.LONGER);
            case "seek" -> exchange.withBody(bytes -> seek(access, name, bytes));
            case "pause", "resume" ->
                Exchange.answer(subscriptions.pause(access, name, word.equals("pause")), this::shown);
            case "redrive" ->
                exchange.withBody(bytes -> Exchange.answer(
                        subscriptions.redrive(access, name, SubscriptionReading.redriven(bytes)),
                        count -> Exchange.json(200, SubscriptionWriting.count("redriven", count))));
            default -> throw nothing();
        };
    }

    private HttpResponse shown(Shown shown) {
        return Exchange.json(200, writing.one(shown, null));
    }

    private HttpResponse receive(Exchange exchange, String name, byte[] bytes) {
        Portion portion = SubscriptionReading.portion(bytes, settings.maxPageEvents(), settings.maxWaitMs());
        // From here on the wait is ours.
        exchange.context().clearRequestTimeout();
        CompletableFuture<List<Leased>> leased = subscriptions.receive(
                exchange.access(), name, portion.max(), settings.maxPageBytes(), portion.waitMs());
        CompletableFuture<Void> unused =
                exchange.context().log().whenComplete().thenAccept(gone -> leased.cancel(false));
        return Exchange.answer(leased, events -> {
            meters.eventsDelivered(events.size());
            return Exchange.json(200, SubscriptionWriting.leased(events));
        });
    }

    private HttpResponse settle(Exchange exchange, String name, Verdict verdict) {
        return exchange.withBody(bytes -> {
            Said said = SubscriptionReading.said(bytes, settings.maxPageEvents(), verdict == Verdict.AGAIN);
            return Exchange.answer(
                    subscriptions.settle(exchange.access(), name, verdict, said.tokens(), said.delayMs()),
                    settled -> Exchange.json(200, SubscriptionWriting.settled(settled)));
        });
    }

    private HttpResponse seek(Access access, String name, byte[] bytes) {
        return HttpResponse.of(subscriptions
                .show(access, name)
                .thenApply(now -> Exchange.answer(
                        subscriptions.seek(access, name, reading.place(bytes, now.filter())), this::shown)));
    }

    /** Serves the dead letters of the subscription of this name. */
    public HttpResponse deadLetters(Exchange exchange, String name) {
        exchange.allow(HttpMethod.GET, HttpMethod.DELETE);
        if (exchange.method() == HttpMethod.DELETE) {
            exchange.noQuery();
            return Exchange.answer(
                    subscriptions.bury(exchange.access(), name),
                    count -> Exchange.json(200, SubscriptionWriting.count("forgotten", count)));
        }
        Query query = exchange.query(Set.of("limit", "cursor"));
        int limit = query.number("limit", 1, settings.maxPageEvents(), DEFAULT_LIMIT);
        String cursor = query.get("cursor");
        long after = cursor == null ? 0 : seal.open(cursor);
        return Exchange.answer(
                subscriptions.deadLetters(exchange.access(), name, after, limit),
                letters -> Exchange.json(200, writing.deadLetters(letters, letters.size() == limit)));
    }
}

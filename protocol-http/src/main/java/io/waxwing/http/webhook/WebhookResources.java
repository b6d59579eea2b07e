package io.waxwing.http.webhook;

import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import io.micrometer.core.instrument.MeterRegistry;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.filter.Cesql;
import io.waxwing.bus.identity.Action;
import io.waxwing.bus.pull.PullTerms;
import io.waxwing.bus.spi.Access;
import io.waxwing.bus.spi.Authentication;
import io.waxwing.bus.topic.TopicFilter;
import io.waxwing.http.exchange.Exchange;
import io.waxwing.http.exchange.JsonBody;
import io.waxwing.http.exchange.JsonText;
import io.waxwing.http.exchange.Problem;
import io.waxwing.http.pull.Pump;
import io.waxwing.http.pull.SubscriptionReading;
import io.waxwing.http.pull.Subscriptions;
import io.waxwing.http.pull.Subscriptions.Shown;
import io.waxwing.http.pull.Subscriptions.Wish;
import io.waxwing.http.stream.CursorSeal;
import io.waxwing.http.stream.StartWords;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * {@code /v1/webhooks}: GET the list; GET, PUT, DELETE one; POST {@code <id>:validate}, {@code :pause},
 * {@code :resume}, {@code :redeliver}, {@code :redrive}.
 */
public final class WebhookResources implements AutoCloseable {
    private static final int BACKOFF_STEPS = 32;
    private static final long STEP_MAX_MS = 86_400_000;
    /** A second, ten, a minute, five, half an hour, two hours, then six hours each: some three days. */
    private static final List<Long> BACKOFF_MS =
            List.of(1_000L, 10_000L, 60_000L, 300_000L, 1_800_000L, 7_200_000L, 21_600_000L);

    private static final int MAX_DELIVER = 18;
    private static final int PARALLEL = Pump.WIDTH;

    private final Webhooks webhooks;
    private final Subscriptions subscriptions;
    private final SubscriptionReading reading;

    public WebhookResources(
            Subscriptions subscriptions,
            Authentication authentication,
            WebhookSettings settings,
            WebhookRun run,
            MeterRegistry registry,
            CursorSeal seal) {
        this.subscriptions = subscriptions;
        this.webhooks = new Webhooks(subscriptions, authentication, settings, run, registry);
        this.reading = new SubscriptionReading(new StartWords(seal));
    }

    /** For others that post events. */
    public Sender sender() {
        return webhooks.sender();
    }

    /** Begins to carry what is stored. */
    public void start() {
        webhooks.start();
    }

    /** Serves a path whose first pieces are {@code v1} and {@code webhooks}. */
    public HttpResponse serve(Exchange exchange) {
        List<String> rest = exchange.pieces().subList(2, exchange.pieces().size());
        exchange.noQuery();
        if (rest.isEmpty()) {
            exchange.allow(HttpMethod.GET);
            return Exchange.answer(webhooks.list(exchange.access()), all -> {
                JsonText json = new JsonText().open().name("webhooks").openArray();
                all.forEach(each -> write(json.element(), each, ""));
                return Exchange.json(200, json.closeArray().close().toString());
            });
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
                        "see /v1/webhooks, and for one :validate, :pause, :resume, :redeliver and :redrive")
                .asException();
    }

    private HttpResponse one(Exchange exchange, String id) {
        exchange.allow(HttpMethod.GET, HttpMethod.PUT, HttpMethod.DELETE);
        Access access = exchange.access();
        if (exchange.method() == HttpMethod.PUT) {
            return exchange.withBody(bytes -> put(exchange, id, bytes));
        }
        if (exchange.method() == HttpMethod.DELETE) {
            return Exchange.answer(webhooks.remove(access, id), done -> HttpResponse.of(HttpStatus.NO_CONTENT));
        }
        return HttpResponse.of(webhooks.show(access, id)
                .thenCompose(shown ->
                        webhooks.lastFailure(shown).thenApply(failure -> Exchange.json(200, text(shown, failure)))));
    }

    private HttpResponse put(Exchange exchange, String id, byte[] bytes) {
        JsonBody body =
                JsonBody.of(bytes, Set.of("url", "filter", "sql", "start", "ordered", "maxDeliver", "backoffMs"));
        String url = body.text("url");
        String filter = body.text("filter");
        if (url == null || filter == null) {
            throw JsonBody.refused("want url and filter", url == null ? "/url" : "/filter");
        }
        URI target = Target.parse(url, webhooks.settings().privateNetworks());
        TopicFilter topics = TopicFilter.parse(filter);
        exchange.require(exchange.access().maySubscribe(topics), Action.SUBSCRIBE);
        // What it carries is judged when its owner is not there, so what a token brings besides does not count.
        exchange.require(webhooks.absent(exchange.access()).maySubscribe(topics), Action.SUBSCRIBE);
        String sql = body.text("sql");
        PullTerms terms = new PullTerms(
                PullTerms.DEFAULT.ackWaitMs() + webhooks.settings().timeoutMs() * PARALLEL,
                (int) body.number("maxDeliver", 0, 1_000, MAX_DELIVER),
                body.numbers("backoffMs", BACKOFF_STEPS, 0, STEP_MAX_MS, BACKOFF_MS),
                body.flag("ordered", true) ? 1 : PARALLEL);
        Wish wish = new Wish(
                topics, sql == null ? null : Cesql.parse(sql), terms, reading.start(body.text("start"), topics), "");
        exchange.context().clearRequestTimeout();
        return Exchange.answer(
                webhooks.put(exchange.access(), id, target, wish),
                put -> Exchange.json(put.created() ? 201 : 200, text(put.shown(), "")));
    }

    private HttpResponse action(Exchange exchange, String id, String word) {
        exchange.allow(HttpMethod.POST);
        Access access = exchange.access();
        String name = Subscriptions.HIDDEN + id;
        Function<Shown, HttpResponse> shown = now -> Exchange.json(200, text(now, ""));
        return switch (word) {
            case "validate" -> Exchange.answer(webhooks.validate(access, id), shown);
            case "pause", "resume" -> Exchange.answer(subscriptions.pause(access, name, word.equals("pause")), shown);
            case "redeliver" ->
                exchange.withBody(bytes -> HttpResponse.of(subscriptions
                        .show(access, name)
                        .thenApply(now -> Exchange.answer(
                                subscriptions.seek(access, name, reading.place(bytes, now.filter())), shown))));
            case "redrive" ->
                Exchange.answer(
                        subscriptions.redrive(access, name, Integer.MAX_VALUE),
                        count -> Exchange.json(
                                200,
                                new JsonText()
                                        .open()
                                        .member("redriven", count)
                                        .close()
                                        .toString()));
            default -> throw nothing();
        };
    }

    private static String text(Shown shown, String lastFailure) {
        JsonText json = new JsonText();
        write(json, shown, lastFailure);
        return json.toString();
    }

    private static void write(JsonText json, Shown shown, String lastFailure) {
        Webhook webhook = Webhook.of(shown.note());
        boolean wanted = webhook.problem().isEmpty();
        json.open()
                .member("id", Webhooks.id(shown))
                .member("url", webhook.url().toString())
                .member("filter", shown.filter().toString());
        if (shown.sql() != null) {
            json.member("sql", shown.sql().toString());
        }
        if (!shown.owner().isEmpty()) {
            json.member("owner", shown.owner());
        }
        json.member("publicKey", webhook.key().publicText())
                .member("state", !wanted ? "refused" : shown.paused() ? "paused" : "active");
        if (!wanted) {
            json.member("problem", webhook.problem());
        }
        if (!lastFailure.isEmpty()) {
            json.member("lastFailure", lastFailure);
        }
        if (webhook.perMinute() > 0) {
            json.member("requestsPerMinute", webhook.perMinute());
        }
        json.member("ordered", shown.terms().maxAckPending() == 1)
                .member("maxDeliver", shown.terms().maxDeliver())
                .member("created", Instant.ofEpochMilli(shown.createdMs()).toString())
                .member("underWay", shown.leased())
                .member("waiting", shown.waiting())
                .member("deadLetters", shown.deadLetters())
                .close();
    }

    @Override
    public void close() {
        webhooks.close();
    }
}

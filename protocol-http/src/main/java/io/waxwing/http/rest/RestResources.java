package io.waxwing.http.rest;

import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpResponse;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.spi.EventBus;
import io.waxwing.bus.spi.EventErasure;
import io.waxwing.bus.spi.EventReader;
import io.waxwing.bus.spi.TopicDirectory;
import io.waxwing.http.exchange.Exchange;
import io.waxwing.http.exchange.HttpMeters;
import io.waxwing.http.exchange.HttpSettings;
import io.waxwing.http.exchange.Problem;
import io.waxwing.http.exchange.SlowReads;
import io.waxwing.http.processing.ProcessingResources;
import io.waxwing.http.processing.ScheduleResources;
import io.waxwing.http.pull.SubscriptionResources;
import io.waxwing.http.rules.RuleResources;
import io.waxwing.http.stream.CursorSeal;
import io.waxwing.http.stream.EventStreams;
import io.waxwing.http.stream.StartWords;
import io.waxwing.http.webhook.WebhookResources;
import java.util.List;

/** Everything under {@code /v1}: finds the resource that a path names. */
public final class RestResources {
    private final TopicResource topics;
    private final PublishResource publish;
    private final PageResource pages;
    private final EventResource events;
    private final ReceiptResource receipts;
    private final SubscriptionResources subscriptions;
    private final ErasureResource erasure;
    private final WebhookResources webhooks;
    private final RuleResources rules;
    private final ProcessingResources processing;
    private final ScheduleResources schedules;

    /**
     * What the resources share.
     *
     * @param institution name in the source of plain bodies
     * @param idPrefix of ids made here, another one at every start
     */
    public record Common(
            String institution,
            String idPrefix,
            SlowReads slow,
            HttpSettings settings,
            HttpMeters meters,
            CursorSeal seal) {}

    public RestResources(
            EventBus bus,
            EventReader reader,
            EventErasure erasure,
            TopicDirectory directory,
            ReceiptResource receipts,
            EventStreams streams,
            SubscriptionResources subscriptions,
            WebhookResources webhooks,
            RuleResources rules,
            ProcessingResources processing,
            ScheduleResources schedules,
            Common common) {
        HttpSettings settings = common.settings();
        RequestReading reading = new RequestReading(common.institution(), common.idPrefix(), settings.maxBatchEvents());
        this.topics = new TopicResource(directory, common.slow(), settings);
        this.publish = new PublishResource(bus, reader, directory, common.slow(), settings, common.meters(), reading);
        this.events = new EventResource(reader, common.slow(), streams, new StartWords(common.seal()));
        this.pages = new PageResource(reader, directory, common.slow(), settings, events, common.seal());
        this.receipts = receipts;
        this.erasure = new ErasureResource(erasure, common.slow(), settings);
        this.subscriptions = subscriptions;
        this.webhooks = webhooks;
        this.rules = rules;
        this.processing = processing;
        this.schedules = schedules;
    }

    /** Serves a path whose first piece is {@code v1}. */
    public HttpResponse serve(Exchange exchange) {
        List<String> pieces = exchange.pieces();
        String resource = pieces.size() > 1 ? pieces.get(1) : "";
        if (resource.equals("topics")) {
            return pieces.size() == 2
                    ? topics.list(exchange)
                    : topic(exchange, TopicPath.of(pieces.subList(2, pieces.size())));
        }
        if (resource.equals("events")) {
            if (pieces.size() == 2) {
                return events.all(exchange);
            }
            if (pieces.size() == 3) {
                return exchange.method() == HttpMethod.DELETE
                        ? erasure.erase(exchange, pieces.get(2))
                        : events.one(exchange, pieces.get(2));
            }
            if (pieces.size() == 4 && pieces.get(3).equals("receipt")) {
                return receipts.serve(exchange, pieces.get(2));
            }
        }
        if (resource.equals("subscriptions")) {
            return subscriptions.serve(exchange);
        }
        if (resource.equals("webhooks")) {
            return webhooks.serve(exchange);
        }
        if (resource.equals("signers")) {
            return rules.signers(exchange);
        }
        if (resource.equals("rules")) {
            return processing.serve(exchange);
        }
        if (resource.equals("schedules")) {
            return schedules.serve(exchange);
        }
        if (resource.equals(ProcessingResources.CHECK) && pieces.size() == 2) {
            return processing.check(exchange);
        }
        throw Problem.of(
                        FailureCode.NOT_FOUND,
                        "see /v1/topics, /v1/events, /v1/subscriptions, /v1/webhooks, /v1/rules, /v1/schedules and /v1/signers")
                .asException();
    }

    private HttpResponse topic(Exchange exchange, TopicPath path) {
        String part = path.part();
        if (part == null) {
            return topics.one(exchange, path.topic());
        }
        if (part.equals(TopicPath.EVENTS)) {
            exchange.allow(HttpMethod.GET, HttpMethod.POST);
            return exchange.method() == HttpMethod.POST
                    ? publish.serve(exchange, path.topic())
                    : pages.serve(exchange, path.topic());
        }
        if (part.equals(TopicPath.SCHEMA)) {
            return rules.schema(exchange, path.topic());
        }
        return topics.policy(exchange, path.topic());
    }
}

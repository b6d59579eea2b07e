package io.waxwing.http.rest;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.ResponseHeadersBuilder;
import io.waxwing.bus.delivery.Acknowledgement;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.bus.identity.Action;
import io.waxwing.bus.spi.Access;
import io.waxwing.bus.spi.EventBus;
import io.waxwing.bus.spi.EventReader;
import io.waxwing.bus.spi.Spending;
import io.waxwing.bus.spi.TopicDirectory;
import io.waxwing.bus.topic.AckPolicy;
import io.waxwing.bus.topic.TopicPolicy;
import io.waxwing.http.cloudevents.CloudEvent;
import io.waxwing.http.cloudevents.ContentMode;
import io.waxwing.http.cloudevents.NotACloudEvent;
import io.waxwing.http.exchange.Exchange;
import io.waxwing.http.exchange.HttpMeters;
import io.waxwing.http.exchange.HttpSettings;
import io.waxwing.http.exchange.JsonText;
import io.waxwing.http.exchange.Preferences;
import io.waxwing.http.exchange.Problem;
import io.waxwing.http.exchange.ProblemException;
import io.waxwing.http.exchange.Query;
import io.waxwing.http.exchange.SlowReads;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** {@code POST /v1/topics/{topic}/events}. */
final class PublishResource {
    private final EventBus bus;
    private final EventReader reader;
    private final TopicDirectory directory;
    private final SlowReads slow;
    private final HttpSettings settings;
    private final HttpMeters meters;
    private final RequestReading reading;

    PublishResource(
            EventBus bus,
            EventReader reader,
            TopicDirectory directory,
            SlowReads slow,
            HttpSettings settings,
            HttpMeters meters,
            RequestReading reading) {
        this.bus = bus;
        this.reader = reader;
        this.directory = directory;
        this.slow = slow;
        this.settings = settings;
        this.meters = meters;
        this.reading = reading;
    }

    /**
     * What one request wants.
     *
     * @param wanted null: as the topic's policy says
     * @param keyed it has an Idempotency-Key
     * @param user name of who publishes, empty if nobody is asked
     */
    record Wish(
            String topic,
            @Nullable AckPolicy wanted,
            long waitMs,
            Preferences preferences,
            boolean keyed,
            String user) {}

    HttpResponse serve(Exchange exchange, String topic) {
        exchange.require(exchange.access().mayPublishSome(topic), Action.PUBLISH);
        Wish wish = wish(exchange, topic);
        ContentMode mode = reading.mode(exchange);
        var loop = exchange.context().eventLoop().withoutContext();
        CompletableFuture<HttpResponse> answer = new CompletableFuture<>();
        var unused = exchange.request().aggregate(loop).whenComplete((body, failure) -> {
            if (failure != null) {
                answer.completeExceptionally(failure);
                return;
            }
            // From here on our own clock runs: it answers 202 where the server's would answer an error.
            exchange.context().clearRequestTimeout();
            try {
                List<PublishRun.Entry> entries = spent(
                        exchange,
                        granted(
                                exchange,
                                reading.entries(
                                        exchange, mode, wish, body.content().array())));
                new PublishRun(bus, loop, meters, topic, entries, result -> settle(answer, mode, wish, entries, result))
                        .start(wish.waitMs());
            } catch (NotACloudEvent wrong) {
                meters.eventRejected(wrong.refusal().code());
                answer.completeExceptionally(new ProblemException(RequestReading.problem(wrong)));
            } catch (RuntimeException failed) {
                answer.completeExceptionally(failed);
            }
        });
        return HttpResponse.of(answer);
    }

    /** What each event is decides which grant it needs. */
    private static List<PublishRun.Entry> granted(Exchange exchange, List<PublishRun.Entry> entries) {
        Access access = exchange.access();
        return entries.stream()
                .map(entry -> entry.draft() == null
                                || access.mayPublish(
                                        entry.draft().topic(), entry.draft().attributes())
                        ? entry
                        : new PublishRun.Entry(
                                entry.event(),
                                null,
                                Problem.of(
                                        FailureCode.NOT_GRANTED,
                                        "no grant lets '" + access.principal().name() + "' publish this event")))
                .toList();
    }

    /** What goes beyond the user's quota is refused, each event for itself. */
    private static List<PublishRun.Entry> spent(Exchange exchange, List<PublishRun.Entry> entries) {
        Spending user = exchange.access().spending();
        if (!user.isBound()) {
            return entries;
        }
        long nowNanos = System.nanoTime();
        return entries.stream()
                .map(entry -> entry.draft() == null || user.take(entry.draft().sizeBytes(), nowNanos) == 0
                        ? entry
                        : new PublishRun.Entry(
                                entry.event(),
                                null,
                                Problem.of(FailureCode.PUBLISH_RATE, "the user's quota is used up; publish it again")))
                .toList();
    }

    private Wish wish(Exchange exchange, String topic) {
        Query query = exchange.query(Set.of("wait"));
        Preferences preferences = Preferences.parse(exchange.header(HttpHeaderNames.PREFER));
        TopicPolicy policy = directory.policyOf(topic);
        AckPolicy wanted = wanted(query.get("wait"));
        if (wanted != null && !policy.canGive(wanted)) {
            throw Problem.of(
                            FailureCode.WAIT_IMPOSSIBLE,
                            "wait=" + wanted.word() + " on a topic of class "
                                    + policy.deliveryClass().word())
                    .asException();
        }
        if (preferences.respondAsync() && policy.ack() != AckPolicy.ACCEPTED) {
            wanted = AckPolicy.DURABLE;
        }
        long waitMs = preferences.waitMs() < 0 ? settings.defaultWaitMs() : preferences.waitMs();
        boolean keyed = exchange.header(RequestReading.IDEMPOTENCY_KEY) != null;
        String user = exchange.access().principal().name();
        return new Wish(topic, wanted, Math.min(waitMs, settings.maxWaitMs()), preferences, keyed, user);
    }

    private static @Nullable AckPolicy wanted(@Nullable String wait) {
        if (wait == null) {
            return null;
        }
        return switch (wait) {
            case "durable" -> AckPolicy.DURABLE;
            case "ordered" -> AckPolicy.ORDERED;
            default -> throw Query.refused("wait is '" + wait + "', want durable or ordered");
        };
    }

    /** Looks up in the store what was not answered in time, then answers the request. */
    private void settle(
            CompletableFuture<HttpResponse> answer,
            ContentMode mode,
            Wish wish,
            List<PublishRun.Entry> entries,
            List<Outcome> outcomes) {
        boolean open = false;
        for (Outcome outcome : outcomes) {
            open |= !outcome.isAnswered();
        }
        Runnable finish = () -> {
            try {
                lookUp(wish.topic(), entries, outcomes);
                answer.complete(render(mode, wish, outcomes));
            } catch (RuntimeException failed) {
                answer.completeExceptionally(failed);
            }
        };
        if (!open) {
            finish.run();
        } else if (!slow.submit(finish)) {
            answer.completeExceptionally(new ProblemException(notYetDurable()));
        }
    }

    private void lookUp(String topic, List<PublishRun.Entry> entries, List<Outcome> outcomes) {
        for (int i = 0; i < outcomes.size(); i++) {
            CloudEvent event = entries.get(i).event();
            if (!outcomes.get(i).isAnswered() && event != null) {
                outcomes.set(i, lookUp(topic, event));
            }
        }
    }

    private Outcome lookUp(String topic, CloudEvent event) {
        try {
            return reader.findByIdentity(event.source(), event.id()) != null
                    ? Outcome.acknowledged(topic, event, Acknowledgement.DURABLE)
                    : Outcome.failed(topic, notYetDurable());
        } catch (RefusedException e) {
            return Outcome.failed(topic, Problem.of(e.refusal()));
        }
    }

    private static Problem notYetDurable() {
        return Problem.of(
                FailureCode.NODE_BUSY,
                "the event is not known to be durable yet; publish it again with the same source and id (or"
                        + " Idempotency-Key), it will be kept once");
    }

    private static HttpResponse render(ContentMode mode, Wish wish, List<Outcome> outcomes) {
        return mode == ContentMode.BATCHED ? batch(outcomes) : single(wish, outcomes.get(0));
    }

    private static HttpResponse single(Wish wish, Outcome outcome) {
        Problem problem = outcome.problem();
        if (problem != null) {
            boolean keyReused = wish.keyed() && problem.code() == FailureCode.IDENTITY_REUSED;
            throw keyReused
                    ? Problem.of(FailureCode.IDEMPOTENCY_KEY_REUSED, problem.detail())
                            .asException()
                    : problem.asException();
        }
        JsonText json = new JsonText().open();
        outcome.writeMembers(json);
        ResponseHeadersBuilder headers = ResponseHeaders.builder(HttpStatus.valueOf(outcome.status()))
                .contentType(MediaType.JSON)
                .set(HttpHeaderNames.CACHE_CONTROL, "no-store");
        String location = outcome.location();
        if (location != null) {
            headers.set(HttpHeaderNames.LOCATION, location);
        }
        if (wish.preferences().respondAsync()) {
            headers.set("preference-applied", "respond-async");
        }
        byte[] body = json.close().toString().getBytes(StandardCharsets.UTF_8);
        return HttpResponse.of(headers.build(), HttpData.wrap(body));
    }

    /** 207: per element what a single request would have got, with its status as {@code httpStatus}. */
    private static HttpResponse batch(List<Outcome> outcomes) {
        JsonText json = new JsonText().openArray();
        for (Outcome outcome : outcomes) {
            json.element().open().member("httpStatus", outcome.status());
            outcome.writeMembers(json);
            json.close();
        }
        return Exchange.json(207, json.closeArray().toString());
    }
}

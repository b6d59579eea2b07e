package io.waxwing.http.webhook;

import com.linecorp.armeria.client.ClientFactory;
import com.linecorp.armeria.client.ResponseTimeoutException;
import com.linecorp.armeria.client.ResponseTimeoutMode;
import com.linecorp.armeria.client.WebClient;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.RequestHeadersBuilder;
import com.linecorp.armeria.common.ResponseHeaders;
import io.netty.channel.EventLoopGroup;
import io.waxwing.bus.event.Event;
import io.waxwing.http.cloudevents.EventWriting;
import io.waxwing.http.exchange.ProblemException;
import io.waxwing.http.pull.Outcome;
import io.waxwing.http.pull.Subscriptions.Leased;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Carries events to receivers, one request each, and tells what became of them. Follows no redirects. */
final class Courier implements AutoCloseable {
    private static final long RETRY_AFTER_MAX_SECONDS = 86_400;
    private static final Pattern RATE = Pattern.compile("[1-9][0-9]{0,8}");
    private static final String REQUEST_ORIGIN = "webhook-request-origin";
    private static final String ALLOWED_ORIGIN = "webhook-allowed-origin";
    private static final String ALLOWED_RATE = "webhook-allowed-rate";

    private final WebhookSettings settings;
    private final ClientFactory clients;
    private final WebClient client;

    /**
     * What a receiver says to a handshake.
     *
     * @param problem why it gets nothing; empty if it wants events
     * @param perMinute requests that it wants at most; 0 for any number
     */
    record Consent(String problem, int perMinute) {
        static final Consent ANY = new Consent("", 0);

        static Consent refused(String problem) {
            return new Consent(problem, 0);
        }
    }

    Courier(WebhookSettings settings, EventLoopGroup loops, Executor lookups) {
        this.settings = settings;
        this.clients = ClientFactory.builder()
                .workerGroup(loops, false)
                .connectTimeout(Duration.ofMillis(settings.timeoutMs()))
                .addressResolverGroupFactory(group -> new GuardedResolvers(
                        lookups, address -> settings.privateNetworks() || AddressRules.isPublic(address)))
                .build();
        this.client = WebClient.builder()
                .factory(clients)
                .responseTimeoutMillis(settings.timeoutMs())
                // Looking the name up, connecting and TLS count too: leases are made for this time.
                .responseTimeoutMode(ResponseTimeoutMode.FROM_START)
                .maxResponseLength(0)
                .build();
    }

    /** Asks the receiver whether it wants events of this node. */
    CompletableFuture<Consent> handshake(URI url) {
        String wrong = notAllowed(url);
        if (wrong != null || !settings.handshake()) {
            return CompletableFuture.completedFuture(wrong == null ? Consent.ANY : Consent.refused(wrong));
        }
        RequestHeaders headers = RequestHeaders.builder(HttpMethod.OPTIONS, url.toString())
                .set(REQUEST_ORIGIN, settings.origin())
                .build();
        return Reply.of(client.execute(HttpRequest.of(headers)))
                .handle((answer, failure) -> failure == null ? consent(answer) : Consent.refused(told(failure)));
    }

    /** The settings may have become stricter since it was made; an address in digits is looked up by nobody. */
    private @Nullable String notAllowed(URI url) {
        try {
            return Target.parse(url.toString(), settings.privateNetworks()).getHost() == null ? "no host" : null;
        } catch (ProblemException refused) {
            return "requests may not go to this address any more: "
                    + refused.problem().detail();
        }
    }

    private Consent consent(ResponseHeaders answer) {
        String allowed = answer.get(ALLOWED_ORIGIN);
        boolean wanted = answer.status().isSuccess()
                && allowed != null
                && (allowed.strip().equals("*") || allowed.strip().equalsIgnoreCase(settings.origin()));
        if (!wanted) {
            return Consent.refused("OPTIONS with WebHook-Request-Origin: " + settings.origin() + " is answered "
                    + answer.status().code() + " without this in WebHook-Allowed-Origin");
        }
        String rate = answer.get(ALLOWED_RATE);
        if (rate == null || rate.strip().equals("*")) {
            return Consent.ANY;
        }
        return RATE.matcher(rate.strip()).matches()
                ? new Consent("", Integer.parseInt(rate.strip()))
                : Consent.refused("WebHook-Allowed-Rate of the answer to OPTIONS is neither * nor a number from 1");
    }

    /**
     * What is carried.
     *
     * @param id stays the same for every try of the same event
     * @param again it was tried before
     */
    record Parcel(String id, Event event, boolean again) {}

    /** The parcel of an event on loan: of class local and what is not final yet it has no eventId. */
    static Parcel parcel(Leased each) {
        String id = each.event().eventId() == null
                ? "p" + each.lease().position()
                : each.event().eventId().toString();
        return new Parcel(id, each.event(), each.lease().deliveries() > 1);
    }

    CompletableFuture<Outcome> deliver(Webhook to, Parcel parcel, long nowMs) {
        String wrong = notAllowed(to.url());
        if (wrong != null) {
            return CompletableFuture.completedFuture(Outcome.failed(wrong));
        }
        byte[] body = EventWriting.structured(parcel.event(), parcel.again()).getBytes(StandardCharsets.UTF_8);
        long seconds = nowMs / 1_000;
        RequestHeadersBuilder headers = RequestHeaders.builder(
                        HttpMethod.POST, to.url().toString())
                .set(HttpHeaderNames.CONTENT_TYPE, "application/cloudevents+json; charset=utf-8")
                .set(REQUEST_ORIGIN, settings.origin())
                .set("webhook-id", parcel.id())
                .set("webhook-timestamp", Long.toString(seconds))
                .set("webhook-signature", to.key().signature(parcel.id(), seconds, body));
        return Reply.of(client.execute(HttpRequest.of(headers.build(), HttpData.wrap(body))))
                .handle((answer, failure) -> failure == null ? outcome(answer, nowMs) : Outcome.failed(told(failure)));
    }

    private static Outcome outcome(ResponseHeaders answer, long nowMs) {
        if (answer.status().isSuccess()) {
            return Outcome.DONE;
        }
        int status = answer.status().code();
        Outcome.Result result = switch (status) {
            case 410 -> Outcome.Result.GONE;
            case 415 -> Outcome.Result.UNWANTED;
            default -> Outcome.Result.FAILED;
        };
        return new Outcome(result, retryMs(answer, nowMs), "the receiver answered " + status);
    }

    /** Between a second and a day: nobody has the node run in a circle. */
    private static @Nullable Long retryMs(ResponseHeaders answer, long nowMs) {
        String after = answer.get(HttpHeaderNames.RETRY_AFTER);
        if (after == null) {
            return null;
        }
        long seconds;
        if (after.matches("[0-9]{1,9}")) {
            seconds = Long.parseLong(after);
        } else {
            try {
                Instant at = Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(after));
                seconds = (at.toEpochMilli() - nowMs + 999) / 1_000;
            } catch (DateTimeException neither) {
                return null;
            }
        }
        return Math.max(1, Math.min(RETRY_AFTER_MAX_SECONDS, seconds)) * 1_000;
    }

    /** Why there was no answer, without what the receiver's network looks like. */
    private static String told(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null
                && (cause instanceof CompletionException || !(cause instanceof UnknownHostException))) {
            cause = cause.getCause();
        }
        if (cause instanceof ResponseTimeoutException) {
            return "the receiver did not answer in time";
        }
        if (cause instanceof UnknownHostException) {
            return "the receiver's name has no address that may be asked";
        }
        if (cause instanceof javax.net.ssl.SSLException) {
            return "no TLS with the receiver";
        }
        return "the receiver cannot be reached";
    }

    @Override
    public void close() {
        CompletableFuture<?> unused = clients.closeAsync();
    }
}

package io.waxwing.http.webhook;

import com.linecorp.armeria.client.ClientFactory;
import com.linecorp.armeria.client.ResponseTimeoutException;
import com.linecorp.armeria.client.WebClient;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.RequestHeadersBuilder;
import io.netty.channel.EventLoopGroup;
import io.waxwing.bus.event.Event;
import io.waxwing.http.cloudevents.EventWriting;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** Carries events to receivers, one request each, and tells what became of them. Follows no redirects. */
final class Courier implements AutoCloseable {
    private static final long ANSWER_BYTES_MAX = 64 << 10;
    private static final long RETRY_AFTER_MAX_SECONDS = 86_400;
    private static final String REQUEST_ORIGIN = "webhook-request-origin";
    private static final String ALLOWED_ORIGIN = "webhook-allowed-origin";

    private final WebhookSettings settings;
    private final ClientFactory clients;
    private final WebClient client;

    /** What became of a request: done, or why not. */
    record Outcome(boolean done, boolean gone, @Nullable Long retryMs, String detail) {
        static final Outcome DONE = new Outcome(true, false, null, "");

        static Outcome failed(String detail) {
            return new Outcome(false, false, null, detail);
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
                .maxResponseLength(ANSWER_BYTES_MAX)
                .build();
    }

    /** Asks the receiver whether it wants events of this node; null if it does, else why not. */
    CompletableFuture<@Nullable String> handshake(URI url) {
        if (!settings.handshake()) {
            return CompletableFuture.completedFuture(null);
        }
        RequestHeaders headers = RequestHeaders.builder(HttpMethod.OPTIONS, url.toString())
                .set(REQUEST_ORIGIN, settings.origin())
                .build();
        return client.execute(HttpRequest.of(headers))
                .aggregate()
                .handle((answer, failure) -> failure == null ? consent(answer) : told(failure));
    }

    private @Nullable String consent(AggregatedHttpResponse answer) {
        String allowed = answer.headers().get(ALLOWED_ORIGIN);
        if (answer.status().isSuccess()
                && allowed != null
                && (allowed.strip().equals("*") || allowed.strip().equalsIgnoreCase(settings.origin()))) {
            return null;
        }
        return "OPTIONS with WebHook-Request-Origin: " + settings.origin() + " is answered "
                + answer.status().code() + " without this in WebHook-Allowed-Origin";
    }

    /**
     * What is carried.
     *
     * @param id stays the same for every try of the same event
     * @param again it was tried before
     */
    record Parcel(String id, Event event, boolean again) {}

    CompletableFuture<Outcome> deliver(Webhook to, Parcel parcel, long nowMs) {
        byte[] body = EventWriting.structured(parcel.event(), parcel.again()).getBytes(StandardCharsets.UTF_8);
        long seconds = nowMs / 1_000;
        RequestHeadersBuilder headers = RequestHeaders.builder(
                        HttpMethod.POST, to.url().toString())
                .set(HttpHeaderNames.CONTENT_TYPE, "application/cloudevents+json; charset=utf-8")
                .set("webhook-id", parcel.id())
                .set("webhook-timestamp", Long.toString(seconds))
                .set("webhook-signature", to.key().signature(parcel.id(), seconds, body));
        return client.execute(HttpRequest.of(headers.build(), HttpData.wrap(body)))
                .aggregate()
                .handle((answer, failure) -> failure == null ? outcome(answer) : Outcome.failed(told(failure)));
    }

    private static Outcome outcome(AggregatedHttpResponse answer) {
        int status = answer.status().code();
        if (answer.status().isSuccess()) {
            return Outcome.DONE;
        }
        return new Outcome(false, status == 410, retryMs(answer), "the receiver answered " + status);
    }

    private static @Nullable Long retryMs(AggregatedHttpResponse answer) {
        String after = answer.headers().get(HttpHeaderNames.RETRY_AFTER);
        boolean seconds = after != null && after.matches("[0-9]{1,9}");
        return after == null || !seconds
                ? null
                : Long.valueOf(Math.min(RETRY_AFTER_MAX_SECONDS, Long.parseLong(after)) * 1_000);
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

package io.waxwing.http.webhook;

import io.waxwing.bus.event.Event;
import io.waxwing.http.exchange.ProblemException;
import io.waxwing.http.pull.Outcome;
import java.net.URI;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Posts events to receivers as webhooks do, for others: to the same addresses only, after the same handshake, signed in
 * the same way. A receiver is a text that its user keeps; it has a secret in it. Any thread; never waits.
 */
public final class Sender {
    private final Courier courier;
    private final WebhookSettings settings;

    Sender(Courier courier, WebhookSettings settings) {
        this.courier = courier;
        this.settings = settings;
    }

    /**
     * What is to be known of a receiver.
     *
     * @param publicKey checks what it is sent
     * @param problem why it wants nothing; empty if it does
     * @param perMinute requests that it wants at most; 0 for any number
     */
    public record Seen(String publicKey, String problem, int perMinute) {
        static Seen of(Webhook webhook) {
            return new Seen(webhook.key().publicText(), webhook.problem(), webhook.perMinute());
        }
    }

    /** Reads what {@link #ask} gave. Throws {@link io.waxwing.bus.failure.RefusedException} WXW-2104. */
    public static Seen seen(String receiver) {
        return Seen.of(Webhook.of(receiver));
    }

    /**
     * Asks a receiver whether it wants events; answers it as a text.
     *
     * @param former its text before, whose key goes on; null for none
     * @throws ProblemException 400 if requests may not go there
     */
    public CompletableFuture<String> ask(String url, @Nullable String former) {
        URI target = Target.parse(url, settings.privateNetworks());
        SigningKey key = former == null ? SigningKey.make() : Webhook.of(former).key();
        return courier.handshake(target)
                .thenApply(
                        consent -> new Webhook(target, key, "", 0).with(consent).note());
    }

    /** Posts an event; {@code id} stays the same for every try. */
    public CompletableFuture<Outcome> send(String receiver, String id, Event event, boolean again, long nowMs) {
        return courier.deliver(Webhook.of(receiver), new Courier.Parcel(id, event, again), nowMs);
    }
}

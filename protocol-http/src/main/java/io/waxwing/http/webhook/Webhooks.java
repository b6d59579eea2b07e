package io.waxwing.http.webhook;

import io.micrometer.core.instrument.MeterRegistry;
import io.waxwing.bus.delivery.StartFrom;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.bus.identity.Principal;
import io.waxwing.bus.spi.Access;
import io.waxwing.bus.spi.Authentication;
import io.waxwing.http.exchange.Turns;
import io.waxwing.http.pull.Pump;
import io.waxwing.http.pull.Subscriptions;
import io.waxwing.http.pull.Subscriptions.Shown;
import io.waxwing.http.pull.Subscriptions.Wish;
import java.net.URI;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All webhooks of the node: what they are stands in their subscriptions' notes, what they do is a {@link Pump} each.
 */
final class Webhooks implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Webhooks.class);
    private static final Access NODE = new Access.Unlimited(new Principal("$node", Principal.Kind.OPERATOR, ""));

    private static final int WAITING_MAX = 8;

    private final Subscriptions subscriptions;
    private final Authentication authentication;
    private final WebhookSettings settings;
    private final ScheduledExecutorService thread;
    private final Courier courier;
    private final Pump.Parts parts;
    private final Turns turns;
    // Belong to the thread; by name and owner.
    private final Map<String, Pump> pumps = new TreeMap<>();
    private final Set<String> beingMade = new HashSet<>();

    Webhooks(
            Subscriptions subscriptions,
            Authentication authentication,
            WebhookSettings settings,
            WebhookRun run,
            MeterRegistry registry) {
        this.subscriptions = subscriptions;
        this.authentication = authentication;
        this.settings = settings;
        this.thread = run.thread();
        this.courier = new Courier(settings, run.loops(), run.lookups());
        this.turns = new Turns(thread, WAITING_MAX);
        this.parts =
                new Pump.Parts(subscriptions, thread, System::currentTimeMillis, new WebhookMeters(registry)::sent);
    }

    /** What whoever asks may do while he is not there. */
    Access absent(Access access) {
        return authentication.absent(access.principal().name(), null);
    }

    Sender sender() {
        return new Sender(courier, settings);
    }

    WebhookSettings settings() {
        return settings;
    }

    /** Begins to carry what is stored. */
    void start() {
        CompletableFuture<?> unused = subscriptions
                .list(NODE)
                .thenAcceptAsync(
                        all -> all.stream()
                                .filter(shown -> Subscriptions.isWebhook(shown.name()))
                                .forEach(this::begin),
                        thread);
    }

    private void begin(Shown shown) {
        try {
            run(shown);
        } catch (RefusedException damaged) {
            LOG.error("{}", damaged.getMessage());
        }
    }

    /** On the thread: another pump in the place of the former one, if it is to carry anything. */
    private void run(Shown shown) {
        String key = key(shown);
        Pump former = pumps.remove(key);
        if (former != null) {
            former.stop();
        }
        Webhook webhook = Webhook.of(shown.note());
        if (webhook.problem().isEmpty()) {
            Pump pump = new Pump(
                    shown,
                    webhook.perMinute(),
                    (each, nowMs) -> courier.deliver(webhook, Courier.parcel(each), nowMs),
                    () -> authentication.absent(shown.owner(), null),
                    parts,
                    () -> onGone(key));
            pumps.put(key, pump);
            pump.start();
        }
    }

    static String id(Shown shown) {
        return shown.name().substring(Subscriptions.HIDDEN.length());
    }

    private static String name(String id) {
        return Subscriptions.HIDDEN + id;
    }

    /** What only one webhook has, and what the node finds it by. */
    private static String key(Shown shown) {
        return shown.name() + "@" + shown.owner();
    }

    /** The receiver does not want any more (410): nothing is sent until somebody validates it again. */
    private void onGone(String key) {
        CompletableFuture<?> unused = turns.take(
                key,
                () -> subscriptions
                        .show(NODE, key)
                        .thenCompose(shown -> keep(
                                shown, Webhook.of(shown.note()).problem("the receiver said that it is gone (410)"))));
    }

    CompletableFuture<List<Shown>> list(Access access) {
        return subscriptions
                .list(access)
                .thenApply(all -> all.stream()
                        .filter(shown -> Subscriptions.isWebhook(shown.name()))
                        .toList());
    }

    CompletableFuture<Shown> show(Access access, String id) {
        return subscriptions.show(access, name(id));
    }

    /** Why the last request failed, empty if it did not. */
    CompletableFuture<String> lastFailure(Shown shown) {
        return CompletableFuture.supplyAsync(
                () -> {
                    Pump pump = pumps.get(key(shown));
                    return pump == null ? "" : pump.lastFailure();
                },
                thread);
    }

    /** Does it to the one that he means, when all that was begun before is done. */
    private <T> CompletableFuture<T> inTurn(
            Access access, String id, Function<@Nullable Shown, CompletableFuture<T>> work) {
        return there(access, name(id))
                .thenCompose(meant -> turns.take(
                        meant == null ? name(id) + "@" + access.principal().name() : key(meant),
                        () -> there(access, meant == null ? name(id) : key(meant), meant != null)
                                .thenComposeAsync(work, thread)));
    }

    private CompletableFuture<@Nullable Shown> there(Access access, String name) {
        return there(access, name, false);
    }

    /** Null if he has none; {@code judged}: he was found to have it. */
    private CompletableFuture<@Nullable Shown> there(Access access, String name, boolean judged) {
        return subscriptions.show(judged ? NODE : access, name).handle((shown, failure) -> {
            Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
            boolean unknown = cause instanceof RefusedException refused
                    && refused.refusal().code() == FailureCode.SUBSCRIPTION_UNKNOWN;
            if (cause != null && !unknown) {
                throw new CompletionException(cause);
            }
            return shown;
        });
    }

    /** Asks the receiver and keeps it, whatever it says. The key of one that is there stays. */
    CompletableFuture<Subscriptions.Put> put(Access access, String id, URI url, Wish wish) {
        return inTurn(access, id, former -> {
            if (former != null) {
                SigningKey key = Webhook.of(former.note()).key();
                return courier.handshake(url)
                        .thenCompose(
                                consent -> kept(NODE, key(former), wish, new Webhook(url, key, "", 0).with(consent)));
            }
            String key = name(id) + "@" + access.principal().name();
            return room(key, access.principal().name())
                    .thenCompose(free -> courier.handshake(url))
                    .thenCompose(consent ->
                            kept(access, name(id), wish, new Webhook(url, SigningKey.make(), "", 0).with(consent)))
                    .whenCompleteAsync((put, failure) -> beingMade.remove(key), thread);
        });
    }

    private CompletableFuture<Subscriptions.Put> kept(Access access, String name, Wish wish, Webhook webhook) {
        return subscriptions
                .put(access, name, new Wish(wish.filter(), wish.sql(), wish.terms(), wish.start(), webhook.note()))
                .thenApplyAsync(
                        put -> {
                            run(put.shown());
                            return put;
                        },
                        thread);
    }

    /** Those that are being made count too: asking their receivers takes time. */
    private CompletableFuture<Boolean> room(String key, String owner) {
        return list(NODE)
                .thenApplyAsync(
                        all -> {
                            Set<String> keys = new HashSet<>(beingMade);
                            all.forEach(each -> keys.add(key(each)));
                            long his = keys.stream()
                                    .filter(each -> each.endsWith("@" + owner))
                                    .count();
                            if (keys.size() >= settings.max()) {
                                throw tooMany("the node keeps " + settings.max() + " webhooks");
                            }
                            if (!owner.isEmpty() && his >= settings.maxPerUser()) {
                                throw tooMany("the node keeps " + settings.maxPerUser() + " webhooks of one user");
                            }
                            return beingMade.add(key);
                        },
                        thread);
    }

    private static RefusedException tooMany(String detail) {
        return new RefusedException(FailureCode.SUBSCRIPTION_LIMIT, detail);
    }

    /** Asks the receiver once more. */
    CompletableFuture<Shown> validate(Access access, String id) {
        return inTurn(access, id, shown -> {
            if (shown == null) {
                return subscriptions.show(access, name(id));
            }
            Webhook webhook = Webhook.of(shown.note());
            return courier.handshake(webhook.url()).thenCompose(consent -> keep(shown, webhook.with(consent)));
        });
    }

    private CompletableFuture<Shown> keep(Shown shown, Webhook webhook) {
        Wish wish = new Wish(shown.filter(), shown.sql(), shown.terms(), StartFrom.NEXT, "");
        return kept(NODE, key(shown), wish, webhook).thenApply(Subscriptions.Put::shown);
    }

    CompletableFuture<Shown> remove(Access access, String id) {
        return inTurn(
                access,
                id,
                shown -> shown == null
                        ? subscriptions.show(access, name(id))
                        : subscriptions
                                .remove(NODE, key(shown))
                                .thenApplyAsync(
                                        removed -> {
                                            Pump pump = pumps.remove(key(removed));
                                            if (pump != null) {
                                                pump.stop();
                                            }
                                            return removed;
                                        },
                                        thread));
    }

    @Override
    public void close() {
        thread.execute(() -> pumps.values().forEach(Pump::stop));
        courier.close();
    }
}

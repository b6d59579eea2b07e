package io.waxwing.http.webhook;

import io.micrometer.core.instrument.MeterRegistry;
import io.waxwing.bus.delivery.StartFrom;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.bus.identity.Principal;
import io.waxwing.bus.spi.Access;
import io.waxwing.bus.spi.Authentication;
import io.waxwing.http.pull.Subscriptions;
import io.waxwing.http.pull.Subscriptions.Shown;
import io.waxwing.http.pull.Subscriptions.Wish;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All webhooks of the node: what they are stands in their subscriptions' notes, what they do is a {@link Pump} each.
 */
final class Webhooks implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Webhooks.class);
    private static final Access NODE = new Access.Unlimited(new Principal("$node", Principal.Kind.OPERATOR, ""));

    private final Subscriptions subscriptions;
    private final Authentication authentication;
    private final WebhookSettings settings;
    private final ScheduledExecutorService thread;
    private final Courier courier;
    private final Pump.Parts parts;
    // Belongs to the thread.
    private final Map<String, Pump> pumps = new TreeMap<>();

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
        this.parts = new Pump.Parts(subscriptions, courier, thread, new WebhookMeters(registry));
    }

    /** What whoever asks may do while he is not there. */
    Access absent(Access access) {
        return authentication.absent(access.principal().name(), null);
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
                                .filter(shown -> shown.name().startsWith(Subscriptions.HIDDEN))
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
        String id = id(shown);
        Pump former = pumps.remove(id);
        if (former != null) {
            former.stop();
        }
        Webhook webhook = Webhook.of(shown.note());
        if (webhook.problem().isEmpty()) {
            Pump pump = new Pump(id, webhook, () -> authentication.absent(shown.owner(), null), parts, this::onGone);
            pumps.put(id, pump);
            pump.start();
        }
    }

    static String id(Shown shown) {
        return shown.name().substring(Subscriptions.HIDDEN.length());
    }

    private static String name(String id) {
        return Subscriptions.HIDDEN + id;
    }

    /** The receiver does not want any more (410): nothing is sent until somebody validates it again. */
    private void onGone(String id) {
        CompletableFuture<?> unused = subscriptions
                .show(NODE, name(id))
                .thenCompose(shown ->
                        keep(NODE, shown, Webhook.of(shown.note()).problem("the receiver said that it is gone (410)")));
    }

    CompletableFuture<List<Shown>> list(Access access) {
        return subscriptions
                .list(access)
                .thenApply(all -> all.stream()
                        .filter(shown -> shown.name().startsWith(Subscriptions.HIDDEN))
                        .toList());
    }

    CompletableFuture<Shown> show(Access access, String id) {
        return subscriptions.show(access, name(id));
    }

    /** Why the last request failed, empty if it did not. */
    CompletableFuture<String> lastFailure(String id) {
        return CompletableFuture.supplyAsync(
                () -> {
                    Pump pump = pumps.get(id);
                    return pump == null ? "" : pump.lastFailure();
                },
                thread);
    }

    /** Asks the receiver and keeps it, whatever it says. The key of one that is there stays. */
    CompletableFuture<Subscriptions.Put> put(Access access, String id, URI url, Wish wish) {
        CompletableFuture<@Nullable Shown> there =
                subscriptions.show(access, name(id)).handle((shown, unknown) -> shown);
        return there.thenCompose(former ->
                        former != null ? CompletableFuture.completedFuture(former) : room().thenApply(free -> former))
                .thenCompose(former -> courier.handshake(url).thenCompose(problem -> {
                    SigningKey key = former == null
                            ? SigningKey.make()
                            : Webhook.of(former.note()).key();
                    Webhook webhook = new Webhook(url, key, problem == null ? "" : problem);
                    return subscriptions.put(
                            access,
                            name(id),
                            new Wish(wish.filter(), wish.sql(), wish.terms(), wish.start(), webhook.note()));
                }))
                .thenApplyAsync(
                        put -> {
                            run(put.shown());
                            return put;
                        },
                        thread);
    }

    private CompletableFuture<Boolean> room() {
        return list(NODE).thenApply(all -> {
            if (all.size() >= settings.max()) {
                throw new RefusedException(
                        FailureCode.SUBSCRIPTION_LIMIT, "the node keeps " + settings.max() + " webhooks");
            }
            return true;
        });
    }

    /** Asks the receiver once more. */
    CompletableFuture<Shown> validate(Access access, String id) {
        return show(access, id).thenCompose(shown -> {
            Webhook webhook = Webhook.of(shown.note());
            return courier.handshake(webhook.url())
                    .thenCompose(problem -> keep(access, shown, webhook.problem(problem == null ? "" : problem)));
        });
    }

    private CompletableFuture<Shown> keep(Access access, Shown shown, Webhook webhook) {
        Wish wish = new Wish(shown.filter(), shown.sql(), shown.terms(), StartFrom.NEXT, webhook.note());
        return subscriptions
                .put(access, shown.name(), wish)
                .thenApplyAsync(
                        put -> {
                            run(put.shown());
                            return put.shown();
                        },
                        thread);
    }

    CompletableFuture<Shown> remove(Access access, String id) {
        return subscriptions
                .remove(access, name(id))
                .thenApplyAsync(
                        shown -> {
                            Pump pump = pumps.remove(id);
                            if (pump != null) {
                                pump.stop();
                            }
                            return shown;
                        },
                        thread);
    }

    @Override
    public void close() {
        thread.execute(() -> pumps.values().forEach(Pump::stop));
        courier.close();
    }
}

package io.waxwing.broker.processing;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.waxwing.broker.runtime.Pools;
import io.waxwing.bus.delivery.StartFrom;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.bus.identity.Principal;
import io.waxwing.bus.spi.Access;
import io.waxwing.bus.topic.TopicFilter;
import io.waxwing.http.exchange.RawPath;
import io.waxwing.http.exchange.Turns;
import io.waxwing.http.processing.Processing;
import io.waxwing.http.pull.Pump;
import io.waxwing.http.pull.Subscriptions;
import io.waxwing.http.pull.Subscriptions.Wish;
import io.waxwing.http.webhook.Sender;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All rules of the node and the thread that owns them: what they are stands in their subscriptions' notes, what they do
 * is a {@link Pump} each. Changes come one after the other, since whether rules feed themselves is a matter of all.
 */
public final class RuleService implements Processing, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RuleService.class);
    private static final Access NODE = new Access.Unlimited(new Principal("$node", Principal.Kind.OPERATOR, ""));
    private static final int CHANGES_MAX = 256;
    private static final String ALL = "all";

    private final RuleParts parts;
    private final ScheduledThreadPoolExecutor thread;
    private final Pump.Parts pumpParts;
    private final Turns turns;
    private final RuleCheck check;
    private final Targets targets;
    // Belongs to the thread; by the subscription's name and owner.
    private final Map<String, Running> running = new TreeMap<>();

    private volatile @Nullable Sender sender;

    private record Running(Note note, Subscriptions.Shown shown, RuleCounters counters, Pump pump) {}

    public RuleService(RuleParts parts) {
        this.parts = parts;
        this.thread =
                new ScheduledThreadPoolExecutor(1, Pools.threads("rules"), new ThreadPoolExecutor.DiscardPolicy());
        thread.setRemoveOnCancelPolicy(true);
        this.pumpParts = new Pump.Parts(parts.subscriptions(), thread, parts.clockMs(), arrived -> {});
        this.turns = new Turns(thread, CHANGES_MAX);
        this.check = new RuleCheck(parts.limits());
        this.targets = new Targets(this::sender, parts.databases(), parts.authentication());
    }

    /**
     * Begins to process what is stored.
     *
     * @param posts sends what goes to receivers by HTTP
     */
    public void start(Sender posts) {
        sender = posts;
        CompletableFuture<?> unused = parts.subscriptions()
                .list(NODE)
                .thenAcceptAsync(all -> all.stream().filter(RuleService::isRule).forEach(this::begin), thread);
    }

    private static boolean isRule(Subscriptions.Shown shown) {
        return shown.name().startsWith(Subscriptions.RULE);
    }

    private void begin(Subscriptions.Shown shown) {
        try {
            run(shown);
        } catch (RefusedException damaged) {
            LOG.error("{}", damaged.getMessage());
        }
    }

    /** On the thread: another pump in the place of the former one. */
    private void run(Subscriptions.Shown shown) {
        String key = key(shown);
        Running former = running.get(key);
        if (former != null) {
            former.pump().stop();
        }
        Note note = Note.of(shown.note());
        String id = id(shown);
        String owned = shown.owner().isEmpty() ? id : RawPath.encode(shown.owner()) + "/" + id;
        Derivation derivation = new Derivation(
                note.rule(),
                id,
                "//" + parts.institution() + "/rules/" + owned,
                note.secret(),
                parts.limits().resultBytes());
        RuleCounters counters = new RuleCounters();
        int perMinute =
                note.receiver().isEmpty() ? 0 : Sender.seen(note.receiver()).perMinute();
        RuleCarrier carrier = new RuleCarrier(
                derivation,
                new RuleCarrier.Owner(() -> absent(shown.owner()), thread),
                parts,
                new RuleCarrier.Posting(sender(), note.receiver(), targets),
                counters);
        Pump pump = new Pump(shown, perMinute, carrier, () -> absent(shown.owner()), pumpParts, () -> {});
        parts.conditions().put(key, note.rule(), counters, parts.meters());
        running.put(key, new Running(note, shown, counters, pump));
        parts.meters().rules.set(running.size());
        pump.start();
    }

    private Sender sender() {
        Sender there = sender;
        if (there == null) {
            throw new RefusedException(FailureCode.NODE_BUSY, "the node is starting");
        }
        return there;
    }

    private void halt(String key) {
        Running former = running.remove(key);
        if (former != null) {
            former.pump().stop();
            parts.conditions().remove(key);
            parts.meters().rules.set(running.size());
        }
    }

    private Access absent(String owner) {
        return parts.authentication().absent(owner, null);
    }

    private static String key(Subscriptions.Shown shown) {
        return Conditions.key(shown.name(), shown.owner());
    }

    private static String id(Subscriptions.Shown shown) {
        return shown.name().substring(Subscriptions.RULE.length());
    }

    @Override
    public CompletableFuture<List<Shown>> list(Access access) {
        return parts.subscriptions()
                .list(access)
                .thenApplyAsync(
                        all -> all.stream()
                                .filter(each -> isRule(each) && running.containsKey(key(each)))
                                .map(this::shown)
                                .toList(),
                        thread);
    }

    /** On the thread. */
    private Shown shown(Subscriptions.Shown now) {
        Running one = running.get(key(now));
        if (one == null) {
            throw new RefusedException(FailureCode.DATA_DAMAGED, "rule " + id(now) + " cannot be read, see the log");
        }
        RuleCounters counters = one.counters();
        String receiver = one.note().receiver();
        Map<String, Long> counted = new LinkedHashMap<>();
        counted.put("passedOver", counters.passedOver.sum());
        counted.put("conditionProblems", counters.unanswered.sum());
        counted.put("done", counters.done.sum());
        counted.put("retried", counters.retried.sum());
        counted.put("dead", counters.dead.sum());
        return new Shown(
                id(now),
                now.owner(),
                one.note().rule().json(),
                now.paused(),
                now.createdMs(),
                now.leased(),
                now.waiting(),
                now.deadLetters(),
                counted,
                receiver.isEmpty() ? "" : Sender.seen(receiver).publicKey(),
                one.pump().lastFailure());
    }

    @Override
    public CompletableFuture<Shown> show(Access access, String id) {
        return known(parts.subscriptions().show(access, name(id)), id).thenApplyAsync(this::shown, thread);
    }

    private static String name(String id) {
        return Subscriptions.RULE + id;
    }

    /** Says of a rule, and not of a subscription, that there is none. */
    private static <T> CompletableFuture<T> known(CompletableFuture<T> asked, String id) {
        return asked.exceptionally(failure -> {
            if (isUnknown(failure)) {
                throw unknown(id);
            }
            throw failure instanceof CompletionException wrapped ? wrapped : new CompletionException(failure);
        });
    }

    private static RefusedException unknown(String id) {
        return new RefusedException(FailureCode.PROCESSING_UNKNOWN, "nobody here has a rule '" + id + "' for you");
    }

    private static boolean isUnknown(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        return cause instanceof RefusedException refused
                && refused.refusal().code() == FailureCode.SUBSCRIPTION_UNKNOWN;
    }

    @Override
    public CompletableFuture<Put> put(
            Access access, String id, byte[] body, BiFunction<@Nullable String, TopicFilter, StartFrom> starts) {
        RuleWish wish = RuleWish.of(body, starts, parts.limits().ruleBytes());
        wish.requireRights(access);
        wish.requireRights(absent(access.principal().name()));
        return receiver(access, id, wish.rule())
                .thenCompose(receiver -> turns.take(
                        ALL,
                        () -> there(access, id)
                                .thenComposeAsync(
                                        former -> kept(access, id, new Wanted(wish, receiver), former), thread)));
    }

    private record Wanted(RuleWish wish, String receiver) {}

    /** Asks where it wants to write before anything waits for it; empty if the rule posts nothing. */
    private CompletableFuture<String> receiver(Access access, String id, Rule rule) {
        if (rule.target() instanceof Rule.TopicTarget) {
            return CompletableFuture.completedFuture("");
        }
        return there(access, id)
                .thenComposeAsync(
                        former -> {
                            if (former == null) {
                                requireRoom(id, access.principal().name());
                            }
                            Running was = former == null ? null : running.get(key(former));
                            return targets.ready(
                                    rule, access, was == null ? "" : was.note().receiver());
                        },
                        thread);
    }

    private CompletableFuture<Subscriptions.@Nullable Shown> there(Access access, String id) {
        return parts.subscriptions().show(access, name(id)).handle((shown, failure) -> {
            if (failure != null && !isUnknown(failure)) {
                throw failure instanceof CompletionException wrapped ? wrapped : new CompletionException(failure);
            }
            return shown;
        });
    }

    /** On the thread, with no other change under way. */
    private CompletableFuture<Put> kept(Access access, String id, Wanted wanted, Subscriptions.@Nullable Shown former) {
        RuleWish wish = wanted.wish();
        String owner = former == null ? access.principal().name() : former.owner();
        String key = former == null ? Conditions.key(name(id), owner) : key(former);
        if (former == null) {
            requireRoom(id, owner);
        }
        requireNoLoop(access, key, wish.rule());
        Running was = running.get(key);
        Note note = was == null
                ? Note.fresh(wish.rule(), wanted.receiver())
                : was.note().with(wish.rule(), wanted.receiver());
        Rule rule = wish.rule();
        Wish kept = new Wish(rule.filter(), rule.where(), rule.terms(), wish.start(), note.text());
        // Only the pump: a look at the store that is under way must not judge without the names that the rule binds.
        if (was != null) {
            was.pump().stop();
        }
        return parts.subscriptions()
                .put(former == null ? access : NODE, former == null ? name(id) : key, kept)
                .handleAsync(
                        (put, failure) -> {
                            if (failure != null) {
                                if (was != null) {
                                    run(was.shown());
                                }
                                throw new CompletionException(
                                        failure instanceof CompletionException ? failure.getCause() : failure);
                            }
                            run(put.shown());
                            return new Put(shown(put.shown()), put.created());
                        },
                        thread);
    }

    private void requireRoom(String id, String owner) {
        if (id.indexOf('@') > 0) {
            throw unknown(id);
        }
        if (running.size() >= parts.limits().max()) {
            throw new RefusedException(
                    FailureCode.PROCESSING_LIMIT,
                    "the node keeps " + parts.limits().max() + " rules (rules.max)");
        }
        long his = running.values().stream()
                .filter(each -> each.shown().owner().equals(owner))
                .count();
        if (!owner.isEmpty() && his >= parts.limits().maxPerUser()) {
            throw new RefusedException(
                    FailureCode.PROCESSING_LIMIT,
                    "the node keeps " + parts.limits().maxPerUser() + " rules of one user (rules.maxPerUser)");
        }
    }

    private void requireNoLoop(Access access, String key, Rule rule) {
        Map<String, Loops.Flow> flows = new HashMap<>();
        running.forEach(
                (other, each) -> flows.put(other, Loops.Flow.of(each.note().rule())));
        flows.put(key, Loops.Flow.of(rule));
        List<String> loop = Loops.through(key, flows);
        if (!loop.isEmpty()) {
            throw new RefusedException(
                    FailureCode.PROCESSING_LOOP,
                    "what it makes would come back to it: "
                            + String.join(
                                    " -> ",
                                    loop.stream()
                                            .map(each -> told(access, each))
                                            .toList()));
        }
    }

    /** Nobody learns what others' rules are called. */
    private static String told(Access access, String key) {
        int at = key.indexOf('@', 1);
        String owner = key.substring(at + 1);
        boolean his =
                owner.equals(access.principal().name()) || access.principal().kind() == Principal.Kind.OPERATOR;
        return his ? key.substring(Subscriptions.RULE.length(), at) : "a rule of somebody else";
    }

    @Override
    public CompletableFuture<Shown> pause(Access access, String id, boolean paused) {
        return known(parts.subscriptions().pause(access, name(id), paused), id).thenApplyAsync(this::shown, thread);
    }

    @Override
    public CompletableFuture<Shown> remove(Access access, String id) {
        return turns.take(
                ALL,
                () -> show(access, id)
                        .thenCompose(was -> parts.subscriptions()
                                .remove(NODE, Conditions.key(name(was.id()), was.owner()))
                                .thenApplyAsync(
                                        removed -> {
                                            halt(key(removed));
                                            return was;
                                        },
                                        thread)));
    }

    @Override
    public CompletableFuture<Integer> redrive(Access access, String id) {
        return known(parts.subscriptions().redrive(access, name(id), Integer.MAX_VALUE), id);
    }

    @Override
    public ObjectNode check(byte[] body) {
        return check.of(body);
    }

    /** Nothing more is begun; what is under way is done or comes again. */
    @Override
    public void close() {
        thread.execute(() -> running.values().forEach(each -> each.pump().stop()));
        thread.shutdown();
        parts.databases().close();
    }
}

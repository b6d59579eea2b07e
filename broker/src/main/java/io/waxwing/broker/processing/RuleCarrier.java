package io.waxwing.broker.processing;

import io.waxwing.broker.jdbc.Database;
import io.waxwing.broker.jdbc.Row;
import io.waxwing.bus.event.Attributes;
import io.waxwing.bus.event.Event;
import io.waxwing.bus.event.EventDraft;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.Refusal;
import io.waxwing.bus.spi.Access;
import io.waxwing.bus.spi.EventBus;
import io.waxwing.http.pull.Outcome;
import io.waxwing.http.pull.Pump;
import io.waxwing.http.pull.Subscriptions.Leased;
import io.waxwing.http.webhook.Sender;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does what a rule says with one event, in the name of the rule's owner as he is now. What trying again cannot mend is
 * a dead letter at once.
 */
final class RuleCarrier implements Pump.Carrier {
    private static final Logger LOG = LoggerFactory.getLogger(RuleCarrier.class);
    /** Less than a lease, so that nothing is lent again while it is paid for. */
    private static final long OWED_MAX_MS = 300_000;

    private static final long NO_DATABASE_MS = 60_000;

    private final Derivation derivation;
    private final Supplier<Access> owner;
    private final ScheduledExecutorService thread;
    private final EventBus bus;
    private final Sender sender;
    private final String receiver;
    private final Targets targets;
    private final int maxHops;
    private final RuleCounters counters;
    private final RuleMeters meters;

    /**
     * Where a rule may write to besides topics.
     *
     * @param receiver of the sender; empty if it posts nothing
     */
    record Posting(Sender sender, String receiver, Targets targets) {}

    /**
     * In whose name a rule acts.
     *
     * @param access what he may do now
     * @param thread on which what he owes is waited for
     */
    record Owner(Supplier<Access> access, ScheduledExecutorService thread) {}

    RuleCarrier(Derivation derivation, Owner owner, RuleParts parts, Posting posting, RuleCounters counters) {
        this.derivation = derivation;
        this.owner = owner.access();
        this.thread = owner.thread();
        this.bus = parts.bus();
        this.sender = posting.sender();
        this.receiver = posting.receiver();
        this.targets = posting.targets();
        this.maxHops = parts.limits().maxHops();
        this.counters = counters;
        this.meters = parts.meters();
    }

    @Override
    public CompletableFuture<Outcome> carry(Leased each, long nowMs) {
        return tried(each, nowMs).thenCompose(outcome -> counted(each, outcome));
    }

    private CompletableFuture<Outcome> tried(Leased each, long nowMs) {
        Event event = each.event();
        if (Derivation.hops(event) >= maxHops) {
            meters.loops.increment();
            return now(FailureCode.PROCESSING_LOOP, "the event has gone through " + maxHops + " rules already");
        }
        try {
            Rule.Target target = derivation.rule().target();
            if (target instanceof Rule.TableTarget table) {
                return stored(event, table);
            }
            return target instanceof Rule.TopicTarget to ? published(event, to.topic()) : posted(each, nowMs);
        } catch (ProjectionException fails) {
            return now(FailureCode.PROJECTION, fails.what());
        }
    }

    private CompletableFuture<Outcome> published(Event event, String topic) throws ProjectionException {
        if (!owner.get().mayPublishSome(topic)) {
            return now(FailureCode.NOT_GRANTED, "the rule's owner may not publish to " + topic);
        }
        EventDraft draft = derivation.draft(event, topic);
        if (!owner.get().mayPublish(topic, draft.attributes())) {
            return now(FailureCode.NOT_GRANTED, "the rule's owner may not publish such an event to " + topic);
        }
        return spent(draft).thenApply(RuleCarrier::outcome);
    }

    /** Counts against the owner's quota like what he publishes himself; what goes beyond it slows the rule down. */
    private CompletableFuture<Optional<Refusal>> spent(EventDraft draft) {
        long owedMs = TimeUnit.NANOSECONDS.toMillis(owner.get().spending().owe(draft.sizeBytes(), System.nanoTime()));
        CompletableFuture<Optional<Refusal>> published = Publication.of(bus, draft);
        return owedMs <= 0 ? published : published.thenCompose(answer -> later(answer, Math.min(owedMs, OWED_MAX_MS)));
    }

    private CompletableFuture<Optional<Refusal>> later(Optional<Refusal> answer, long millis) {
        CompletableFuture<Optional<Refusal>> paid = new CompletableFuture<>();
        var unused = thread.schedule(() -> paid.complete(answer), millis, TimeUnit.MILLISECONDS);
        return paid;
    }

    /** A receiver that says that it is gone may be there again tomorrow: its events are dead letters until then. */
    private CompletableFuture<Outcome> posted(Leased each, long nowMs) throws ProjectionException {
        EventDraft draft = derivation.draft(each.event(), each.event().topic());
        String id = String.valueOf(draft.attributes().get(Attributes.ID));
        return sender.send(receiver, id, Derivation.unkept(draft), each.lease().deliveries() > 1, nowMs)
                .thenApply(outcome ->
                        outcome.result() == Outcome.Result.GONE ? Outcome.unwanted(outcome.detail()) : outcome);
    }

    /** A database that the operator has taken away may be there again after the next start. */
    private CompletableFuture<Outcome> stored(Event event, Rule.TableTarget target) throws ProjectionException {
        Row row = derivation.row(event, target);
        Database database = targets.database(target.connection(), owner.get());
        if (database == null) {
            return CompletableFuture.completedFuture(Outcome.later(
                    NO_DATABASE_MS, "no connection '" + target.connection() + "' is there for the owner"));
        }
        return database.insert(target.table(), row).thenApply(stored -> {
            targets.databases().count(target.connection(), stored.result());
            String detail = FailureCode.DATABASE.text() + " " + stored.detail();
            return switch (stored.result()) {
                case NEW, THERE -> Outcome.DONE;
                case NEVER -> Outcome.unwanted(detail);
                case FAILED -> Outcome.failed(detail);
                case AWAY -> Outcome.later(stored.retryMs(), detail);
            };
        });
    }

    private static CompletableFuture<Outcome> now(FailureCode code, String detail) {
        return CompletableFuture.completedFuture(Outcome.unwanted(code.text() + " " + detail));
    }

    private static Outcome outcome(Optional<Refusal> answer) {
        if (answer.isEmpty()) {
            return Outcome.DONE;
        }
        FailureCode code = answer.get().code();
        String detail = code.text() + " " + answer.get().detail();
        return switch (code.kind()) {
            case OVERLOADED, UNAVAILABLE, INTERNAL -> Outcome.failed(detail);
            // What a former try made stands, also if the rule has been changed since.
            default -> code == FailureCode.IDENTITY_REUSED ? Outcome.DONE : Outcome.unwanted(detail);
        };
    }

    private CompletableFuture<Outcome> counted(Leased each, Outcome outcome) {
        if (outcome.result() == Outcome.Result.DONE) {
            counters.done.increment();
            meters.done.increment();
            return CompletableFuture.completedFuture(outcome);
        }
        boolean last = each.lease().deliveries() >= derivation.rule().terms().maxDeliver();
        boolean again =
                outcome.result() == Outcome.Result.LATER || (outcome.result() == Outcome.Result.FAILED && !last);
        if (again) {
            counters.retried.increment();
            meters.retried.increment();
            return CompletableFuture.completedFuture(outcome);
        }
        counters.dead.increment();
        meters.dead.increment();
        return dead(each.event(), outcome);
    }

    /** The letter stands in the rule's list anyway; a topic for them that takes none does not hold up the rule. */
    private CompletableFuture<Outcome> dead(Event event, Outcome outcome) {
        String topic = derivation.rule().deadLetterTopic();
        if (topic == null) {
            return CompletableFuture.completedFuture(outcome);
        }
        EventDraft letter = derivation.deadLetter(event, topic, outcome.detail());
        if (!owner.get().mayPublish(topic, letter.attributes())) {
            return CompletableFuture.completedFuture(outcome);
        }
        return spent(letter).thenApply(answer -> {
            answer.ifPresent(refusal -> LOG.warn(
                    "{} rule {}: its topic of dead letters does not take one: {}",
                    refusal.code().text(),
                    derivation.id(),
                    refusal.detail()));
            return outcome;
        });
    }
}

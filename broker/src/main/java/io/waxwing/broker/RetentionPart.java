package io.waxwing.broker;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.waxwing.broker.config.TopicSettings;
import io.waxwing.broker.dispatch.History;
import io.waxwing.broker.erase.Destruction;
import io.waxwing.broker.rules.TermsOfTopics;
import io.waxwing.broker.runtime.Agent;
import io.waxwing.broker.runtime.CoreThread;
import io.waxwing.broker.store.Database;
import io.waxwing.broker.store.Retention;
import io.waxwing.bus.topic.TopicInfo;
import io.waxwing.bus.topic.TopicTerms;
import io.waxwing.ledger.dispute.DisputeRules;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The thread that takes away what is not kept any more, if the configuration has such topics, and what is erased. */
final class RetentionPart implements AutoCloseable {
    private static final long PASS_PAUSE_NANOS = Duration.ofSeconds(10).toNanos();

    /**
     * A member may challenge until then, and whoever signed for the batch answers for its payloads until that is over.
     */
    private static final long CHALLENGE_GUARD_MS =
            DisputeRules.MAX_AGE_MS + Duration.ofDays(1).toMillis();

    private final Retention retention;
    private final CoreThread thread;

    RetentionPart(
            TopicSettings topics,
            TermsOfTopics terms,
            Database database,
            boolean alone,
            Destruction destruction,
            Consumer<Throwable> onFailure) {
        retention = new Retention(
                database,
                topic -> rule(terms.of(topic).kept(), topics.retentionOf(topic)),
                alone ? 0 : CHALLENGE_GUARD_MS,
                System::currentTimeMillis,
                PASS_PAUSE_NANOS);
        // Without a rule nothing is read through.
        BooleanSupplier anyRule = () -> !topics.retention().isEmpty() || terms.anyRetention();
        Agent expiring = Agent.of(
                nowNanos -> anyRule.getAsBoolean() ? retention.doWork(nowNanos) : 0,
                () -> anyRule.getAsBoolean() ? retention.nextWorkNanos() : Long.MAX_VALUE);
        thread = new CoreThread("keeper", List.of(destruction, expiring), onFailure);
    }

    /** What was said about a topic goes before what the configuration says about its like. */
    private static Retention.@Nullable Rule rule(
            TopicTerms.@Nullable Retained said, TopicSettings.@Nullable Retained configured) {
        if (said != null) {
            return new Retention.Rule(Duration.ofSeconds(said.ageSeconds()).toMillis(), said.bytes());
        }
        return configured == null ? null : new Retention.Rule(configured.ageMs(), configured.bytes());
    }

    /** Something is to be destroyed. Any thread. */
    void wake() {
        thread.wake();
    }

    void register(MeterRegistry metrics, History history) {
        FunctionCounter.builder("waxwing.retention.events", retention, Retention::expiredEvents)
                .description("Events whose content is not kept any more, since the start")
                .register(metrics);
        FunctionCounter.builder("waxwing.retention.content", retention, Retention::expiredBytes)
                .baseUnit("bytes")
                .description("Bytes of their contents")
                .register(metrics);
        FunctionCounter.builder("waxwing.retention.missed", history, History::missed)
                .description("Times a reader or a subscription came to an event whose content was gone")
                .register(metrics);
        Gauge.builder("waxwing.retention.kept", retention, Retention::keptBytes)
                .baseUnit("bytes")
                .description("Bytes of contents in topics whose retention is bounded")
                .register(metrics);
        FunctionCounter.builder("waxwing.retention.passes", retention, Retention::passes)
                .description("Times everything that is stored was looked through")
                .register(metrics);
    }

    /** What a topic had at the end of the last look; null if it has no rule. Any thread. */
    TopicInfo.@Nullable Kept keptOf(String topic) {
        Retention.Kept kept = retention.keptOf(topic);
        return kept == null ? null : new TopicInfo.Kept(kept.events(), kept.bytes(), kept.expired());
    }

    void start() {
        thread.start();
    }

    @Override
    public void close() {
        try {
            thread.stop();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

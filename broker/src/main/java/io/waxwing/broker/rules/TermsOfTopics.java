package io.waxwing.broker.rules;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.waxwing.broker.access.QuotaSpending;
import io.waxwing.broker.store.ColumnStore;
import io.waxwing.bus.event.EventDraft;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.Refusal;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.bus.spi.Admission;
import io.waxwing.bus.spi.Spending;
import io.waxwing.bus.topic.TopicTerms;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** How long single topics are kept and what may be published to them. Any thread; only changes touch the disk. */
public final class TermsOfTopics implements Admission {
    private static final long NANOS_PER_MILLI = 1_000_000L;

    private final RuleRows rows;
    private final int max;
    private final LongSupplier clockNanos;
    private final ConcurrentHashMap<String, Held> held = new ConcurrentHashMap<>();
    private final Counter refused;

    private record Held(TopicTerms terms, Spending spending) {}

    /** Reads what is stored. @throws RefusedException WXW-2104 */
    public TermsOfTopics(ColumnStore store, int max, LongSupplier clockNanos, MeterRegistry registry) {
        this.rows = new RuleRows(store);
        this.max = max;
        this.clockNanos = clockNanos;
        this.refused = Counter.builder("waxwing.topic.quota.refused")
                .description("Events that were more than their topic takes in a second")
                .register(registry);
        Gauge.builder("waxwing.topic.terms", held, ConcurrentHashMap::size)
                .description("Topics with a retention or a quota of their own")
                .register(registry);
        rows.forEachTerms((topic, terms) -> held.put(topic, new Held(terms, new QuotaSpending(terms.quota()))));
    }

    /** {@link TopicTerms#NONE} if nothing was said. */
    public TopicTerms of(String topic) {
        Held found = held.get(topic);
        return found == null ? TopicTerms.NONE : found.terms();
    }

    /** Of which topics contents go is not only the configuration's business. */
    public boolean anyRetention() {
        return held.values().stream().anyMatch(each -> each.terms().kept() != null);
    }

    /** Writes it down. @throws RefusedException WXW-1017, WXW-2101 */
    public void put(String topic, TopicTerms terms) {
        Held unused = held.compute(topic, (name, was) -> {
            if (terms.equals(TopicTerms.NONE)) {
                if (was != null) {
                    rows.removeTerms(name);
                }
                return null;
            }
            if (was == null && held.mappingCount() >= max) {
                throw new RefusedException(
                        FailureCode.RULE_LIMIT, "the node keeps terms of " + max + " topics (topics.maxTerms)");
            }
            rows.put(name, terms);
            boolean same = was != null && was.terms().quota().equals(terms.quota());
            return new Held(terms, same ? was.spending() : new QuotaSpending(terms.quota()));
        });
    }

    @Override
    public @Nullable Refusal check(EventDraft draft) {
        Held found = held.get(draft.topic());
        long waitNanos = found == null ? 0 : found.spending().take(draft.sizeBytes(), clockNanos.getAsLong());
        if (waitNanos == 0) {
            return null;
        }
        refused.increment();
        return new Refusal(
                FailureCode.PUBLISH_RATE,
                "the topic's quota is used up; there is room in " + (waitNanos / NANOS_PER_MILLI + 1) + " ms");
    }
}

package io.waxwing.broker.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.waxwing.broker.store.Database;
import io.waxwing.bus.event.Attributes;
import io.waxwing.bus.event.EventDraft;
import io.waxwing.bus.event.Payload;
import io.waxwing.bus.failure.Refusal;
import io.waxwing.bus.quota.Quota;
import io.waxwing.bus.topic.TopicTerms;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is said about single topics. */
class TermsOfTopicsTest {
    private static final TopicTerms TWO = new TopicTerms(null, new Quota(2, 0));

    @TempDir
    private Path folder = Path.of("");

    private final AtomicLong nanos = new AtomicLong();
    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private Database database = null;
    private TermsOfTopics terms = null;

    @BeforeEach
    void open() {
        database = Database.open(folder.resolve("db"), List.of());
        terms = opened();
    }

    private TermsOfTopics opened() {
        return new TermsOfTopics(database, 2, nanos::get, metrics);
    }

    @AfterEach
    void close() {
        database.close();
    }

    private static EventDraft event(String topic) {
        return new EventDraft(
                topic, new Attributes.Builder().build(), Payload.of(new byte[10]), 1, false, false, null, "", 0);
    }

    @Test
    void aTopicTakesItsQuotaFromAllPublishersTogetherAndOthersTakeEverything() {
        terms.put("a", TWO);
        assertThat(terms.check(event("a"))).isNull();
        assertThat(terms.check(event("a"))).isNull();
        Refusal refusal = terms.check(event("a"));
        assertThat(refusal).isNotNull();
        assertThat(refusal.toString()).contains("WXW-1107").contains("501 ms");
        assertThat(metrics.counter("waxwing.topic.quota.refused").count()).isEqualTo(1);
        for (int i = 0; i < 100; i++) {
            assertThat(terms.check(event("b"))).isNull();
        }
        nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(500));
        assertThat(terms.check(event("a"))).isNull();
    }

    @Test
    void sayingTheSameQuotaAgainGivesNothingBack() {
        terms.put("a", TWO);
        terms.check(event("a"));
        terms.check(event("a"));
        terms.put("a", new TopicTerms(new TopicTerms.Retained(1, 0), TWO.quota()));
        assertThat(terms.check(event("a"))).isNotNull();
    }

    @Test
    void whatWasSaidOutlivesTheNode() {
        TopicTerms said = new TopicTerms(new TopicTerms.Retained(60, 7), new Quota(0, 1_000));
        terms.put("a", said);
        terms.put("b", TWO);
        terms.put("b", TopicTerms.NONE);
        TermsOfTopics next = opened();
        assertThat(next.of("a")).isEqualTo(said);
        assertThat(next.of("b")).isEqualTo(TopicTerms.NONE);
        assertThat(next.anyRetention()).isTrue();
        next.put("a", TopicTerms.NONE);
        assertThat(next.anyRetention()).isFalse();
    }

    @Test
    void schemasAndSignersDoNotTakeThemForTheirs() {
        terms.put("a", TWO);
        RuleLimits limits = new RuleLimits(1, 1, 1_000, 1_000);
        EventRules rules = new EventRules(database, limits, nanos::get, metrics);
        assertThat(rules.signers()).isEmpty();
        assertThat(rules.schema("a")).isNull();
    }

    @Test
    void thereIsABoundOfTopicsAndKnownOnesMayChange() {
        terms.put("a", TWO);
        terms.put("b", TWO);
        assertThatThrownBy(() -> terms.put("c", TWO))
                .hasMessageContaining("WXW-1017")
                .hasMessageContaining("topics.maxTerms");
        terms.put("a", new TopicTerms(null, new Quota(9, 0)));
        terms.put("b", TopicTerms.NONE);
        terms.put("c", TWO);
        assertThat(opened().of("c")).isEqualTo(TWO);
    }
}

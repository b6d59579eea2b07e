package io.waxwing.broker.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.waxwing.broker.sim.MemoryColumns;
import io.waxwing.bus.event.Attributes;
import io.waxwing.bus.event.EventDraft;
import io.waxwing.bus.event.Payload;
import io.waxwing.bus.failure.RefusedException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Schemas outlive the settings under which they were given. */
class StoredSchemasTest {
    private static final String SCHEMA = "{\"type\":\"object\",\"properties\":{\"kWh\":{\"type\":\"number\"}}}";

    private final MemoryColumns store = new MemoryColumns();

    private EventRules rules(RuleLimits limits) {
        return new EventRules(store, limits, () -> 1_000, new SimpleMeterRegistry());
    }

    private static EventDraft event(String data) {
        return new EventDraft(
                "meters/7",
                new Attributes.Builder().build(),
                Payload.of(data.getBytes(StandardCharsets.UTF_8)),
                1,
                false,
                false,
                null,
                "",
                0);
    }

    @Test
    void aStoredSchemaThatIsBeyondLowerLimitsIsKeptAndJudgesAsBefore() {
        rules(new RuleLimits(2, 2, 1_024, 10_000)).putSchema("meters/7", SCHEMA, "alice");
        for (RuleLimits lower : new RuleLimits[] {
            new RuleLimits(2, 2, 20, 10_000), new RuleLimits(2, 2, 1_024, 1), new RuleLimits(0, 0, 20, 1)
        }) {
            EventRules now = rules(lower);
            assertThat(now.check(event("{\"kWh\":12}"))).as(lower.toString()).isNull();
            assertThat(now.check(event("{\"kWh\":\"12\"}")))
                    .as(lower.toString())
                    .isNotNull();
            assertThatThrownBy(() -> now.putSchema("meters/7", SCHEMA, "alice"))
                    .as(lower.toString())
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining("WXW-1013");
        }
    }

    @Test
    void whatNoLimitsWouldHaveTakenIsDamage() {
        new RuleRows(store)
                .put(new io.waxwing.http.rules.Rules.Schema("meters/7", "id", "{\"type\":7}", "alice", 1_000));
        assertThatThrownBy(() -> rules(new RuleLimits(2, 2, 1_024, 10_000)))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("WXW-2104");
    }
}

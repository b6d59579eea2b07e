package io.waxwing.broker.processing;

import io.waxwing.bus.event.Event;
import io.waxwing.bus.filter.Cesql;
import io.waxwing.http.pull.Subscriptions;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The conditions of rules, for whoever looks for their events in the store: so what a rule does not want costs neither
 * a loan nor a write. Any thread.
 */
public final class Conditions {
    private final Map<String, Held> held = new ConcurrentHashMap<>();

    private record Held(Rule rule, RuleCounters counters, RuleMeters meters) {}

    /** By which a subscription is known: its name, and whose it is. */
    static String key(String name, String owner) {
        return name + "@" + owner;
    }

    void put(String key, Rule rule, RuleCounters counters, RuleMeters meters) {
        held.put(key, new Held(rule, counters, meters));
    }

    void remove(String key) {
        held.remove(key);
    }

    /** Whether an event is for a subscription, a rule's or another. */
    public boolean test(String name, String owner, Cesql sql, Event event) {
        Held rule = name.startsWith(Subscriptions.RULE) ? held.get(key(name, owner)) : null;
        if (rule == null) {
            return sql.passes(event, true);
        }
        Cesql.Judgement said =
                rule.rule().judge(new SourceEvent(event, rule.rule().bindings()));
        if (!said.passes()) {
            rule.meters().passedOver.increment();
            rule.counters().passedOver.increment();
            if (!said.problem().isEmpty()) {
                rule.counters().unanswered.increment();
            }
        }
        return said.passes();
    }
}

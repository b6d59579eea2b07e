package io.waxwing.broker.processing;

import io.waxwing.bus.topic.TopicFilter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Whether what a rule makes could come back to it. Conditions are not looked at: whether they stop a loop depends on
 * the events. Pure.
 */
final class Loops {
    private Loops() {}

    /** Where a rule reads and where it writes. */
    record Flow(TopicFilter from, List<String> to) {
        Flow {
            to = List.copyOf(to);
        }

        static Flow of(Rule rule) {
            List<String> to = new ArrayList<>();
            if (rule.target() instanceof Rule.TopicTarget target) {
                to.add(target.topic());
            }
            if (rule.deadLetterTopic() != null) {
                to.add(rule.deadLetterTopic());
            }
            return new Flow(rule.filter(), to);
        }

        boolean feeds(Flow other) {
            return to.stream().anyMatch(other.from::matches);
        }
    }

    /** Rules from this one back to itself, both ends included; empty if there is no such way. */
    static List<String> through(String name, Map<String, Flow> all) {
        List<String> way = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        return leadsTo(name, name, new TreeMap<>(all), seen, way) ? way : List.of();
    }

    private static boolean leadsTo(String from, String to, Map<String, Flow> all, Set<String> seen, List<String> way) {
        way.add(from);
        Flow flow = all.get(from);
        for (Map.Entry<String, Flow> next : all.entrySet()) {
            if (flow == null || !flow.feeds(next.getValue())) {
                continue;
            }
            if (next.getKey().equals(to)) {
                way.add(to);
                return true;
            }
            if (seen.add(next.getKey()) && leadsTo(next.getKey(), to, all, seen, way)) {
                return true;
            }
        }
        way.remove(way.size() - 1);
        return false;
    }
}

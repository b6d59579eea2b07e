package io.waxwing.bus.topic;

import io.waxwing.bus.failure.Invariant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Filters, each with any number of values, and a walk that finds the values of all filters that match a topic. Cost
 * grows with the topic's levels and the wildcards met, not with the number of filters. One thread owns a trie.
 */
public final class TopicTrie<V> {
    private final Node<V> root = new Node<>();
    private int size;

    /** Adds one value under a filter; equal values may stand under one filter more than once. */
    public void add(TopicFilter filter, V value) {
        Node<V> node = root;
        for (String level : filter.levels()) {
            node = node.children().computeIfAbsent(level, unused -> new Node<>());
        }
        node.values.add(value);
        size++;
    }

    /** Removes the first value under exactly this filter that satisfies the test; false if there is none. */
    public boolean remove(TopicFilter filter, Predicate<V> which) {
        boolean removed = remove(root, filter.levels(), 0, which);
        size -= removed ? 1 : 0;
        Invariant.check(size >= 0, "a trie holds no fewer than no values");
        return removed;
    }

    private boolean remove(Node<V> node, List<String> levels, int depth, Predicate<V> which) {
        if (depth == levels.size()) {
            for (int i = 0; i < node.values.size(); i++) {
                if (which.test(node.values.get(i))) {
                    node.values.remove(i);
                    return true;
                }
            }
            return false;
        }
        Node<V> child = node.child(levels.get(depth));
        if (child == null || !remove(child, levels, depth + 1, which)) {
            return false;
        }
        if (child.isEmpty()) {
            node.children().remove(levels.get(depth));
        }
        return true;
    }

    /** Calls {@code each} once per value whose filter matches; the order is not specified. */
    public void match(String topic, Consumer<V> each) {
        String[] levels = topic.split("/", -1);
        boolean reserved = !topic.isEmpty() && topic.charAt(0) == '$';
        match(root, levels, 0, reserved, each);
    }

    private void match(Node<V> node, String[] levels, int depth, boolean reserved, Consumer<V> each) {
        boolean wildcards = depth > 0 || !reserved;
        Node<V> rest = wildcards ? node.child("#") : null;
        if (rest != null) {
            rest.values.forEach(each);
        }
        if (depth == levels.length) {
            node.values.forEach(each);
            return;
        }
        Node<V> exact = node.child(levels[depth]);
        if (exact != null) {
            match(exact, levels, depth + 1, reserved, each);
        }
        Node<V> any = wildcards ? node.child("+") : null;
        if (any != null) {
            match(any, levels, depth + 1, reserved, each);
        }
    }

    /** Number of values. */
    public int size() {
        return size;
    }

    private static final class Node<V> {
        // Most nodes are leaves or have one or two children; the map comes with the first child.
        private @Nullable Map<String, Node<V>> children;
        private final List<V> values = new ArrayList<>(1);

        Map<String, Node<V>> children() {
            if (children == null) {
                children = new HashMap<>(4);
            }
            return children;
        }

        @Nullable Node<V> child(String level) {
            return children == null ? null : children.get(level);
        }

        boolean isEmpty() {
            return values.isEmpty() && (children == null || children.isEmpty());
        }
    }
}

package io.waxwing.node.peer;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The open links, at most one of a kind to a node. Changed on the event loop, read by any thread. */
final class LinkTable {
    private final Map<LinkKind, Map<Integer, Link>> links = new EnumMap<>(LinkKind.class);

    LinkTable() {
        for (LinkKind kind : LinkKind.values()) {
            links.put(kind, new ConcurrentHashMap<>());
        }
    }

    private Map<Integer, Link> of(LinkKind kind) {
        Map<Integer, Link> found = links.get(kind);
        if (found == null) {
            throw new IllegalStateException("no table of " + kind);
        }
        return found;
    }

    @Nullable Link get(LinkKind kind, int peer) {
        return of(kind).get(peer);
    }

    /** Gives the place to this link; returns the one that had it. */
    @Nullable Link put(Link link) {
        return of(link.kind()).put(link.peer(), link);
    }

    /** Frees the place if this link still has it. */
    void remove(Link link) {
        of(link.kind()).remove(link.peer(), link);
    }

    List<Link> all() {
        List<Link> all = new ArrayList<>();
        links.values().forEach(some -> all.addAll(some.values()));
        return all;
    }
}

package io.waxwing.node.peer;

import io.waxwing.ledger.control.Registry;
import io.waxwing.ledger.control.Registry.Node;
import io.waxwing.ledger.control.Registry.Origin;
import io.waxwing.ledger.hash.Hash;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The nodes that links may lead to, by originId, this one not among them. Immutable; any thread. */
public final class PeerDirectory {
    private final SortedMap<Integer, Node> nodes;

    private PeerDirectory(SortedMap<Integer, Node> nodes) {
        this.nodes = nodes;
    }

    /** The nodes of origins that are active, without {@code self}. */
    public static PeerDirectory of(Registry registry, int self) {
        List<Node> active = new ArrayList<>();
        for (Origin origin : registry.origins()) {
            Node node = registry.node(origin.originId());
            if (node != null && origin.active()) {
                active.add(node);
            }
        }
        return of(active, self);
    }

    /** Those nodes, without {@code self}. */
    public static PeerDirectory of(Collection<Node> others, int self) {
        SortedMap<Integer, Node> byId = new TreeMap<>();
        others.forEach(node -> byId.put(node.originId(), node));
        byId.remove(self);
        return new PeerDirectory(byId);
    }

    /** In rising order. */
    List<Integer> ids() {
        return List.copyOf(nodes.keySet());
    }

    @Nullable Node node(int originId) {
        return nodes.get(originId);
    }

    List<Node> nodes() {
        return List.copyOf(nodes.values());
    }

    /** Nobody. */
    public static PeerDirectory empty() {
        return new PeerDirectory(new TreeMap<>());
    }

    /** These nodes, and of the others those whose number none of these has. */
    public PeerDirectory with(PeerDirectory others) {
        SortedMap<Integer, Node> all = new TreeMap<>(others.nodes);
        all.putAll(nodes);
        return new PeerDirectory(all);
    }

    /** Whether any node shows that key. */
    boolean knows(Hash pin) {
        return nodes.values().stream().anyMatch(node -> node.pin().equals(pin));
    }
}

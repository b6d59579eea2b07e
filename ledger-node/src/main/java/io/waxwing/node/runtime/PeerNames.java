package io.waxwing.node.runtime;

import io.waxwing.ledger.control.Registry;
import io.waxwing.ledger.control.Registry.Institution;
import io.waxwing.ledger.simplex.Validators;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What consensus calls the nodes of one registry: a validator by its index, everybody else by a number behind all
 * indexes. Of an institution that votes, {@link Registry#mainNode} is the validator; its further nodes are observers.
 * Immutable; any thread.
 */
final class PeerNames {
    private final Map<Integer, Integer> indexOfNode = new HashMap<>();
    private final Map<Integer, Integer> nodeOfIndex = new HashMap<>();

    PeerNames(Registry members) {
        List<Institution> validators = members.validators();
        for (int index = 0; index < validators.size(); index++) {
            Integer node = members.mainNode(validators.get(index).id());
            if (node != null) {
                indexOfNode.put(node, index);
                nodeOfIndex.put(index, node);
            }
        }
    }

    int nameOf(int node) {
        return indexOfNode.getOrDefault(node, Validators.MAX + node);
    }

    /** The node of that name, or null for a validator without one. */
    @Nullable Integer nodeOf(int name) {
        return name >= Validators.MAX ? Integer.valueOf(name - Validators.MAX) : nodeOfIndex.get(name);
    }
}

package io.waxwing.node.runtime;

import io.waxwing.ledger.control.Registry;
import io.waxwing.ledger.control.Registry.Institution;
import io.waxwing.ledger.control.Registry.Origin;
import io.waxwing.ledger.simplex.Validators;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What consensus calls the nodes of one registry: a validator by its index, everybody else by a number behind all
 * indexes. Of an institution that votes, the node with the smallest active originId is the validator, before others one
 * that the registry says how to reach; its further nodes are observers. Immutable; any thread.
 */
final class PeerNames {
    private final Map<Integer, Integer> indexOfNode = new HashMap<>();
    private final Map<Integer, Integer> nodeOfIndex = new HashMap<>();

    PeerNames(Registry members) {
        List<Institution> validators = members.validators();
        for (int index = 0; index < validators.size(); index++) {
            Integer node = votingNode(members, validators.get(index).id());
            if (node != null) {
                indexOfNode.put(node, index);
                nodeOfIndex.put(index, node);
            }
        }
    }

    private static @Nullable Integer votingNode(Registry members, int institutionId) {
        Integer first = null;
        for (Origin origin : members.origins()) {
            if (origin.institutionId() != institutionId || !origin.active()) {
                continue;
            }
            if (members.node(origin.originId()) != null) {
                return origin.originId();
            }
            first = first == null ? Integer.valueOf(origin.originId()) : first;
        }
        return first;
    }

    int nameOf(int node) {
        return indexOfNode.getOrDefault(node, Validators.MAX + node);
    }

    /** The node of that name, or null for a validator without one. */
    @Nullable Integer nodeOf(int name) {
        return name >= Validators.MAX ? Integer.valueOf(name - Validators.MAX) : nodeOfIndex.get(name);
    }
}

package io.waxwing.node.snapshot;

import io.waxwing.ledger.control.Quorum;
import io.waxwing.ledger.control.Registry;
import io.waxwing.ledger.control.Registry.Institution;
import io.waxwing.ledger.control.Registry.Origin;
import io.waxwing.node.snapshot.SnapshotFrame.Mark;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the nodes at the other ends of the links say of their state records. One that f + 1 validators name is true: at
 * least one of them is honest. This is for what stands in no leaf, and only for that. One thread.
 */
final class Attested {
    private final Map<Integer, List<Mark>> saidBy = new HashMap<>();

    /** That node says so, now. */
    void said(int node, List<Mark> marks) {
        saidBy.put(node, marks);
    }

    /** How many validators of a registry are enough for at least one of them to be honest. */
    static int needed(Registry registry) {
        return Quorum.faults(registry.validators().size()) + 1;
    }

    /** The highest mark that enough validators name, or null. */
    @Nullable Mark best(Registry registry) {
        Mark best = null;
        for (List<Mark> marks : saidBy.values()) {
            for (Mark mark : marks) {
                boolean higher = best == null || mark.height() > best.height();
                if (higher && isAttested(mark, registry)) {
                    best = mark;
                }
            }
        }
        return best;
    }

    boolean isAttested(Mark mark, Registry registry) {
        Set<Integer> institutions = new HashSet<>();
        saidBy.forEach((node, marks) -> {
            Institution validator = validatorOf(node, registry);
            if (validator != null && marks.contains(mark)) {
                institutions.add(validator.id());
            }
        });
        return institutions.size() >= needed(registry);
    }

    /**
     * How many validators have no point of at least that height. Of an honest one that is far behind the others, this
     * says nothing about them.
     */
    int without(long height, Registry registry) {
        Set<Integer> institutions = new HashSet<>();
        saidBy.forEach((node, marks) -> {
            Institution validator = validatorOf(node, registry);
            if (validator != null && marks.stream().noneMatch(mark -> mark.height() >= height)) {
                institutions.add(validator.id());
            }
        });
        return institutions.size();
    }

    /** How many validators those nodes are of. */
    static int validatorsOf(List<Integer> nodes, Registry registry) {
        Set<Integer> institutions = new HashSet<>();
        for (int node : nodes) {
            Institution validator = validatorOf(node, registry);
            if (validator != null) {
                institutions.add(validator.id());
            }
        }
        return institutions.size();
    }

    /** Whom a node speaks for; further nodes of a validator do for nobody. */
    private static @Nullable Institution validatorOf(int node, Registry registry) {
        Origin origin = registry.isMainNode(node) ? registry.origin(node) : null;
        Institution institution = origin == null ? null : registry.institution(origin.institutionId());
        return institution != null && institution.validator() ? institution : null;
    }
}

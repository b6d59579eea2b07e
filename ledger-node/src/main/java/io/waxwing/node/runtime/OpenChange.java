package io.waxwing.node.runtime;

import io.waxwing.ledger.control.ConfigProposal;
import io.waxwing.ledger.control.ConfigRules;
import io.waxwing.ledger.control.Registry;
import io.waxwing.ledger.failure.LedgerFailure;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.leaf.ConfigLeaf.Approval;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A proposed change with the approvals it has. Height 0 stands for "whenever it begins": that is what an operator
 * approves. A CONFIG names its first height, so nodes then approve, in their operators' name, one height after the
 * other until the change is in a block. Ledger thread.
 */
final class OpenChange {
    final ConfigProposal proposal;
    final Hash intent;
    /** The node that told of it first; -1 for this one. */
    final int from;

    private final ConfigRules rules;
    // Nodes of institutions that have to be among those who approve.
    private final Set<Integer> asked = new TreeSet<>();
    private final TreeMap<Long, TreeMap<Integer, Approval>> approvals = new TreeMap<>();
    boolean approvedHere;
    /** When some node said it last. */
    long heardNanos;

    /** Throws {@link LedgerFailure} WXW-3194 if it may not follow the CONFIG in force, which the rules are about. */
    OpenChange(ConfigProposal proposed, int from, Registry inForce, ConfigRules rules) {
        this.proposal = proposed.at(0);
        this.intent = proposed.intent();
        this.from = from;
        this.rules = rules;
        rules.checkProposal(proposal);
        for (int institutionId : rules.mustApprove(proposal.leaf())) {
            asked.add(Objects.requireNonNull(inForce.mainNode(institutionId), "a validator has a node"));
        }
    }

    /**
     * Takes an approval if it is a valid one of the change beginning there, and not known. Which heights are worth
     * keeping is for the caller to know: they are few.
     */
    boolean add(long firstHeight, Approval approval) {
        TreeMap<Integer, Approval> known = approvals.get(firstHeight);
        if (known != null && known.containsKey(approval.originId())) {
            return false;
        }
        try {
            rules.approving(
                    proposal.at(firstHeight).approvedBy(List.of(approval)).leaf());
        } catch (LedgerFailure wrong) {
            return false;
        }
        approvals.computeIfAbsent(firstHeight, height -> new TreeMap<>()).put(approval.originId(), approval);
        return true;
    }

    /** An operator's approval is taken back. */
    void withdraw(int originId) {
        approvedHere = false;
        TreeMap<Integer, Approval> known = approvals.get(0L);
        if (known != null) {
            known.remove(originId);
        }
    }

    /** The approvals of that height, by rising originId. */
    List<Approval> of(long firstHeight) {
        return List.copyOf(approvals.getOrDefault(firstHeight, new TreeMap<>()).values());
    }

    /** True if a quorum approves it beginning there. */
    boolean isAgreed(long firstHeight) {
        return enough(firstHeight) != null;
    }

    /**
     * The change as a quorum approves it for one of the heights behind that one, the lowest first; null if for none.
     */
    @Nullable ConfigProposal agreedAfter(long height) {
        for (long firstHeight : approvals.tailMap(height, false).keySet()) {
            List<Approval> enough = firstHeight > 0 ? enough(firstHeight) : null;
            if (enough != null) {
                return proposal.at(firstHeight).approvedBy(enough);
            }
        }
        return null;
    }

    /**
     * As few as are needed, those first without whom it is nothing: which of several, and so the CONFIG's hash, is
     * nobody's choice.
     */
    private @Nullable List<Approval> enough(long firstHeight) {
        ConfigProposal at = proposal.at(firstHeight);
        List<Approval> inOrder = new ArrayList<>();
        for (Approval approval : of(firstHeight)) {
            if (asked.contains(approval.originId())) {
                inOrder.add(approval);
            }
        }
        if (inOrder.size() < asked.size()) {
            return null;
        }
        for (Approval approval : of(firstHeight)) {
            if (!asked.contains(approval.originId())) {
                inOrder.add(approval);
            }
        }
        List<Approval> chosen = new ArrayList<>();
        for (Approval approval : inOrder) {
            List<Approval> more = new ArrayList<>(chosen);
            more.add(approval);
            try {
                rules.approving(at.approvedBy(more).leaf());
                chosen = more;
            } catch (LedgerFailure twice) {
                // A second origin of an institution that is counted.
            }
            if (chosen.size() == rules.needed()) {
                return chosen;
            }
        }
        return null;
    }

    /** The names of the institutions whose operators approve it. */
    List<Integer> approvingOrigins() {
        return of(0).stream().map(Approval::originId).toList();
    }

    /** Heights whose block is final are of no use any more. */
    void forgetUpTo(long height) {
        approvals.keySet().removeIf(firstHeight -> firstHeight > 0 && firstHeight - 1 <= height);
    }

    /** All heights that approvals are known of, 0 first. */
    List<Long> heights() {
        return List.copyOf(approvals.keySet());
    }
}

package io.waxwing.testkit.check;

import io.waxwing.ledger.simplex.Certificate;
import io.waxwing.ledger.simplex.Evidence;
import io.waxwing.ledger.simplex.Message;
import io.waxwing.ledger.simplex.Proposal;
import io.waxwing.ledger.simplex.SignedVote;
import io.waxwing.testkit.sim.SimNode;
import io.waxwing.testkit.sim.Watcher;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** What the messages of all together prove, whoever got them: an auditor's view after an accident. */
public final class UnionEvidence implements Watcher {
    private final Map<Long, List<SignedVote>> votes = new HashMap<>();
    private final TreeSet<Integer> culprits = new TreeSet<>();

    @Override
    public void said(SimNode node, Message message) {
        if (message instanceof SignedVote vote) {
            add(vote);
        } else if (message instanceof Proposal proposal) {
            add(proposal.statement());
            proposal.block()
                    .justify()
                    .forEach(certificate -> certificate.votes().forEach(this::add));
        } else if (message instanceof Certificate certificate) {
            certificate.votes().forEach(this::add);
        }
    }

    private void add(SignedVote vote) {
        List<SignedVote> known = votes.computeIfAbsent(vote.view(), view -> new ArrayList<>());
        for (SignedVote other : known) {
            if (other.voter() != vote.voter()) {
                continue;
            }
            if (other.type() == vote.type() && other.blockId().equals(vote.blockId())) {
                return;
            }
            Evidence pair = Evidence.between(other, vote);
            if (pair != null) {
                culprits.add(pair.culprit());
            }
        }
        known.add(vote);
    }

    /** Validators that contradict themselves. */
    public Set<Integer> culprits() {
        return culprits;
    }
}

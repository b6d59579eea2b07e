package io.waxwing.testkit.check;

import io.waxwing.ledger.simplex.Effects;
import io.waxwing.ledger.simplex.Effects.FinalBlock;
import io.waxwing.ledger.simplex.Evidence;
import io.waxwing.ledger.simplex.Message;
import io.waxwing.ledger.simplex.Proposal;
import io.waxwing.ledger.simplex.SignedVote;
import io.waxwing.ledger.simplex.Simplex;
import io.waxwing.testkit.sim.SimNode;
import io.waxwing.testkit.sim.Violation;
import io.waxwing.testkit.sim.Watcher;
import io.waxwing.testkit.sim.World;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who is accused: never an honest node, and always who contradicts itself before an honest node's eyes, that is by two
 * votes heard in one life of that node and not far from its view.
 */
public final class EvidenceCheck implements Watcher {
    // The core keeps 8 views on each side of its own; one less, since the view may move within the step.
    private static final long WINDOW = 7;

    private final World world;
    private final Set<Integer> liars = new HashSet<>();
    private final Map<Integer, Map<Long, List<SignedVote>>> heard = new HashMap<>();
    private final Map<Integer, Set<String>> accused = new HashMap<>();
    private final Map<Integer, @Nullable Evidence> expected = new HashMap<>();
    private final Set<Integer> convicted = new HashSet<>();
    private long pairs;

    public EvidenceCheck(World world) {
        this.world = world;
    }

    private boolean mayLie(int identity) {
        if (liars.isEmpty()) {
            world.nodes().stream().filter(node -> !node.isHonest()).forEach(node -> liars.add(node.identity()));
        }
        return liars.contains(identity);
    }

    @Override
    public void booted(SimNode node) {
        heard.put(node.address(), new HashMap<>());
        accused.put(node.address(), new HashSet<>());
        expected.remove(node.address());
        for (FinalBlock block : node.disk().blocks().applied()) {
            block.block().evidence().forEach(pair -> accusedBy(node).add(name(pair)));
        }
    }

    private Set<String> accusedBy(SimNode node) {
        return accused.computeIfAbsent(node.address(), key -> new HashSet<>());
    }

    @Override
    public void hears(SimNode node, int from, Message message) {
        if (!node.isHonest()) {
            return;
        }
        if (message instanceof SignedVote vote) {
            hear(node, vote);
        } else if (message instanceof Proposal proposal) {
            hear(node, proposal.statement());
        }
    }

    private void hear(SimNode node, SignedVote vote) {
        long distance = vote.view() - node.core().view();
        boolean near = distance >= 0 && distance <= WINDOW;
        if (!near || vote.voter() == node.identity() || node.core().standing() != Simplex.Standing.VOTING) {
            return;
        }
        Map<Long, List<SignedVote>> views = heard.computeIfAbsent(node.address(), key -> new HashMap<>());
        List<SignedVote> votes = views.computeIfAbsent(vote.view(), key -> new ArrayList<>(4));
        for (SignedVote other : votes) {
            if (other.voter() != vote.voter()) {
                continue;
            }
            if (other.type() == vote.type() && other.blockId().equals(vote.blockId())) {
                return;
            }
            Evidence pair = Evidence.between(other, vote);
            if (pair != null && !accusedBy(node).contains(name(pair))) {
                expected.put(node.address(), pair);
            }
        }
        votes.add(vote);
    }

    @Override
    public void stepped(SimNode node, Effects effects) {
        if (!node.isHonest()) {
            return;
        }
        for (Evidence pair : effects.evidence()) {
            requireGuilty(node, pair);
            accusedBy(node).add(name(pair));
            convicted.add(pair.culprit());
            pairs++;
        }
        Evidence missing = expected.remove(node.address());
        if (missing != null && !accusedBy(node).contains(name(missing))) {
            throw new Violation(
                    "who contradicts itself is accused",
                    "node " + node.address() + " heard both votes of " + missing.culprit() + " in view "
                            + missing.view() + " (" + missing.kind() + ") and says nothing");
        }
    }

    @Override
    public void applied(SimNode node, FinalBlock block) {
        for (Evidence pair : block.block().evidence()) {
            requireGuilty(node, pair);
            if (node.isHonest()) {
                accusedBy(node).add(name(pair));
                convicted.add(pair.culprit());
            }
        }
    }

    private void requireGuilty(SimNode node, Evidence pair) {
        if (node.isHonest() && !mayLie(pair.culprit())) {
            throw new Violation(
                    "nobody honest is convicted",
                    "node " + node.address() + " has " + pair.kind() + " of view " + pair.view() + " against honest "
                            + pair.culprit());
        }
    }

    private static String name(Evidence pair) {
        return pair.culprit() + " " + pair.kind();
    }

    /** Validators against whom some honest node has evidence. */
    public Set<Integer> convicted() {
        return convicted;
    }

    public long pairs() {
        return pairs;
    }
}

package io.waxwing.node.runtime;

import io.waxwing.ledger.chain.LedgerChain;
import io.waxwing.ledger.chain.PendingChanges;
import io.waxwing.ledger.control.Change;
import io.waxwing.ledger.control.ConfigProposal;
import io.waxwing.ledger.control.ConfigRules;
import io.waxwing.ledger.control.GovernanceCodes;
import io.waxwing.ledger.control.Registry;
import io.waxwing.ledger.control.Registry.Institution;
import io.waxwing.ledger.control.Registry.Origin;
import io.waxwing.ledger.failure.LedgerFailure;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.leaf.ConfigLeaf;
import io.waxwing.ledger.leaf.ConfigLeaf.Approval;
import io.waxwing.ledger.sign.SignatureCheck;
import io.waxwing.ledger.sign.Signer;
import io.waxwing.node.start.LedgerIdentity;
import io.waxwing.node.store.KeptProposals;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Changes of the consortium on their way (ledger-runtime.md section 4): proposed by one institution, approved by the
 * operators of Q, then put into a block. An operator approves what is to change; for which block is for the nodes to
 * find: every node whose operator approves, and which knows that Q do, signs for the same block some way ahead (the
 * next multiple of {@value #STEP}), and for the next such one if that was missed. Whoever has Q signatures for one
 * block hands the change to consensus. Ledger thread.
 */
public final class Governance {
    /** Most changes that are looked at at a time. */
    static final int MAX_OPEN = 32;
    /** And of those that another node told of and nobody here approves. */
    static final int MAX_OF_NODE = 4;

    static final long STEP = 32;
    /** Blocks that are left at least for the signatures to get around. */
    static final long LEAD = 16;

    /** Who proposes something says it again every second. */
    private static final long FORGOTTEN_NANOS = TimeUnit.SECONDS.toNanos(60);

    private static final Logger LOG = LoggerFactory.getLogger(Governance.class);

    private final Consensus consensus;
    private final KeptProposals kept;
    private final SignatureCheck signatures;
    // By intent.
    private final TreeMap<Hash, OpenChange> open = new TreeMap<>();
    private @Nullable ConfigLeaf following;
    // Approvals cost signatures, so they are gone through only when there is something new.
    private boolean news;
    private long nowNanos;
    private final Set<Hash> unsaid = new TreeSet<>();
    private long seenTarget;

    Governance(Consensus consensus, KeptProposals kept, SignatureCheck signatures) {
        this.consensus = consensus;
        this.kept = kept;
        this.signatures = signatures;
    }

    /** Takes up what was kept. */
    void start() {
        following = config();
        for (KeptProposals.Kept known : kept.all()) {
            try {
                OpenChange change = add(judged(known.proposal(), -1));
                if (known.approved()) {
                    approve(change);
                }
            } catch (LedgerFailure e) {
                if (known.proposal().leaf().epoch() <= config().epoch()) {
                    LOG.atInfo().log(
                            "the change {} is dropped: {}", known.proposal().intent(), e.getMessage());
                    forget(known.proposal().intent());
                }
            }
        }
    }

    private ConfigLeaf config() {
        return chain().last().config();
    }

    private LedgerChain chain() {
        return consensus.chain();
    }

    private ConfigRules rules() {
        return new ConfigRules(config(), chain().ledgerId(), signatures);
    }

    boolean isOpen() {
        return !open.isEmpty() || chain().changes().isWaiting();
    }

    /**
     * A change of this institution, approved by it.
     *
     * @return what others approve it by
     * @throws LedgerFailure WXW-3193 if it makes no sense, WXW-3194 if it may not follow the CONFIG in force, WXW-3195
     *     if this node's institution has no vote or too many changes are open
     */
    public Hash propose(List<Change> changes) {
        ConfigProposal proposed = ConfigProposal.of(config(), changes, 0);
        if (!consensus.hasKeysFor(Registry.parse(proposed.leaf().registry()))) {
            throw refuse("this node does not have the new vote key yet: start it again with the new keys first");
        }
        OpenChange change = judged(proposed, -1);
        keepApproved(change);
        approve(add(change));
        return change.intent;
    }

    /**
     * Approves a known change, or takes that back as far as nothing was signed for a block.
     *
     * @throws LedgerFailure WXW-3195 if there is no such change, or this institution has no vote
     */
    public void vote(Hash intent, boolean approves) {
        OpenChange change = open.get(intent);
        if (change == null) {
            throw refuse("no change " + intent + " is open");
        }
        if (approves) {
            keepApproved(change);
            approve(change);
            return;
        }
        kept.keep(new KeptProposals.Kept(change.proposal, false));
        change.of(0).stream()
                .filter(approval -> isOwn(approval.originId()))
                .forEach(approval -> change.withdraw(approval.originId()));
        if (change.from < 0) {
            // Others forget it when nobody repeats it.
            open.remove(intent);
            forget(intent);
        }
    }

    /** The change, if it may follow the CONFIG in force; not yet among those that are open. */
    private OpenChange judged(ConfigProposal proposed, int from) {
        OpenChange known = open.get(proposed.intent());
        if (known != null) {
            return known;
        }
        if (open.size() >= MAX_OPEN) {
            throw refuse(MAX_OPEN + " changes are open");
        }
        return new OpenChange(proposed, from, chain().last().registry(), rules());
    }

    private OpenChange add(OpenChange change) {
        change.heardNanos = nowNanos;
        open.putIfAbsent(change.intent, change);
        news = true;
        return change;
    }

    /** Before anybody hears of it: what the operator is told to have failed does not go on without him. */
    private void keepApproved(OpenChange change) {
        Approval unused = ownApproval(change);
        kept.keep(new KeptProposals.Kept(change.proposal, true));
    }

    private void approve(OpenChange change) {
        change.add(0, ownApproval(change));
        change.approvedHere = true;
        news = true;
        unsaid.add(change.intent);
    }

    private Approval ownApproval(OpenChange change) {
        Approval approval = approval(change.proposal);
        if (approval == null) {
            throw refuse("this node has no vote");
        }
        return approval;
    }

    private static LedgerFailure refuse(String text) {
        return new LedgerFailure(GovernanceCodes.NOT_NOW, text);
    }

    /** This institution's signature under the change as it stands; null if it has no say. */
    private @Nullable Approval approval(ConfigProposal proposal) {
        LedgerIdentity identity = consensus.identity();
        Institution self = identity.self();
        Signer key = identity.keys().origin();
        Integer speaking =
                self == null || !self.validator() ? null : identity.registry().mainNode(self.id());
        Origin origin = speaking == null ? null : identity.registry().origin(speaking);
        return origin != null && origin.key().equals(key.publicKey())
                ? proposal.approval(origin.originId(), key, chain().ledgerId())
                : null;
    }

    /** A change that another node told of: proposed, or approved for its block; true if there is one to order now. */
    boolean hear(int from, ConfigProposal proposal, Turn turn) {
        if (proposal.leaf().firstHeight() > 0) {
            boolean taken = chain().offer(proposal) == PendingChanges.Offer.TAKEN;
            if (taken) {
                turn.changes.add(proposal);
            }
            return taken;
        }
        long ofNode = open.values().stream()
                .filter(change -> change.from == from && !change.approvedHere)
                .count();
        OpenChange known = open.get(proposal.intent());
        if (known != null) {
            known.heardNanos = nowNanos;
        }
        if (known != null || ofNode >= MAX_OF_NODE || open.size() >= MAX_OPEN) {
            return false;
        }
        try {
            OpenChange change = add(judged(proposal, from));
            LOG.info("node {} told of the proposed change {}", from, change.intent);
        } catch (LedgerFailure e) {
            LOG.debug("node {} told of a change that may not be: {}", from, e.getMessage());
        }
        return false;
    }

    /** Somebody's approval. */
    void hear(ConsensusFrame.Approved approval) {
        OpenChange change = open.get(approval.intent());
        // Only what honest nodes sign for: of such heights there are three at most.
        boolean useful = approval.firstHeight() % STEP == 0
                && (approval.firstHeight() == 0
                        || (approval.firstHeight() - 1 > chain().last().height()
                                && approval.firstHeight()
                                        <= target(chain().last().height()) + STEP));
        if (change != null && useful) {
            news |= change.add(approval.firstHeight(), new Approval(approval.originId(), approval.signature()));
        }
    }

    /** Does what has become possible; true if consensus has something to order. */
    boolean gather(Turn turn, long now) {
        nowNanos = now;
        open.values()
                .removeIf(change -> change.from >= 0
                        && !change.approvedHere
                        && !chain().changes().isWaiting()
                        && now - change.heardNanos > FORGOTTEN_NANOS);
        if (open.isEmpty()) {
            following = config();
            return false;
        }
        if (!config().equals(following)) {
            following = config();
            forgetOutdated();
        }
        long height = chain().last().height();
        if (!isDue()) {
            return false;
        }
        news = false;
        seenTarget = target(height);
        boolean offered = false;
        unsaid.stream().map(open::get).filter(Objects::nonNull).forEach(change -> say(change, turn));
        unsaid.clear();
        for (OpenChange change : open.values()) {
            change.forgetUpTo(height);
            signFor(change, target(height), turn);
            ConfigProposal agreed = change.agreedAfter(height + 1);
            if (agreed != null
                    && !isWaiting(change, agreed.leaf().firstHeight())
                    && chain().offer(agreed) == PendingChanges.Offer.TAKEN) {
                turn.changes.add(agreed);
                offered = true;
            }
        }
        return offered;
    }

    /** True if {@link #gather} has something to do. */
    boolean isDue() {
        return !open.isEmpty() && (news || target(chain().last().height()) != seenTarget);
    }

    /** The first block under the change, if it is agreed on now: the same for all nodes at about that height. */
    static long target(long height) {
        return (height + LEAD + STEP) / STEP * STEP;
    }

    private void signFor(OpenChange change, long firstHeight, Turn turn) {
        if (!change.approvedHere || !change.isAgreed(0)) {
            return;
        }
        Approval approval = change.of(firstHeight).stream()
                .filter(known -> isOwn(known.originId()))
                .findFirst()
                .orElse(null);
        if (approval == null) {
            approval = approval(change.proposal.at(firstHeight));
            if (approval != null && change.add(firstHeight, approval)) {
                turn.approvals.add(frame(change, firstHeight, approval));
            }
        }
    }

    private boolean isOwn(int originId) {
        Institution self = consensus.identity().self();
        Origin origin = consensus.identity().registry().origin(originId);
        return self != null && origin != null && origin.institutionId() == self.id();
    }

    private static ConsensusFrame.Approved frame(OpenChange change, long firstHeight, Approval approval) {
        return new ConsensusFrame.Approved(change.intent, firstHeight, approval.originId(), approval.signature());
    }

    private boolean isWaiting(OpenChange change, long firstHeight) {
        return chain().changes().all().stream()
                .anyMatch(waiting -> waiting.leaf().firstHeight() == firstHeight
                        && waiting.intent().equals(change.intent));
    }

    /** They would have followed a CONFIG that is not in force any more. */
    private void forgetOutdated() {
        Hash inForce = config().configHash();
        for (OpenChange change : List.copyOf(open.values())) {
            if (!change.proposal.leaf().previousConfig().equals(inForce)) {
                open.remove(change.intent);
                forget(change.intent);
            }
        }
    }

    private void forget(Hash intent) {
        try {
            kept.forget(intent);
        } catch (LedgerFailure e) {
            // A file that is left over is dropped at the next start.
            LOG.atWarn().addKeyValue("code", e.code()).log("{}", e.getMessage());
        }
    }

    /** What others may not have heard. */
    void repeat(Turn turn) {
        open.values().forEach(change -> say(change, turn));
    }

    private void say(OpenChange change, Turn turn) {
        if (change.from < 0 || change.approvedHere) {
            turn.changes.add(change.proposal);
        }
        for (long height : change.heights()) {
            change.of(height).stream()
                    .filter(approval -> isOwn(approval.originId()))
                    .forEach(approval -> turn.approvals.add(frame(change, height, approval)));
        }
    }

    /** Institutions whose lies stand in blocks, by name, and what they did. */
    public SortedMap<String, SortedSet<String>> convicted() {
        return consensus.convicted();
    }

    /** Everything that is open. */
    public List<ProposedChange> proposed() {
        List<ProposedChange> all = new ArrayList<>();
        Registry registry = Registry.parse(config().registry());
        for (OpenChange change : open.values()) {
            Map<Integer, String> names = new TreeMap<>();
            for (int originId : change.approvingOrigins()) {
                Origin origin = registry.origin(originId);
                Institution institution = origin == null ? null : registry.institution(origin.institutionId());
                if (institution != null) {
                    names.put(institution.id(), institution.name());
                }
            }
            all.add(new ProposedChange(
                    change.intent,
                    change.proposal,
                    change.proposal.differences(config()),
                    List.copyOf(names.values()),
                    change.approvedHere,
                    rules().needed()));
        }
        return all;
    }
}

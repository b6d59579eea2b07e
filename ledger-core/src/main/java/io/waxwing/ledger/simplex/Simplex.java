package io.waxwing.ledger.simplex;

import io.waxwing.ledger.control.Quorum;
import io.waxwing.ledger.failure.Invariant;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.simplex.Effects.FinalBlock;
import io.waxwing.ledger.simplex.MessageCheck.Verified;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SortedSet;

/**
 * Agreement of n validators on one chain of blocks: Simplex (Chan and Pass, TCC 2023), for one epoch and any n, one
 * included. Sans-IO: one input at a time, on one thread, answered by {@link Effects}.
 *
 * <pre>
 * Q = floor((n + f) / 2) + 1 votes of distinct validators for one statement are a certificate; f = floor((n - 1) / 3).
 * enter v    on a notarization or nullification of v - 1; a certificate of any later view carries there at once. The
 *            certificate is passed on to everybody. Nothing else moves the view.
 * propose    the leader of v, once: a block b on a parent p, with a notarization of p and a nullification of every
 *            view between p's and v.
 * notarize   b in v, at most once, while in v: its parent and gap are certified, its parent is known, it is valid. Also
 *            after nullifying v.
 * nullify    v, at most once, while in v, never after finalizing v: 2D without a proposal, 3D without a notarization,
 *            or at once if the proposal is invalid or the leader is convicted or long silent.
 * finalize   b, at most once in v, on the notarization of b in v, unless v was nullified by this node.
 * final      Q finalize votes for b: b and all its ancestors, applied in order.
 * </pre>
 *
 * Deviations: none. What the paper leaves open: a finalization of p stands for a notarization of p, since one implies
 * the other; the parent is the highest notarized block whose body is here; timers run only while there is something to
 * decide; certificates that moved the view are kept in the vote log, so that they survive a power failure of all.
 */
public final class Simplex {
    private static final int MAX_MISSING_DEPTH = 1024;
    private static final int MAX_STEPS = 64;

    private final Setup setup;
    private final Validators validators;
    private final Chain chain;
    private final Recovered recovered;
    private final Outbox out;
    private final Seat seat;
    private final Views views;
    private final BlockTree tree;
    private final Accusations accusations;
    private final Pace pace;
    private final Duties duties;
    private final CatchUp catchUp;
    private final Fetcher fetcher;
    private final Stragglers stragglers;
    private boolean started;
    private boolean ended;
    private String halted = "";
    private Now now = new Now(0, 0);

    public Simplex(Setup setup, Recovered recovered) {
        this.setup = setup;
        this.validators = setup.validators();
        this.chain = setup.chain();
        this.recovered = recovered;
        this.out = new Outbox(setup.rules());
        this.seat = new Seat(setup, out);
        this.tree = new BlockTree(recovered.lastApplied());
        this.accusations = new Accusations(recovered.convicted(), chain::convicts);
        this.pace = new Pace(setup, accusations);
        this.views = new Views(setup, recovered, seat, out, tree, accusations, pace);
        Judge judge = new Judge(setup, views.certificates(), tree);
        Proposer proposer = new Proposer(setup, views.certificates(), tree, accusations);
        this.duties = new Duties(setup, out, seat, views, tree, pace, judge, proposer);
        this.catchUp = new CatchUp(tree);
        this.fetcher = new Fetcher(validators, setup.self(), setup.timing().fetchNanos());
        this.stragglers = new Stragglers(setup, views.certificates(), out);
    }

    /** What this node does about consensus. */
    public enum Standing {
        /** Votes and proposes. */
        VOTING,
        /** Follows without voting: no key, or a key that may not vote without its history. */
        OBSERVING,
        /** This node computes another ledger than a quorum does: it applies and signs nothing more. */
        HALTED,
        /** A CONFIG is final: the epoch is over. Answers stragglers. */
        ENDED
    }

    /** First input, once: takes up what the disk says, and sends again what this key has said in open views. */
    public Effects start(Now at) {
        Invariant.check(!started, "a core is started once");
        started = true;
        begin(at);
        views.restore(recovered);
        out.sendAll(new CertificateRequest(validators.epoch(), settledView() + 1));
        return settle();
    }

    /** A message of another node. */
    public Effects onMessage(Verified<? extends Message> message, Now at) {
        begin(at);
        if (halted.isEmpty()) {
            take(message.from(), message.message());
        }
        return settle();
    }

    /** {@link Chain#pending()} may have become true. */
    public Effects onPending(Now at) {
        begin(at);
        return settle();
    }

    /** The time of {@link Effects#nextTimeoutNanos()} has come; harmless at any other time. */
    public Effects onTimeout(Now at) {
        begin(at);
        return settle();
    }

    /** The shell has applied blocks by other means, up to this one, which that certificate makes final. */
    public Effects onSynced(BlockHeader newest, Verified<Certificate> finalization, Now at) {
        begin(at);
        Certificate certificate = finalization.message();
        Invariant.check(
                certificate.type() == Vote.Type.FINALIZE
                        && certificate.blockId().equals(newest.blockId()),
                "a block is synced by its finalization");
        if (newest.height() > tree.root().height()) {
            views.learn(certificate);
            tree.rebase(newest);
            catchUp.reset();
        }
        return settle();
    }

    /** How much is kept, for a test of the bounds and for gauges. */
    public record Held(int votes, int certificates, int blocks, int wantedBlocks, int idsOnTheWay, int evidence) {}

    public Held held() {
        return new Held(
                views.ballots().size(),
                views.certificates().size(),
                tree.size(),
                fetcher.size(),
                catchUp.size(),
                accusations.size());
    }

    /** The current view. */
    public long view() {
        return views.current();
    }

    /** The newest view known to be final, applied or not. */
    public long settledView() {
        return views.certificates().settledView();
    }

    /** The last block given to {@link Effects#thenApply()} or synced. */
    public BlockHeader lastApplied() {
        return tree.root();
    }

    public Standing standing() {
        if (!halted.isEmpty()) {
            return Standing.HALTED;
        }
        if (ended) {
            return Standing.ENDED;
        }
        return seat.votes() ? Standing.VOTING : Standing.OBSERVING;
    }

    /** Why the standing is what it is, in a sentence; empty while voting. */
    public String reason() {
        return halted.isEmpty() ? seat.resignation() : halted;
    }

    /** True if this node's key was found to have signed what its log does not know. */
    boolean isCondemned() {
        return seat.isCondemned();
    }

    /** Evidence against validators of this epoch in the blocks applied so far. */
    SortedSet<Conviction> convictions() {
        return accusations.ordered();
    }

    private void begin(Now at) {
        Invariant.check(started, "a core is started first");
        now = at;
        views.at(at);
        duties.at(at);
    }

    private void take(int from, Message message) {
        if (message instanceof Proposal proposal) {
            takeProposal(from, proposal);
        } else if (message instanceof SignedVote vote) {
            views.claim(vote.view());
            boolean fresh = views.hear(vote);
            helpIfBehind(from, vote.view(), fresh);
        } else if (message instanceof Certificate certificate) {
            boolean fresh = views.learn(certificate);
            // The certificate of the view before is what everybody here passes on.
            helpIfBehind(from, certificate.view() + 1, fresh);
        } else if (message instanceof BlockRequest request) {
            serve(from, request);
        } else if (message instanceof BlockAnswer answer) {
            takeAnswer(from, answer);
        } else if (message instanceof CertificateRequest request) {
            views.certificates()
                    .since(request.fromView(), CertificateRequest.MAX_ANSWERS)
                    .forEach(certificate -> out.send(from, certificate));
        }
    }

    private void takeProposal(int from, Proposal proposal) {
        Block block = proposal.block();
        block.justify().forEach(views::learn);
        views.claim(proposal.view());
        boolean fresh = views.hear(proposal.statement());
        if (fresh) {
            views.ballots().proposal(proposal.view(), block);
        }
        if (fresh || fetcher.wants(block.blockId())) {
            keep(block.blockId(), block);
        }
        helpIfBehind(from, proposal.view(), fresh);
    }

    private void helpIfBehind(int from, long theirView, boolean fresh) {
        if (ended || (!fresh && theirView < views.current())) {
            stragglers.help(from, now.nanos());
        }
    }

    private void takeAnswer(int from, BlockAnswer answer) {
        if (!fetcher.wants(answer.blockId())) {
            return;
        }
        Block block = answer.block();
        if (block == null || !setup.rules().acceptsBody(answer.blockId(), block.blockId())) {
            fetcher.refused(answer.blockId(), from);
        } else {
            // The certificates beside a fetched body were checked by nobody.
            keep(answer.blockId(), block.withoutJustify());
        }
    }

    private void keep(Hash blockId, Block block) {
        if (block.header().height() <= tree.root().height()) {
            return;
        }
        BlockTree.Node node = tree.put(blockId, block);
        if (fetcher.wants(blockId)
                || views.certificates().isCertified(block.header().view(), blockId)) {
            node.markCertified();
            fetcher.satisfied(blockId);
        }
    }

    private void serve(int from, BlockRequest request) {
        Block block = tree.get(request.blockId());
        if (block == null) {
            out.lookUp(from, request);
        } else {
            out.send(from, new BlockAnswer(validators.epoch(), request.blockId(), block.withoutJustify()));
        }
    }

    /** Does everything that has become possible, one thing after the other. */
    private Effects settle() {
        int steps = 0;
        while (halted.isEmpty() && !ended && step()) {
            Invariant.check(++steps < MAX_STEPS, "an input is settled in a few steps", steps, MAX_STEPS);
        }
        if (halted.isEmpty() && !ended) {
            if (!out.applies()) {
                duties.fillGap();
                duties.sendAgain();
            }
            fetcher.ask(missing(), now.nanos(), out);
        }
        return out.take(nextTimeoutNanos());
    }

    private boolean step() {
        if (views.advance() || apply()) {
            return true;
        }
        if (out.applies()) {
            // The ledger is behind until these effects are done; the rest waits for the next input.
            return false;
        }
        pace.arm(hasWork(), now.nanos());
        return duties.perform();
    }

    private boolean hasWork() {
        long view = views.current();
        return chain.pending()
                || accusations.isWaiting()
                || views.certificates().progressView() > settledView()
                || views.ballots().proposal(view) != null
                || views.ballots().count(Vote.Type.NULLIFY, view, Hash.ZERO) > Quorum.faults(validators.size());
    }

    private boolean apply() {
        if (out.applies()) {
            return false;
        }
        catchUp.aim(views.certificates().finalization());
        List<BlockTree.Node> ready = catchUp.ready();
        if (catchUp.forked()) {
            halt("a block is final that does not stand on block "
                    + lastApplied().height() + " as applied here");
        } else if (!ready.isEmpty() && checkTip(ready.get(0))) {
            applyAll(ready);
        }
        return out.applies();
    }

    private boolean checkTip(BlockTree.Node first) {
        BlockHeader header = first.block().header();
        Chain.Tip tip = chain.after(List.of());
        if (header.parentTreeSize() != tip.treeSize()
                || !header.parentTreeRoot().equals(tip.treeRoot())) {
            halt("final block " + header.height() + " stands on " + header.parentTreeSize() + " leaves with root "
                    + header.parentTreeRoot() + ", this node has " + tip.treeSize() + " with " + tip.treeRoot());
        } else if (Boolean.FALSE.equals(first.valid())) {
            halt("block " + header.height() + " is final, but not valid for this node");
        }
        return halted.isEmpty();
    }

    private void applyAll(List<BlockTree.Node> ready) {
        Certificate finalization = Objects.requireNonNull(catchUp.target());
        int count = 0;
        for (BlockTree.Node node : ready) {
            // A block that was not judged here names a parent's tree that can be compared only after applying it.
            if (count > 0 && !Boolean.TRUE.equals(node.valid())) {
                break;
            }
            boolean isLast = node.block().endsEpoch();
            List<BlockHeader> above = isLast ? catchUp.above() : List.of();
            out.store(node);
            above.forEach(this::storeIfHere);
            out.apply(new FinalBlock(node.block(), finalization, above));
            accusations.applied(node.block());
            count++;
        }
        Block last = ready.get(count - 1).block();
        catchUp.advanced(count);
        tree.rebase(last.header());
        if (last.endsEpoch()) {
            ended = true;
            seat.resign("the epoch ended with block " + last.header().height());
            out.sendAll(finalization);
        }
    }

    /** A power failure may take back that the epoch's last block was applied: then the way to it is walked again. */
    private void storeIfHere(BlockHeader header) {
        BlockTree.Node node = tree.node(header.blockId());
        if (node != null) {
            out.store(node);
        }
    }

    private void halt(String why) {
        halted = why;
        seat.resign(why);
    }

    /** The bodies that certificates name and that are not here. */
    private Set<Hash> missing() {
        Set<Hash> missing = new LinkedHashSet<>(catchUp.needs());
        if (catchUp.target() == null) {
            for (Certificate notarization : views.certificates().openNotarizations()) {
                Hash lowest = tree.missing(notarization.blockId(), MAX_MISSING_DEPTH);
                if (lowest != null) {
                    missing.add(lowest);
                }
            }
        }
        return missing;
    }

    private long nextTimeoutNanos() {
        if (!halted.isEmpty() || ended) {
            return Long.MAX_VALUE;
        }
        return out.applies() ? now.nanos() : Math.min(fetcher.deadlineNanos(), duties.nextTimeoutNanos());
    }
}

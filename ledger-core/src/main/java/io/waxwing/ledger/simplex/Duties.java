package io.waxwing.ledger.simplex;

import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What this node does in the current view: notarize, propose, nullify, and say it again while nothing moves. */
final class Duties {
    // Votes of so many views before the current one are sent again too: their finalization may hang on them.
    private static final int VIEWS_AGAIN = 8;

    private final Validators validators;
    private final int self;
    private final Outbox out;
    private final Seat seat;
    private final Views views;
    private final BlockTree tree;
    private final Pace pace;
    private final Judge judge;
    private final Proposer proposer;
    private final long waitNanos;
    private long earlyNanos = Long.MAX_VALUE;
    private long gap = -1;
    private boolean asked;
    private long askedNanos;
    private int askedPeer;
    private Now now = new Now(0, 0);

    Duties(Setup setup, Outbox out, Seat seat, Views views, BlockTree tree, Pace pace, Judge judge, Proposer proposer) {
        this.validators = setup.validators();
        this.self = setup.self();
        this.out = out;
        this.seat = seat;
        this.views = views;
        this.tree = tree;
        this.pace = pace;
        this.judge = judge;
        this.proposer = proposer;
        this.waitNanos = setup.timing().fetchNanos();
    }

    /** The time of the input that begins. */
    void at(Now input) {
        now = input;
        earlyNanos = Long.MAX_VALUE;
    }

    /** Does the first thing that may be done now; false if there is none. */
    boolean perform() {
        boolean done = notarize() || propose() || nullify();
        if (done) {
            // Just said: no need to say it again before the next D.
            pace.moved(now.nanos());
        }
        return done;
    }

    private boolean notarize() {
        long view = views.current();
        Block block = views.ballots().proposal(view);
        if (block == null
                || !seat.mayNotarize(view)
                || block.blockId().equals(seat.own(view).notarized())) {
            return false;
        }
        switch (judge.judge(block, now)) {
            case ACCEPT -> {
                out.store(tree.put(block.blockId(), block));
                views.cast(seat.notarize(view, block.blockId()));
                return true;
            }
            case REJECT -> {
                boolean nullify = seat.mayNullify(view);
                if (nullify) {
                    views.cast(seat.nullify(view));
                }
                return nullify;
            }
            case EARLY -> {
                long earlyMs = block.header().timeMs() - Judge.FUTURE_MS - now.wallMs();
                earlyNanos = now.nanos() + Math.min(earlyMs, 1000) * 1_000_000;
                return false;
            }
            default -> {
                return false;
            }
        }
    }

    private boolean propose() {
        long view = views.current();
        if (views.leader() != self || !seat.mayPropose(view) || !pace.isArmed()) {
            return false;
        }
        boolean filler = now.nanos() - pace.fillerAtNanos(delayNanos()) >= 0;
        Block block = proposer.propose(view, filler, now.wallMs());
        if (block == null) {
            return false;
        }
        SignedVote statement = seat.propose(view, block.blockId());
        BlockTree.Node node = tree.put(block.blockId(), block);
        node.judged(true);
        out.store(node);
        out.sendAll(new Proposal(statement, block));
        views.hear(statement);
        views.ballots().proposal(view, block);
        return true;
    }

    private boolean nullify() {
        long view = views.current();
        if (!seat.mayNullify(view) || !pace.isArmed() || now.nanos() - nullifyAtNanos() < 0) {
            return false;
        }
        views.cast(seat.nullify(view));
        return true;
    }

    private long nullifyAtNanos() {
        Block proposal = views.ballots().proposal(views.current());
        boolean seen = proposal != null && judge.isJustified(proposal.header());
        return pace.nullifyAtNanos(delayNanos(), views.leader(), seen);
    }

    private long delayNanos() {
        return pace.delayNanos(views.current(), views.certificates());
    }

    /** Once every D in which nothing moved: what brought this node here, and what it has said here. */
    void sendAgain() {
        if (!pace.isArmed() || now.nanos() - pace.resendAtNanos(delayNanos()) < 0) {
            return;
        }
        pace.moved(now.nanos());
        long view = views.current();
        Set<@Nullable Certificate> known = new LinkedHashSet<>();
        known.add(views.certificates().finalization());
        known.add(views.certificates().newest());
        known.stream().filter(Objects::nonNull).forEach(out::sendAll);
        SignedVote proposed = seat.proposalAgain(view);
        Block block = views.ballots().proposal(view);
        if (proposed != null && block != null && block.blockId().equals(proposed.blockId())) {
            out.sendAll(new Proposal(proposed, block));
        }
        for (long open : seat.openViews()) {
            if (open >= view - VIEWS_AGAIN) {
                seat.again(open).forEach(out::sendAll);
            }
        }
        if (!seat.votes()) {
            askForCertificates(views.certificates().settledView() + 1);
        }
    }

    /** While a view below has no certificate here, nothing above it can be justified: asks for it, one peer a time. */
    void fillGap() {
        gap = pace.isArmed() ? proposer.gap(views.current()) : -1;
        if (gap >= 0 && (!asked || now.nanos() - askedNanos >= waitNanos)) {
            asked = true;
            askedNanos = now.nanos();
            askForCertificates(gap);
        }
    }

    private void askForCertificates(long fromView) {
        askedPeer = (askedPeer + 1) % validators.size();
        if (askedPeer == self) {
            askedPeer = (askedPeer + 1) % validators.size();
        }
        if (askedPeer != self) {
            out.send(askedPeer, new CertificateRequest(validators.epoch(), fromView));
        }
    }

    /** When something may have to be done though nothing is heard. */
    long nextTimeoutNanos() {
        long next = earlyNanos;
        if (pace.isArmed()) {
            next = Math.min(next, pace.resendAtNanos(delayNanos()));
            if (gap >= 0) {
                next = Math.min(next, askedNanos + waitNanos);
            }
            if (seat.mayNullify(views.current())) {
                next = Math.min(next, nullifyAtNanos());
            }
            long filler = pace.fillerAtNanos(delayNanos());
            if (views.leader() == self && seat.mayPropose(views.current()) && filler > now.nanos()) {
                next = Math.min(next, filler);
            }
        }
        return next;
    }
}

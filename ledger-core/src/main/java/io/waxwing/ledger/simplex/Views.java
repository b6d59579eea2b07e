package io.waxwing.ledger.simplex;

import io.waxwing.ledger.sign.Signer;
import java.util.ArrayList;
import java.util.List;

/**
 * The current view, and what follows from votes and certificates as they are heard: evidence, certificates of Q votes,
 * this node's finalize votes, the next view.
 */
final class Views {
    private final Setup setup;
    private final Validators validators;
    private final Seat seat;
    private final Outbox out;
    private final Ballots ballots;
    private final Certificates certificates;
    private final BlockTree tree;
    private final Accusations accusations;
    private final Pace pace;
    private long view;
    private long nowNanos;

    Views(Setup setup, Recovered recovered, Seat seat, Outbox out, BlockTree tree, Accusations accusations, Pace pace) {
        this.setup = setup;
        this.validators = setup.validators();
        this.seat = seat;
        this.out = out;
        this.tree = tree;
        this.accusations = accusations;
        this.pace = pace;
        this.certificates = new Certificates(recovered.base().view());
        this.view = recovered.base().view() + 1;
        this.ballots = new Ballots(validators, setup.rules(), view);
    }

    void at(Now now) {
        nowNanos = now.nanos();
    }

    long current() {
        return view;
    }

    int leader() {
        return validators.leader(view);
    }

    Ballots ballots() {
        return ballots;
    }

    Certificates certificates() {
        return certificates;
    }

    /** Sends a vote of this node and counts it. */
    void cast(SignedVote vote) {
        out.sendAll(vote);
        hear(vote);
    }

    /** Takes a vote of anybody; true if it is new. */
    boolean hear(SignedVote vote) {
        if (seat.isUnknown(vote, certificates.settledView())) {
            seat.condemn("this key has signed " + vote.type() + " in view " + vote.view()
                    + ", which its vote log does not know: the log is incomplete or another process has the key");
        }
        boolean fresh = ballots.hear(vote);
        for (Evidence pair : ballots.takeConflicts()) {
            if (accusations.accuse(pair)) {
                out.show(pair);
            }
        }
        if (fresh && vote.type() == Vote.Type.PROPOSE) {
            pace.heard(vote.voter());
        } else if (fresh) {
            Certificate formed = ballots.quorum(vote.type(), vote.view(), vote.blockId());
            if (formed != null) {
                learn(formed);
            }
        }
        return fresh;
    }

    /** Takes a certificate, formed here or heard; true if it is new. */
    boolean learn(Certificate certificate) {
        if (!certificates.add(certificate)) {
            return false;
        }
        if (certificate.view() >= view) {
            ballots.moveTo(certificate.view() + 1);
        }
        if (certificate.view() >= view || certificate.type() == Vote.Type.FINALIZE) {
            seat.certified(certificate);
        }
        BlockTree.Node node = tree.node(certificate.blockId());
        if (node != null) {
            node.markCertified();
        }
        // A liar's second vote may be seen only inside a certificate.
        certificate.votes().forEach(this::hear);
        if (certificate.type() == Vote.Type.NOTARIZE) {
            finalizeBlock(certificate);
        } else if (certificate.type() == Vote.Type.FINALIZE) {
            seat.forget(certificates.settledView(), view);
            pace.moved(nowNanos);
        }
        return true;
    }

    private void finalizeBlock(Certificate notarization) {
        if (notarization.view() > certificates.settledView() && seat.mayFinalize(notarization.view())) {
            cast(seat.finalizes(notarization.view(), notarization.blockId()));
        }
    }

    /** Enters the view after the newest certificate's; true if that is a new one. */
    boolean advance() {
        Certificate newest = certificates.newest();
        if (newest == null || newest.view() < view) {
            return false;
        }
        if (newest.view() == view
                && certificates.isNullified(view)
                && ballots.first(Vote.Type.PROPOSE, view, leader()) == null) {
            pace.missed(leader());
        }
        enter(newest.view() + 1);
        out.sendAll(newest);
        return true;
    }

    /** A message names this view. */
    void claim(long claimed) {
        if (setup.rules().believesViewClaim(claimed, view)) {
            enter(claimed);
        }
    }

    private void enter(long next) {
        view = next;
        seat.enter(view);
        seat.forget(certificates.settledView(), view);
        ballots.moveTo(view);
        tree.forgetUncertified(view - Ballots.WINDOW);
        pace.enter(nowNanos);
    }

    /** Takes up what the disk says, and sends again everything this key has said in views that are not settled. */
    void restore(Recovered recovered) {
        VoteHistory history = recovered.history();
        boolean ofEpoch = !history.isEmpty() && history.epoch() == validators.epoch();
        checkSeat(recovered, ofEpoch);
        if (ofEpoch) {
            seat.remember(history.openVotes());
            view = Math.max(view, history.view());
            knownCertificates(history).forEach(certificates::add);
        } else {
            restoreEnding(history);
            seat.enterEpoch();
        }
        if (recovered.finalization() != null) {
            certificates.add(recovered.finalization());
        }
        ballots.moveTo(view);
        if (!ofEpoch || view != history.view()) {
            seat.enter(view);
        }
        recovered.stored().forEach(this::restoreBlock);
        for (long open : seat.openViews()) {
            restoreProposal(open);
            seat.again(open).forEach(this::cast);
        }
        certificates.openNotarizations().forEach(this::finalizeBlock);
        Certificate newest = certificates.newest();
        if (newest != null) {
            out.sendAll(newest);
        }
        pace.enter(nowNanos);
    }

    private void checkSeat(Recovered recovered, boolean ofEpoch) {
        VoteHistory history = recovered.history();
        VoteHistory entered = ofEpoch ? history : new VoteHistory();
        boolean lost = recovered.keyHasHistory() && history.isEmpty();
        long applied = recovered.lastApplied().view();
        Signer key = setup.voteKey();
        if (key != null && history.isCondemned(key.publicKey())) {
            seat.stayCondemned();
        } else if (history.epoch() > validators.epoch()) {
            seat.resign("the key has gone on to epoch " + history.epoch());
        } else if (!setup.rules().mayVote(lost, entered, recovered.base().view(), applied)) {
            seat.condemn("the vote log is missing or older than the ledger: it ends at view " + entered.settledView()
                    + ", a block of view " + applied + " is applied");
        }
    }

    private static List<Certificate> knownCertificates(VoteHistory history) {
        List<Certificate> known = new ArrayList<>(history.openCertificates());
        if (history.finalization() != null) {
            known.add(history.finalization());
        }
        return known;
    }

    /** The ledger may be behind its log: then the log knows how this epoch ended. */
    private void restoreEnding(VoteHistory history) {
        Certificate ending = history.ending();
        if (ending != null && ending.epoch() == validators.epoch()) {
            certificates.add(ending);
        }
    }

    private void restoreBlock(Block block) {
        boolean ofEpoch = block.header().epoch() == validators.epoch();
        if (ofEpoch && block.header().height() > tree.root().height()) {
            BlockTree.Node node = tree.put(block.blockId(), block);
            node.markStored();
            if (certificates.isCertified(block.header().view(), block.blockId())) {
                node.markCertified();
            }
        }
    }

    /**
     * A body is stored before the votes it rests on are logged: one of this key may have been lost between. A whole
     * certificate that the log holds came after this key's vote in it.
     */
    private boolean isLogged(Certificate certificate) {
        return certificates.holds(certificate)
                || certificate.votes().stream()
                        .allMatch(vote -> vote.voter() != setup.self()
                                || seat.own(vote.view()).covers(vote.type(), vote.blockId()));
    }

    private void restoreProposal(long open) {
        SignedVote statement = seat.proposalAgain(open);
        Block block = statement == null ? null : tree.get(statement.blockId());
        if (statement != null && block != null && block.justify().stream().allMatch(this::isLogged)) {
            out.sendAll(new Proposal(statement, block));
            hear(statement);
            ballots.proposal(open, block);
        }
    }
}

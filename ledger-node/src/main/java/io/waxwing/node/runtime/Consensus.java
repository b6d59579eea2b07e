package io.waxwing.node.runtime;

import io.waxwing.ledger.chain.LedgerChain;
import io.waxwing.ledger.failure.LedgerFailure;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.sign.SignatureCheck;
import io.waxwing.ledger.simplex.Block;
import io.waxwing.ledger.simplex.BlockHeader;
import io.waxwing.ledger.simplex.Certificate;
import io.waxwing.ledger.simplex.Effects;
import io.waxwing.ledger.simplex.Message;
import io.waxwing.ledger.simplex.MessageCheck.Verified;
import io.waxwing.ledger.simplex.Now;
import io.waxwing.ledger.simplex.Recovered;
import io.waxwing.ledger.simplex.Setup;
import io.waxwing.ledger.simplex.SignedVote;
import io.waxwing.ledger.simplex.Simplex;
import io.waxwing.ledger.simplex.Timing;
import io.waxwing.ledger.simplex.VoteRecord;
import io.waxwing.ledger.simplex.VotingRules;
import io.waxwing.ledger.spi.LedgerStore;
import io.waxwing.ledger.spi.VoteLog;
import io.waxwing.node.start.OpenedLedger;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The core of consensus with the chain it orders: takes inputs, puts what they ask for into the turn. Final blocks are
 * in the chain's memory at once, so that several inputs may share a turn; the disk follows before anybody is told.
 *
 * <p>Decides, too, whether this node votes. A validator whose ledger is behind its own vote log (the data folder was
 * lost) follows until it has caught up with it, then votes. One whose log is behind what its key has signed follows
 * from then on, and that is written beside the key.
 */
final class Consensus {
    private static final Logger LOG = LoggerFactory.getLogger(Consensus.class);
    /** Blocks that one turn may make final, so that those who wait are told in between. */
    private static final int MAX_ROUNDS = 8;

    private final OpenedLedger opened;
    private final Timing timing;
    private final LedgerChain chain;
    private final VoteLog log;
    private final @Nullable ByteString voteKey;
    private Role role;
    private String verdict;
    private boolean verdictWritten;
    private @Nullable Certificate finalization;
    private Simplex simplex;
    private long timeoutNanos = Long.MAX_VALUE;

    private enum Role {
        VOTER,
        /** Votes again when the ledger has come as far as the vote log knows it. */
        RETURNING,
        FOLLOWER
    }

    Consensus(OpenedLedger opened, Timing timing, SignatureCheck signatures) {
        this.opened = opened;
        this.timing = timing;
        this.log = opened.log();
        this.chain = new LedgerChain(opened.state(), opened.tiles(), signatures);
        boolean validator = opened.identity().validatorIndex() >= 0;
        this.voteKey = validator ? opened.identity().keys().vote().publicKey() : null;
        this.verdict = voteKey == null ? "" : log.verdict(voteKey);
        this.verdictWritten = !verdict.isEmpty();
        boolean behind = opened.validators().size() > 1
                && log.history().settledView()
                        > opened.recovered().lastApplied().view();
        if (voteKey == null || !verdict.isEmpty()) {
            this.role = Role.FOLLOWER;
        } else {
            this.role = behind ? Role.RETURNING : Role.VOTER;
        }
        this.finalization = opened.recovered().finalization();
        this.simplex = core(opened.recovered());
    }

    private Simplex core(Recovered recovered) {
        boolean votes = role == Role.VOTER;
        Setup setup = new Setup(
                opened.validators(),
                votes ? opened.identity().validatorIndex() : Setup.OBSERVER,
                votes ? opened.identity().keys().vote() : null,
                VotingRules.PROTOCOL,
                timing,
                chain);
        return new Simplex(setup, recovered);
    }

    LedgerChain chain() {
        return chain;
    }

    Simplex simplex() {
        return simplex;
    }

    long epoch() {
        return opened.validators().epoch();
    }

    boolean votes() {
        return simplex.standing() == Simplex.Standing.VOTING;
    }

    /** True if this node's key is registered as a validator's, whether it may vote or not. */
    boolean isValidator() {
        return voteKey != null;
    }

    /** Why this node does not vote, empty if it does. */
    String reason() {
        if (votes()) {
            return "";
        }
        if (!verdict.isEmpty()) {
            return verdict;
        }
        return role == Role.RETURNING
                ? "the ledger is behind the vote log, which knows view "
                        + log.history().settledView() + " to be final; votes again when it has caught up"
                : simplex.reason();
    }

    void start(Now now, Turn turn) {
        take(simplex.start(now), turn);
    }

    /** True if {@link #review} has something to do. */
    boolean isReviewDue() {
        return role == Role.RETURNING && hasReturned();
    }

    private boolean hasReturned() {
        return simplex.standing() == Simplex.Standing.OBSERVING
                && simplex.lastApplied().view() >= log.history().settledView();
    }

    /** What a turn begins with: may this node vote from now on, or not any more? */
    void review(Now now, Turn turn) {
        if (isReviewDue()) {
            role = Role.VOTER;
            simplex = core(present());
            start(now, turn);
            LOG.info("the ledger has caught up with the vote log; this node votes again");
        }
        boolean resigned = role == Role.VOTER && simplex.standing() == Simplex.Standing.OBSERVING;
        if (resigned && log.history().epoch() <= epoch()) {
            role = Role.FOLLOWER;
            verdict = simplex.reason();
        }
        writeVerdict();
    }

    private void writeVerdict() {
        if (verdict.isEmpty() || verdictWritten || voteKey == null) {
            return;
        }
        try {
            log.condemn(voteKey, verdict);
            verdictWritten = true;
        } catch (LedgerFailure e) {
            // It does not vote in this life; tried again in the next turn.
            LOG.atError().addKeyValue("code", e.code()).log("{}", e.getMessage());
        }
    }

    /**
     * Votes of this key in views that its log has never entered: the log is an old copy, and this node votes no more.
     */
    void compareWithLog(HeardVotes votes, Now now, Turn turn) {
        SignedVote own = votes.newestOf(opened.identity().validatorIndex());
        long known = log.history().view();
        if (own == null
                || role == Role.FOLLOWER
                || own.view() <= known
                || log.history().epoch() > epoch()) {
            return;
        }
        role = Role.FOLLOWER;
        verdict = "this key has signed " + own.type() + " in view " + own.view() + ", but its vote log ends at view "
                + known + ": the log is an old copy or another process has the key";
        simplex = core(present());
        start(now, turn);
        writeVerdict();
    }

    /** What a new core goes on from: the same as after a restart. Between turns only. */
    private Recovered present() {
        Recovered found = opened.recovered();
        BlockHeader applied = simplex.lastApplied();
        int size = opened.validators().size();
        List<Block> stored = opened.store().blocksAbove(applied.height()).stream()
                .map(body -> Block.decode(body, size))
                .toList();
        return new Recovered(
                log.history(),
                !log.history().isEmpty(),
                found.base(),
                applied,
                applied.height() == found.base().height() ? null : finalization,
                stored,
                found.convicted());
    }

    void message(Verified<? extends Message> message, Now now, Turn turn) {
        take(simplex.onMessage(message, now), turn);
    }

    /**
     * Blocks that another node has, the next after the last applied one first.
     *
     * @throws LedgerFailure WXW-3150 if this node computes another ledger
     */
    void synced(List<Block> blocks, Verified<Certificate> finalizes, Now now, Turn turn) {
        for (Block block : blocks) {
            LedgerChain.Final last = chain.last();
            BlockHeader header = block.header();
            if (header.parentTreeSize() != last.treeSize()
                    || !header.parentTreeRoot().equals(last.root())) {
                throw new LedgerFailure(
                        LedgerChain.DIVERGED,
                        "final block " + header.height() + " stands on " + header.parentTreeSize()
                                + " leaves with root " + header.parentTreeRoot() + ", this node has " + last.treeSize()
                                + " with " + last.root());
            }
            store(block, turn);
            settle(block, finalizes.message(), turn);
        }
        take(simplex.onSynced(blocks.get(blocks.size() - 1).header(), finalizes, now), turn);
    }

    void pending(Now now, Turn turn) {
        take(simplex.onPending(now), turn);
    }

    /** Everything that is due. */
    void timeouts(Now now, Turn turn) {
        for (int round = 0; isDue(now) && round < MAX_ROUNDS; round++) {
            take(simplex.onTimeout(now), turn);
        }
    }

    private boolean isDue(Now now) {
        return timeoutNanos != Long.MAX_VALUE && now.nanos() - timeoutNanos >= 0;
    }

    long timeoutNanos() {
        return timeoutNanos;
    }

    private void take(Effects effects, Turn turn) {
        effects.storeFirst().forEach(block -> store(block, turn));
        turn.records.addAll(effects.persistFirst());
        turn.sends.addAll(effects.thenSend());
        effects.thenApply().forEach(done -> settle(done.block(), done.finalization(), turn));
        turn.evidence.addAll(effects.evidence());
        turn.lookups.addAll(effects.lookups());
        timeoutNanos = effects.nextTimeoutNanos();
    }

    private static void store(Block block, Turn turn) {
        turn.bodies.add(new LedgerStore.Body(block.header().height(), block.blockId(), ByteString.of(block.encode())));
    }

    private void settle(Block block, Certificate certificate, Turn turn) {
        turn.finals.add(new Turn.Final(chain.settle(block), ByteString.of(certificate.encode())));
        boolean news = finalization == null || certificate.view() > finalization.view();
        if (role == Role.RETURNING && news && certificate.view() > log.history().settledView()) {
            // Else the log would be behind the ledger after a restart, as an old copy is.
            turn.records.add(new VoteRecord.Certified(certificate));
        }
        finalization = certificate;
    }
}

package io.waxwing.node.runtime;

import io.waxwing.ledger.chain.LedgerChain;
import io.waxwing.ledger.control.Registry;
import io.waxwing.ledger.control.Registry.Institution;
import io.waxwing.ledger.failure.LedgerFailure;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.sign.SignatureCheck;
import io.waxwing.ledger.sign.Signer;
import io.waxwing.ledger.simplex.Block;
import io.waxwing.ledger.simplex.BlockHeader;
import io.waxwing.ledger.simplex.Certificate;
import io.waxwing.ledger.simplex.Conviction;
import io.waxwing.ledger.simplex.Effects;
import io.waxwing.ledger.simplex.Ending;
import io.waxwing.ledger.simplex.EpochSetup;
import io.waxwing.ledger.simplex.Epochs;
import io.waxwing.ledger.simplex.Foreign;
import io.waxwing.ledger.simplex.Message;
import io.waxwing.ledger.simplex.MessageCheck.Verified;
import io.waxwing.ledger.simplex.Now;
import io.waxwing.ledger.simplex.PastEpoch;
import io.waxwing.ledger.simplex.Recovered;
import io.waxwing.ledger.simplex.SignedVote;
import io.waxwing.ledger.simplex.Simplex;
import io.waxwing.ledger.simplex.Timing;
import io.waxwing.ledger.simplex.Validators;
import io.waxwing.ledger.simplex.VoteHistory;
import io.waxwing.ledger.simplex.VoteRecord;
import io.waxwing.ledger.simplex.VotingRules;
import io.waxwing.ledger.spi.LedgerStore;
import io.waxwing.ledger.spi.VoteLog;
import io.waxwing.node.start.LedgerIdentity;
import io.waxwing.node.start.OpenedLedger;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The core of consensus with the chain it orders: takes inputs, puts what they ask for into the turn. Final blocks are
 * in the chain's memory at once, so that several inputs may share a turn; the disk follows before anybody is told.
 *
 * <p>Decides, too, whether this node votes. A validator whose ledger is behind its own vote log (the data folder was
 * lost) follows until it has caught up with it, then votes. One whose log is behind what its key has signed follows
 * until another key of its own counts, and that is written beside the key.
 */
final class Consensus implements Checkpoints.Voters {
    private static final Logger LOG = LoggerFactory.getLogger(Consensus.class);
    /** Blocks that one turn may make final, so that those who wait are told in between. */
    private static final int MAX_ROUNDS = 8;

    private final OpenedLedger opened;
    private final EpochSetup setup;
    private final LedgerChain chain;
    private final VoteLog log;
    // Why a key may not vote, empty if it may.
    private final Map<ByteString, String> verdicts = new HashMap<>();
    private final Set<ByteString> unwritten = new HashSet<>();
    private LedgerIdentity identity;
    // The ledger has to come as far as the vote log knows it before this node votes again.
    private boolean returning;
    private BlockHeader base;
    private @Nullable Certificate finalization;
    private Epochs epochs;
    private long timeoutNanos = Long.MAX_VALUE;

    Consensus(OpenedLedger opened, Timing timing, SignatureCheck signatures) {
        this.opened = opened;
        this.log = opened.log();
        this.chain = new LedgerChain(opened.state(), opened.tiles(), signatures);
        this.setup = new EpochSetup(this::voteKey, VotingRules.PROTOCOL, timing, chain);
        this.identity = opened.identityIn(chain.last().config());
        Recovered found = opened.recovered();
        this.returning = opened.validators().size() > 1
                && isAhead(log.history(), opened.validators().epoch(), found.lastApplied());
        this.base = found.base();
        this.finalization = found.finalization();
        this.epochs = new Epochs(setup, opened.validators(), found, opened.past());
    }

    private static boolean isAhead(VoteHistory log, long epoch, BlockHeader applied) {
        return log.epoch() > epoch || (log.epoch() == epoch && log.settledView() > applied.view());
    }

    /** The key if this node has it and may vote with it. */
    private @Nullable Signer voteKey(ByteString publicKey) {
        Signer key = opened.keys().vote(publicKey);
        return key == null || returning || !verdict(publicKey).isEmpty() ? null : key;
    }

    private String verdict(ByteString voteKey) {
        return verdicts.computeIfAbsent(voteKey, log::verdict);
    }

    private ByteString ownKey() {
        return identity.keys().vote().publicKey();
    }

    LedgerChain chain() {
        return chain;
    }

    /** The core of the present epoch. */
    Simplex simplex() {
        return epochs.core();
    }

    long epoch() {
        return epochs.validators().epoch();
    }

    /** Who this node is in the present epoch. */
    LedgerIdentity identity() {
        return identity;
    }

    @Override
    public boolean votes() {
        return simplex().standing() == Simplex.Standing.VOTING;
    }

    /** True if the present view's proposal is this node's to make. */
    boolean leads() {
        Institution self = identity.self();
        Validators validators = epochs.validators();
        int leader = validators.leader(simplex().view());
        return votes() && self != null && validators.members().get(leader).institutionId() == self.id();
    }

    /** Institutions whose lies stand in blocks, by name, and what they did; of the validators of the present epoch. */
    SortedMap<String, SortedSet<String>> convicted() {
        SortedMap<String, SortedSet<String>> names = new TreeMap<>();
        name(epochs.convictions(), identity.registry(), names);
        name(chain.last().convictions(), chain.last().registry(), names);
        return names;
    }

    private static void name(
            SortedSet<Conviction> convictions, Registry registry, SortedMap<String, SortedSet<String>> names) {
        List<Institution> validators = registry.validators();
        for (Conviction conviction : convictions) {
            names.computeIfAbsent(validators.get(conviction.validator()).name(), name -> new TreeSet<>())
                    .add(conviction.kind().word());
        }
    }

    /** False if it gives this node's institution a vote key that is not here: found out later it would be too late. */
    boolean hasKeysFor(Registry next) {
        Institution self = identity.self();
        Institution later = self == null ? null : next.institution(self.id());
        if (later == null || !later.validator() || !opened.keys().canVote()) {
            return true;
        }
        return opened.keys().vote(later.voteKey()) != null;
    }

    /** True if this node's key is registered as a validator's, whether it may vote or not. */
    boolean isValidator() {
        return identity.validatorIndex() >= 0;
    }

    /** True if a node with that identity may bind itself to what was decided in its epoch. */
    @Override
    public boolean mayCosignAs(LedgerIdentity then) {
        return then.validatorIndex() >= 0 && voteKey(then.keys().vote().publicKey()) != null && !epochs.isCondemned();
    }

    /** Why this node does not vote, empty if it does. */
    String reason() {
        if (votes()) {
            return "";
        }
        String verdict = isValidator() ? verdict(ownKey()) : "";
        if (!verdict.isEmpty()) {
            return verdict;
        }
        return returning
                ? "the ledger is behind the vote log, which knows view "
                        + log.history().settledView() + " to be final; votes again when it has caught up"
                : simplex().reason();
    }

    void start(Now now, Turn turn) {
        take(epochs.start(now), turn);
    }

    /** True if {@link #review} has something to do. */
    boolean isReviewDue() {
        return returning
                && simplex().standing() == Simplex.Standing.OBSERVING
                && !isAhead(log.history(), epoch(), simplex().lastApplied());
    }

    /** What a turn begins with: may this node vote from now on, or not any more? */
    void review(Now now, Turn turn) {
        if (isReviewDue()) {
            returning = false;
            restart(now, turn);
            LOG.info("the ledger has caught up with the vote log; this node votes again");
        }
        if (isValidator() && epochs.isCondemned() && verdict(ownKey()).isEmpty()) {
            condemn(ownKey(), simplex().reason());
        }
        writeVerdicts();
    }

    private void condemn(ByteString voteKey, String why) {
        verdicts.put(voteKey, why);
        unwritten.add(voteKey);
    }

    /** The vote log says it too, but it can get lost, or be put back from an older copy; this stays. */
    private void writeVerdicts() {
        for (ByteString voteKey : List.copyOf(unwritten)) {
            try {
                log.condemn(voteKey, verdict(voteKey));
                unwritten.remove(voteKey);
            } catch (LedgerFailure e) {
                // It does not vote in this life; tried again in the next turn.
                LOG.atError().addKeyValue("code", e.code()).log("{}", e.getMessage());
            }
        }
    }

    /**
     * Votes of this key in views that its log has never entered: the log is an old copy, and this node votes no more.
     */
    void compareWithLog(HeardVotes votes, Now now, Turn turn) {
        SignedVote own = votes.newestOf(identity.validatorIndex());
        VoteHistory history = log.history();
        long known = history.epoch() == epoch() ? history.view() : 0;
        if (own == null
                || own.epoch() != epoch()
                || own.view() <= known
                || history.epoch() > epoch()
                || simplex().standing() == Simplex.Standing.ENDED
                || !verdict(ownKey()).isEmpty()) {
            return;
        }
        condemn(
                ownKey(),
                "this key has signed " + own.type() + " in view " + own.view() + ", but its vote log ends at view "
                        + known + ": the log is an old copy or another process has the key");
        restart(now, turn);
        writeVerdicts();
    }

    /** A core that knows what has changed about this node's vote, going on from here as after a restart. */
    private void restart(Now now, Turn turn) {
        BlockHeader applied = simplex().lastApplied();
        NavigableMap<Long, PastEpoch> past = epochs.past();
        List<Block> stored = opened.store().blocksAbove(applied.height()).stream()
                .map(Block::decodeStored)
                .toList();
        Recovered present = new Recovered(
                log.history(),
                !log.history().isEmpty(),
                base,
                applied,
                applied.height() == base.height() ? null : finalization,
                stored,
                epochs.convictions());
        epochs = new Epochs(setup, epochs.validators(), present, past);
        start(now, turn);
    }

    /** A message of the present epoch. */
    void message(Verified<? extends Message> message, Now now, Turn turn) {
        take(epochs.onMessage(message, now), turn);
    }

    /** A message of another epoch. */
    void foreign(Foreign message, Now now, Turn turn) {
        take(epochs.onForeign(message, now), turn);
    }

    /** True if blocks can be taken that another node has. */
    boolean maySync() {
        return !epochs.isOver() && simplex().standing() != Simplex.Standing.HALTED;
    }

    /**
     * Blocks that another node has, the next after the last applied one first; none of them ends the epoch.
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
            settle(block, new Ending(finalizes.message(), List.of()), turn);
        }
        take(epochs.onSynced(blocks.get(blocks.size() - 1).header(), finalizes, now), turn);
    }

    void pending(Now now, Turn turn) {
        take(epochs.onPending(now), turn);
    }

    /** Everything that is due. */
    void timeouts(Now now, Turn turn) {
        for (int round = 0; isDue(now) && round < MAX_ROUNDS; round++) {
            take(epochs.onTimeout(now), turn);
        }
    }

    private boolean isDue(Now now) {
        return timeoutNanos != Long.MAX_VALUE && now.nanos() - timeoutNanos >= 0;
    }

    long timeoutNanos() {
        return timeoutNanos;
    }

    private void take(Effects effects, Turn turn) {
        if (epoch() != identity.config().epoch()) {
            begun(turn);
        }
        effects.storeFirst().forEach(block -> store(block, turn));
        turn.records.addAll(effects.persistFirst());
        turn.sends.addAll(effects.thenSend());
        effects.thenApply().forEach(done -> settle(done.block(), done.ending(), turn));
        turn.evidence.addAll(effects.evidence());
        turn.lookups.addAll(effects.lookups());
        timeoutNanos = effects.nextTimeoutNanos();
    }

    /** The first effects of a new epoch: whoever only follows for now has to log it himself. */
    private void begun(Turn turn) {
        identity = opened.identityIn(chain.last().config());
        if (returning && epoch() > log.history().epoch()) {
            turn.records.add(new VoteRecord.Epoch(epoch()));
        }
    }

    private static void store(Block block, Turn turn) {
        turn.bodies.add(new LedgerStore.Body(block.header().height(), block.blockId(), ByteString.of(block.encode())));
    }

    private void settle(Block block, Ending ending, Turn turn) {
        turn.finals.add(new Turn.Final(chain.settle(block), ending.encode()));
        Certificate certificate = ending.finalization();
        boolean news = finalization == null || certificate.view() > finalization.view();
        if (returning && news && !isKnown(certificate)) {
            // Else the log would be behind the ledger after a restart, as an old copy is.
            turn.records.add(new VoteRecord.Certified(certificate));
        }
        finalization = certificate;
        if (block.endsEpoch()) {
            base = block.header();
            finalization = null;
        }
    }

    /** A certificate of an epoch that the log has left does not belong into it. */
    private boolean isKnown(Certificate certificate) {
        VoteHistory history = log.history();
        return history.epoch() > certificate.epoch()
                || (history.epoch() == certificate.epoch() && certificate.view() <= history.settledView());
    }
}

package io.waxwing.ledger.chain;

import io.waxwing.ledger.batch.BatchCodec;
import io.waxwing.ledger.batch.BatchReference;
import io.waxwing.ledger.batch.Lane;
import io.waxwing.ledger.control.ConfigProposal;
import io.waxwing.ledger.control.ConfigRules;
import io.waxwing.ledger.control.Registry;
import io.waxwing.ledger.dispute.AnswerCheck;
import io.waxwing.ledger.dispute.Dispute;
import io.waxwing.ledger.dispute.DisputeRules;
import io.waxwing.ledger.dispute.DisputeRules.Place;
import io.waxwing.ledger.dispute.Disputes;
import io.waxwing.ledger.dispute.RememberedAnswers;
import io.waxwing.ledger.execute.Applied;
import io.waxwing.ledger.execute.BatchCheck;
import io.waxwing.ledger.execute.Execution;
import io.waxwing.ledger.execute.LedgerState;
import io.waxwing.ledger.execute.Rejection;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.leaf.ConfigLeaf;
import io.waxwing.ledger.leaf.OriginHead;
import io.waxwing.ledger.merkle.TileBuffer;
import io.waxwing.ledger.sign.RememberedChecks;
import io.waxwing.ledger.sign.SignatureCheck;
import io.waxwing.ledger.simplex.Block;
import io.waxwing.ledger.simplex.Chain;
import io.waxwing.ledger.simplex.Conviction;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The ledger that {@link io.waxwing.ledger.simplex.Simplex} orders: what waits, what a block may hold after another,
 * and what final blocks make of the state. A block stands only if every batch in it does: a leader sees the same state
 * and has no reason to propose one that would be dropped. One thread.
 */
public final class LedgerChain implements Chain {
    /** This node computes another ledger than the one that a quorum agreed on. */
    public static final String DIVERGED = "WXW-3150";

    private final SignatureCheck signatures;
    private final AnswerCheck answers = new RememberedAnswers(AnswerCheck.DECRYPTING);
    private final Hash ledgerId;
    private final PendingBatches pending = new PendingBatches();
    private final PendingChanges changes = new PendingChanges();
    private final PendingDisputes disputes = new PendingDisputes();
    private final Speculation speculation;
    // Kept apart from the state, which may be ahead: asking for it must not take anything back.
    private Final last;
    private boolean heartbeatDue;

    /** Continues a state whose open tiles are in the buffer. */
    public LedgerChain(LedgerState state, TileBuffer tiles, SignatureCheck signatures) {
        this.signatures = new RememberedChecks(signatures);
        this.speculation = new Speculation(state, tiles, this.signatures, answers);
        this.last = new Final(
                state.height(),
                state.timeMs(),
                state.treeSize(),
                state.root(),
                state.registry(),
                state.config(),
                state.disputes(),
                state.convictions());
        this.ledgerId = state.ledgerId();
        state.originHeads().forEach(head -> pending.onFinal(head.lane(), head.batchSeq(), head.originSeq()));
    }

    /** Why a batch can never stand, whatever comes before it; null if it can. */
    public Applied.@Nullable RejectedBatch refusal(BatchReference batch) {
        return new BatchCheck(last.registry(), ledgerId, signatures).checkAlone(batch);
    }

    /** Takes a batch for ordering that was not refused. */
    public PendingBatches.Offer offer(BatchReference batch) {
        return pending.offer(batch);
    }

    /** Takes an approved change for ordering in the block that it was approved for. */
    public PendingChanges.Offer offer(ConfigProposal change) {
        if (changes.knows(change)) {
            return PendingChanges.Offer.KNOWN;
        }
        ConfigRules rules = new ConfigRules(last.config(), ledgerId, signatures);
        return rules.refusal(change, change.leaf().firstHeight() - 1) == null
                ? changes.offer(change, last.height())
                : PendingChanges.Offer.REFUSED;
    }

    /** Takes a dispute for ordering. */
    public PendingDisputes.Offer offer(Dispute dispute) {
        return disputes.offer(dispute, this::refusal);
    }

    /** Why a dispute may not stand in the next block; null if it may. */
    public @Nullable String refusal(Dispute dispute) {
        return rules(last.registry()).refusal(last.disputes(), dispute, Place.behind(last.height(), last.timeMs()));
    }

    private DisputeRules rules(Registry registry) {
        return new DisputeRules(registry, ledgerId, signatures, answers);
    }

    /** Disputes that wait for a block. */
    public PendingDisputes disputes() {
        return disputes;
    }

    @Override
    public boolean convicts(int validator) {
        return last.convictions().stream().anyMatch(conviction -> conviction.validator() == validator);
    }

    /** Changes that wait for their block. */
    public PendingChanges changes() {
        return changes;
    }

    /** From now on a block is wanted even if nothing waits. Ends with the next final block. */
    public void heartbeat() {
        heartbeatDue = true;
    }

    public PendingBatches waiting() {
        return pending;
    }

    /** How far the ledger is after a final block; the convictions are of the validators of the registry. */
    public record Final(
            long height,
            long timeMs,
            long treeSize,
            Hash root,
            Registry registry,
            ConfigLeaf config,
            Disputes disputes,
            SortedSet<Conviction> convictions) {
        /** After one more block, which may end the epoch. */
        private Final after(Execution.Step step, @Nullable ConfigLeaf next) {
            Applied applied = step.applied();
            return new Final(
                    applied.height(),
                    applied.orderTimeMs(),
                    applied.treeSize(),
                    applied.root(),
                    next == null ? registry : Registry.parse(next.registry()),
                    next == null ? config : next,
                    step.disputes(),
                    step.convictions());
        }
    }

    public Hash ledgerId() {
        return ledgerId;
    }

    /** The ledger after the last final block. */
    public Final last() {
        return last;
    }

    @Override
    public boolean pending() {
        return heartbeatDue || pending.isReady() || changes.isWaiting() || disputes.isWaiting();
    }

    @Override
    public @Nullable Content content(List<Block> path) {
        LedgerState after = speculation.after(path);
        ConfigProposal change = changes.at(after.height() + 1, after.config());
        int room = Block.MAX_CONTENT_BYTES - (change == null ? 0 : change.encode().length);
        Place place = Place.behind(after.height(), after.timeMs());
        List<Dispute> said = disputes.choose(rules(after.registry()), after.disputes(), place, room);
        for (Dispute dispute : said) {
            room -= dispute.encode().length;
        }
        List<BatchReference> batches = choose(after, room);
        if (change != null) {
            return new Content(batches, List.of(change.leaf()), change.joins(), said);
        }
        boolean nothing = batches.isEmpty() && said.isEmpty() && !heartbeatDue && !changes.isWaiting();
        return nothing ? null : new Content(batches, List.of(), List.of(), said);
    }

    /** Lanes in turn, each in its own order, beginning with another lane in every block. */
    private List<BatchReference> choose(LedgerState after, int maxBytes) {
        List<Lane> lanes = new ArrayList<>(pending.lanes());
        if (!lanes.isEmpty()) {
            Collections.rotate(lanes, -(int) (after.height() % lanes.size()));
        }
        BatchCheck check = new BatchCheck(after.registry(), after.ledgerId(), signatures);
        Map<Lane, OriginHead> heads = new TreeMap<>();
        List<BatchReference> chosen = new ArrayList<>();
        int bytes = 0;
        while (!lanes.isEmpty()) {
            List<Lane> goOn = new ArrayList<>();
            for (Lane lane : lanes) {
                OriginHead head = heads.containsKey(lane) ? heads.get(lane) : after.originHead(lane);
                BatchReference next = pending.get(lane, head == null ? 1 : head.batchSeq() + 1);
                if (next == null) {
                    continue;
                }
                int size = BatchCodec.encodedSize(next);
                if (chosen.size() == Block.MAX_BATCHES || bytes + size > maxBytes) {
                    return chosen;
                }
                Applied.RejectedBatch refusal = check.check(next, head);
                if (refusal != null) {
                    dropIfHopeless(next, refusal);
                    continue;
                }
                chosen.add(next);
                bytes += size;
                heads.put(lane, headAfter(next));
                goOn.add(lane);
            }
            lanes = goOn;
        }
        return chosen;
    }

    /** As far as {@link BatchCheck} looks: the leaf's hash is not known before execution. */
    private static OriginHead headAfter(BatchReference batch) {
        long lastEvent = batch.header().statement().originSeqFirst()
                + batch.header().statement().eventCount()
                - 1;
        return new OriginHead(batch.lane(), batch.batchSeq(), lastEvent, batch.batchId());
    }

    private void dropIfHopeless(BatchReference batch, Applied.RejectedBatch refusal) {
        if (refusal.reason() != Rejection.REPEATED) {
            pending.drop(batch);
        }
    }

    @Override
    public Tip after(List<Block> path) {
        if (path.isEmpty()) {
            return new Tip(last.treeSize(), last.root());
        }
        LedgerState after = speculation.after(path);
        return new Tip(after.treeSize(), after.root());
    }

    @Override
    public boolean isValid(List<Block> path, Block block) {
        if (!isControlValid(path, block)) {
            return false;
        }
        Execution.Step step = speculation.attempt(path, block);
        if (step == null) {
            return false;
        }
        if (!step.applied().rejected().isEmpty()) {
            speculation.takeBackLast();
            return false;
        }
        return true;
    }

    /** Nothing, or one CONFIG that may follow the one that is in force for the block. */
    private boolean isControlValid(List<Block> path, Block block) {
        if (block.configs().isEmpty()) {
            return block.joins().isEmpty();
        }
        LedgerState before = speculation.after(path);
        ConfigRules rules = new ConfigRules(before.config(), ledgerId, signatures);
        ConfigProposal change = new ConfigProposal(block.configs().get(0), block.joins());
        return block.configs().size() == 1
                && rules.refusal(change, block.header().height()) == null;
    }

    /** The next block is final: what it made, to be stored; everything after it starts from here. */
    public ExecutedBlock settle(Block block) {
        ExecutedBlock settled = speculation.settle(block);
        settled.step().originHeads().forEach(head -> pending.onFinal(head.lane(), head.batchSeq(), head.originSeq()));
        heartbeatDue = false;
        last = last.after(settled.step(), block.endsEpoch() ? block.configs().get(0) : null);
        if (block.endsEpoch()) {
            dropHopeless();
        }
        disputes.onFinal(this::refusal);
        changes.onFinal(last.height(), last.config());
        return settled;
    }

    /** Keys, audiences and tags are other ones now: what can stand no more would keep everybody awake. */
    private void dropHopeless() {
        for (BatchReference batch : pending.all()) {
            if (refusal(batch) != null) {
                pending.drop(batch);
            }
        }
    }
}

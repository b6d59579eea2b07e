package io.waxwing.node.runtime;

import io.waxwing.ledger.batch.BatchReference;
import io.waxwing.ledger.checkpoint.CheckpointAssembler;
import io.waxwing.ledger.checkpoint.CheckpointRounds.Assembled;
import io.waxwing.ledger.checkpoint.CheckpointRounds.Line;
import io.waxwing.ledger.execute.Applied;
import io.waxwing.ledger.execute.BatchCheck;
import io.waxwing.ledger.failure.LedgerFailure;
import io.waxwing.ledger.failure.MalformedException;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.note.Checkpoint;
import io.waxwing.ledger.note.Cosignature;
import io.waxwing.ledger.note.SignedNote;
import io.waxwing.ledger.note.TrustPolicy;
import io.waxwing.ledger.simplex.Message;
import io.waxwing.ledger.simplex.MessageCheck;
import io.waxwing.ledger.simplex.MessageCheck.Verified;
import io.waxwing.ledger.simplex.Validators;
import io.waxwing.ledger.simplex.VotingRules;
import io.waxwing.node.start.OpenedLedger;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Makes inputs of frames: decodes and checks everything that does not depend on how far the ledger is, signatures above
 * all. Any thread; what it finds valid is remembered for the ledger thread.
 */
final class FrameCheck {
    /** A batch of another node that can never stand. */
    static final String BATCH = "WXW-3152";
    /** A checkpoint, or a cosignature of one, that nobody can use. */
    static final String NOTE = "WXW-3153";

    private final Validators validators;
    private final TrustPolicy policy;
    private final String logName;
    private final SharedChecks signatures;
    private final BatchCheck batches;
    private final MessageCheck messages;
    private final LongFunction<@Nullable Hash> rootAt;

    /** {@code rootAt} gives the roots of tree sizes that cosignatures are gathered for, null for others. */
    FrameCheck(OpenedLedger opened, SharedChecks signatures, LongFunction<@Nullable Hash> rootAt) {
        this.validators = opened.validators();
        this.policy = opened.identity().policy();
        this.logName = opened.identity().logKey().name();
        this.signatures = signatures;
        this.batches = new BatchCheck(opened.state().registry(), validators.ledgerId(), signatures);
        this.messages = new MessageCheck(validators, signatures, VotingRules.PROTOCOL);
        this.rootAt = rootAt;
    }

    boolean isValidator(int name) {
        return validators.isIndex(name);
    }

    /** Throws {@link LedgerFailure}, whose code says what is wrong with the frame. */
    Inbox.Peer check(int from, byte[] frame) {
        ConsensusFrame decoded = ConsensusFrame.decode(frame, validators.size());
        if (decoded instanceof ConsensusFrame.Certified certified) {
            return new Inbox.Peer.Batch(standing(certified.batch()));
        }
        if (decoded instanceof ConsensusFrame.Cosigned cosigned) {
            return new Inbox.Peer.Cosignature(from, cosigned(cosigned.line()));
        }
        if (decoded instanceof ConsensusFrame.Noted noted) {
            return new Inbox.Peer.Note(whole(SignedNote.parse(noted.note().toBytes())));
        }
        if (decoded instanceof ConsensusFrame.NoteWanted wanted) {
            return new Inbox.Peer.NoteWanted(from, wanted.treeSize());
        }
        return new Inbox.Peer.Consensus(verified(from, ((ConsensusFrame.Said) decoded).message()));
    }

    /** It remembers what it found valid, and only one thread may use it at a time. */
    synchronized <M extends Message> Verified<M> verified(int from, M message) {
        return messages.check(from, message);
    }

    /** Why a batch can never stand, whatever comes before it; null if it can. */
    Applied.@Nullable RejectedBatch refusal(BatchReference batch) {
        return batches.checkAlone(batch);
    }

    private BatchReference standing(BatchReference batch) {
        Applied.RejectedBatch refusal = refusal(batch);
        if (refusal != null) {
            throw new LedgerFailure(
                    BATCH,
                    "batch " + batch.batchSeq() + " of lane " + batch.lane() + ": " + refusal.reason() + ", "
                            + refusal.detail());
        }
        return batch;
    }

    /** A cosignature of a root that is not known here is looked at when it is. */
    private Line cosigned(Line line) {
        Hash root = rootAt.apply(line.treeSize());
        boolean byMember = policy.witnesses().stream()
                .anyMatch(witness -> line.signature().isBy(witness.key())
                        && (root == null
                                || Cosignature.verify(
                                        line.signature(),
                                        witness.key(),
                                        new Checkpoint(logName, line.treeSize(), root),
                                        signatures)));
        if (!byMember) {
            throw new LedgerFailure(NOTE, "nobody's cosignature of " + line.treeSize() + " leaves");
        }
        return line;
    }

    /** The note with the lines that are needed, whatever else stood in it. */
    private Assembled whole(SignedNote note) {
        Checkpoint checkpoint = Checkpoint.parse(note.text());
        if (!checkpoint.origin().equals(logName)) {
            throw new MalformedException(MalformedException.NOTE, "a note of ledger " + checkpoint.origin());
        }
        CheckpointAssembler assembler = new CheckpointAssembler(checkpoint, policy, signatures);
        note.signatures().forEach(assembler::add);
        SignedNote assembled = assembler.assembled();
        if (assembled == null) {
            throw new LedgerFailure(NOTE, "a note without the signatures of a quorum");
        }
        return new Assembled(checkpoint.treeSize(), checkpoint.root(), assembled);
    }
}

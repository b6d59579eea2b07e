package io.waxwing.node.runtime;

import io.waxwing.ledger.batch.BatchReference;
import io.waxwing.ledger.checkpoint.CheckpointAssembler;
import io.waxwing.ledger.checkpoint.CheckpointRounds.Assembled;
import io.waxwing.ledger.checkpoint.CheckpointRounds.Line;
import io.waxwing.ledger.control.ConfigProposal;
import io.waxwing.ledger.dispute.Dispute;
import io.waxwing.ledger.execute.Applied;
import io.waxwing.ledger.failure.LedgerFailure;
import io.waxwing.ledger.failure.MalformedException;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.note.Checkpoint;
import io.waxwing.ledger.note.Cosignature;
import io.waxwing.ledger.note.SignedNote;
import io.waxwing.ledger.note.TrustPolicy;
import io.waxwing.ledger.simplex.Foreign;
import io.waxwing.ledger.simplex.MessageCodec;
import io.waxwing.ledger.simplex.Validators;
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

    private final KnownEpochs epochs;
    private final SharedChecks signatures;
    private final LongFunction<@Nullable Hash> rootAt;

    /** {@code rootAt} gives the roots of tree sizes that cosignatures are gathered for, null for others. */
    FrameCheck(KnownEpochs epochs, SharedChecks signatures, LongFunction<@Nullable Hash> rootAt) {
        this.epochs = epochs;
        this.signatures = signatures;
        this.rootAt = rootAt;
    }

    /**
     * What a node has sent; null if it is about what this node cannot judge yet, being behind.
     *
     * @throws LedgerFailure whose code says what is wrong with the frame
     */
    Inbox.@Nullable Peer check(int node, byte[] frame) {
        ConsensusFrame decoded = ConsensusFrame.decode(frame);
        if (decoded instanceof ConsensusFrame.Certified certified) {
            return new Inbox.Peer.Batch(standing(certified.batch()));
        }
        if (decoded instanceof ConsensusFrame.Cosigned cosigned) {
            Line line = cosigned(cosigned.line());
            return line == null ? null : new Inbox.Peer.Cosignature(node, line);
        }
        if (decoded instanceof ConsensusFrame.Noted noted) {
            Assembled note = whole(SignedNote.parse(noted.note().toBytes()));
            return note == null ? null : new Inbox.Peer.Note(note);
        }
        if (decoded instanceof ConsensusFrame.NoteWanted wanted) {
            return new Inbox.Peer.NoteWanted(node, wanted.treeSize());
        }
        if (decoded instanceof ConsensusFrame.Changed changed) {
            return new Inbox.Peer.Change(
                    node, ConfigProposal.decode(changed.proposal().toBytes()));
        }
        if (decoded instanceof ConsensusFrame.Disputed disputed) {
            return new Inbox.Peer.Disputed(node, spokenBy(node, disputed.dispute()));
        }
        if (decoded instanceof ConsensusFrame.Approved approved) {
            return new Inbox.Peer.Approval(node, approved);
        }
        return said(node, ((ConsensusFrame.Said) decoded).message().toBytes());
    }

    /** Everybody says its own: then nobody fills another's room. */
    private static Dispute spokenBy(int node, Dispute dispute) {
        if (dispute.author() != node) {
            throw new MalformedException(
                    MalformedException.DISPUTE, "it speaks for origin " + dispute.author() + " about a challenge");
        }
        return dispute;
    }

    private Inbox.Peer said(int node, byte[] message) {
        EpochView now = epochs.now();
        if (MessageCodec.epochOf(message) != now.number()) {
            return new Inbox.Peer.OtherEpoch(Foreign.read(Validators.MAX + node, message));
        }
        return new Inbox.Peer.Consensus(
                now.verified(now.names.nameOf(node), MessageCodec.decode(message, now.validators.size())));
    }

    /** Why a batch can never stand under the present CONFIG, whatever comes before it; null if it can. */
    Applied.@Nullable RejectedBatch refusal(BatchReference batch) {
        return epochs.now().batches.checkAlone(batch);
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
    private @Nullable Line cosigned(Line line) {
        Hash root = rootAt.apply(line.treeSize());
        String logName = epochs.now().identity.logKey().name();
        boolean byMember = epochs.policyAt(line.treeSize()).witnesses().stream()
                .anyMatch(witness -> line.signature().isBy(witness.key())
                        && (root == null
                                || Cosignature.verify(
                                        line.signature(),
                                        witness.key(),
                                        new Checkpoint(logName, line.treeSize(), root),
                                        signatures)));
        if (!byMember && root != null) {
            throw new LedgerFailure(NOTE, "nobody's cosignature of " + line.treeSize() + " leaves");
        }
        return byMember ? line : null;
    }

    /** The note with the lines that are needed, whatever else stood in it. */
    private @Nullable Assembled whole(SignedNote note) {
        Checkpoint checkpoint = Checkpoint.parse(note.text());
        if (!checkpoint.origin().equals(epochs.now().identity.logKey().name())) {
            throw new MalformedException(MalformedException.NOTE, "a note of ledger " + checkpoint.origin());
        }
        TrustPolicy policy = epochs.policyAt(checkpoint.treeSize());
        CheckpointAssembler assembler = new CheckpointAssembler(checkpoint, policy, signatures);
        note.signatures().forEach(assembler::add);
        SignedNote assembled = assembler.assembled();
        if (assembled == null && rootAt.apply(checkpoint.treeSize()) != null) {
            throw new LedgerFailure(NOTE, "a note without the signatures of a quorum");
        }
        return assembled == null ? null : new Assembled(checkpoint.treeSize(), checkpoint.root(), assembled);
    }
}

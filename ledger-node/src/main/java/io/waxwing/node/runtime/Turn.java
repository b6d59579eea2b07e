package io.waxwing.node.runtime;

import io.waxwing.ledger.batch.BatchCodec;
import io.waxwing.ledger.batch.BatchReference;
import io.waxwing.ledger.chain.ExecutedBlock;
import io.waxwing.ledger.checkpoint.CheckpointRounds.Line;
import io.waxwing.ledger.control.ConfigProposal;
import io.waxwing.ledger.dispute.Dispute;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.simplex.BlockHeader;
import io.waxwing.ledger.simplex.Effects;
import io.waxwing.ledger.simplex.Evidence;
import io.waxwing.ledger.simplex.VoteRecord;
import io.waxwing.ledger.spi.LedgerStore;
import io.waxwing.ledger.spi.PublishedCheckpoint;
import io.waxwing.node.start.LedgerIdentity;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What one turn of the ledger does, gathered from as many inputs as were there: bodies, records, messages, final
 * blocks, checkpoints. It is computed once and then carried through its stages in order; a stage that the disk refuses
 * is done again, never the turn. So a turn costs one force of the store and one of the vote log at most.
 */
final class Turn {
    final List<Inbox.Request> requests = new ArrayList<>();
    final List<LedgerStore.Body> bodies = new ArrayList<>();
    final List<VoteRecord> records = new ArrayList<>();
    final List<Effects.Outgoing> sends = new ArrayList<>();
    final List<BatchReference> spread = new ArrayList<>();
    final List<Line> said = new ArrayList<>();
    final List<ConfigProposal> changes = new ArrayList<>();
    final List<Dispute> disputes = new ArrayList<>();
    final List<ConsensusFrame.Approved> approvals = new ArrayList<>();
    /** Nodes whose links are up. */
    final List<Integer> ups = new ArrayList<>();
    /** A tree size whose note is wanted, 0 for none. */
    long noteWanted;

    final List<Effects.Lookup> lookups = new ArrayList<>();
    final Map<Integer, Long> notesAsked = new TreeMap<>();
    final List<Final> finals = new ArrayList<>();
    final List<Evidence> evidence = new ArrayList<>();
    final List<Head> heads = new ArrayList<>();
    final List<PublishedCheckpoint> published = new ArrayList<>();
    Stage stage = Stage.BODIES;
    int inputs;
    int applied;
    int written;

    /** The stages, in order. */
    enum Stage {
        /** Bodies are to be stored and forced. */
        BODIES,
        /** Records are to be logged and forced. */
        LOG,
        /** What is bound by them may leave: messages and cosignatures. */
        SEND,
        /** What final blocks made is to be stored. */
        APPLY,
        /** Checkpoints are to be stored. */
        PUBLISH,
        /** Peers that asked for blocks are to be answered from the store. */
        ANSWER,
        DONE
    }

    /** A final block with the certificate that makes it so, encoded as {@link io.waxwing.ledger.simplex.Ending}. */
    record Final(ExecutedBlock executed, ByteString ending) {
        /** Bytes of the block but for its justification. */
        int bytes() {
            return BlockHeader.ENCODED_BYTES
                    + executed.block().batches().stream()
                            .mapToInt(BatchCodec::encodedSize)
                            .sum();
        }
    }

    /**
     * A tree head that a checkpoint is wanted of, by the keys of its epoch; {@code cosign} if this node's may bind
     * itself to it.
     */
    record Head(long treeSize, Hash root, boolean cosign, LedgerIdentity by) {}

    void publish(@Nullable PublishedCheckpoint checkpoint) {
        if (checkpoint != null) {
            published.add(checkpoint);
        }
    }

    boolean isEmpty() {
        return requests.isEmpty()
                && bodies.isEmpty()
                && records.isEmpty()
                && sends.isEmpty()
                && spread.isEmpty()
                && said.isEmpty()
                && changes.isEmpty()
                && disputes.isEmpty()
                && approvals.isEmpty()
                && ups.isEmpty()
                && noteWanted == 0
                && lookups.isEmpty()
                && notesAsked.isEmpty()
                && finals.isEmpty()
                && evidence.isEmpty()
                && heads.isEmpty()
                && published.isEmpty();
    }
}

package io.waxwing.node.snapshot;

import io.waxwing.ledger.execute.LedgerState;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.simplex.Block;
import io.waxwing.ledger.simplex.Certificate;
import io.waxwing.ledger.simplex.Ending;
import io.waxwing.ledger.simplex.VoteHistory;
import io.waxwing.ledger.simplex.VoteRecord;
import io.waxwing.ledger.snapshot.FinalityWalk.Summit;
import io.waxwing.ledger.snapshot.LeafFold;
import io.waxwing.ledger.spi.LedgerStore;
import io.waxwing.ledger.spi.LedgerStore.AdoptedBlock;
import io.waxwing.ledger.spi.LedgerStore.Adoption;
import io.waxwing.ledger.spi.LedgerStore.Body;
import io.waxwing.ledger.spi.VoteLog;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The end of an arrival: first the vote log, then the state, so that the log is never behind the ledger. */
final class Adopting {
    private final Block first;
    private final List<AdoptedBlock> ends;
    private final Summit summit;
    private final long epoch;
    private boolean told;

    Adopting(Block first, List<AdoptedBlock> ends, Summit summit, long epoch) {
        this.first = first;
        this.ends = ends;
        this.summit = summit;
        this.epoch = epoch;
    }

    /** Throws {@link io.waxwing.ledger.failure.LedgerFailure} if the disk refuses; may then be called again. */
    void run(LedgerStore store, Supplier<? extends @Nullable VoteLog> log, LedgerState state, LeafFold fold) {
        List<AdoptedBlock> blocks = new ArrayList<>();
        blocks.add(placed(store, new AdoptedBlock(body(first), 0, ByteString.EMPTY)));
        ends.stream()
                .filter(end -> end.body().height() <= state.height())
                .forEach(end -> blocks.add(placed(store, end)));
        if (!summit.block().endsEpoch()) {
            ByteString why = new Ending(summit.finalization(), List.of()).encode();
            blocks.add(placed(store, new AdoptedBlock(body(summit.block()), 0, why)));
        }
        tell(log);
        store.adopt(new Adoption(blocks, fold.topicHeads(), fold.originHeads(), state.encode()));
    }

    private static Body body(Block block) {
        return new Body(block.header().height(), block.blockId(), ByteString.of(block.encode()));
    }

    private static AdoptedBlock placed(LedgerStore store, AdoptedBlock block) {
        long treeSize = store.treeSizeAt(block.body().height());
        return new AdoptedBlock(block.body(), treeSize, block.finalization());
    }

    /**
     * What the log would know if the blocks had come one by one: which epoch it is, and how far it is settled. A key
     * that has voted here before follows until its ledger has come as far as its log.
     */
    private void tell(Supplier<? extends @Nullable VoteLog> open) {
        try (VoteLog log = open.get()) {
            if (log == null) {
                return;
            }
            VoteHistory history = log.history();
            Certificate finalization = summit.finalization();
            if (history.epoch() < epoch) {
                log.append(new VoteRecord.Epoch(epoch));
            }
            boolean news = history.epoch() < epoch
                    || (history.epoch() == epoch && history.settledView() < finalization.view());
            // What a force that failed has left is perhaps in the file and not on the disk.
            boolean again = told && history.epoch() == epoch && history.settledView() == finalization.view();
            told = true;
            if (news || again) {
                log.append(new VoteRecord.Certified(finalization));
                log.force();
            }
        }
    }
}

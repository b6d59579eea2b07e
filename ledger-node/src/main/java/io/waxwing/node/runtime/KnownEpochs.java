package io.waxwing.node.runtime;

import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.note.TrustPolicy;
import io.waxwing.node.start.LedgerIdentity;
import io.waxwing.node.start.OpenedLedger;
import io.waxwing.node.store.StoredConfigs.Placed;
import java.util.Objects;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/** The epochs so far. The ledger thread begins them; any thread asks. */
final class KnownEpochs {
    private final ConcurrentSkipListMap<Long, EpochView> all = new ConcurrentSkipListMap<>();
    private final Hash ledgerId;
    private final SharedChecks signatures;

    KnownEpochs(OpenedLedger opened, SharedChecks signatures) {
        this.ledgerId = opened.genesis().configHash();
        this.signatures = signatures;
        for (Placed placed : opened.configs()) {
            long after = placed.height() == 0 ? 0 : placed.treeSizeAfter();
            begin(opened.identityIn(placed.config()), after);
        }
    }

    /** The next epoch: the tree had {@code afterSize} leaves when the one before ended. */
    void begin(LedgerIdentity identity, long afterSize) {
        EpochView next = new EpochView(identity, ledgerId, afterSize, signatures);
        all.put(next.number(), next);
    }

    /** The newest. */
    EpochView now() {
        return all.lastEntry().getValue();
    }

    /** The epoch of that number, or null. */
    @Nullable EpochView of(long number) {
        return all.get(number);
    }

    EpochView require(long number) {
        return Objects.requireNonNull(all.get(number), "an epoch that this node was in");
    }

    /** By which policy a tree of that size is cosigned, as far as this node knows. */
    TrustPolicy policyAt(long treeSize) {
        for (EpochView view : all.descendingMap().values()) {
            if (view.afterSize < treeSize || view.number() == 0) {
                return view.identity.policy();
            }
        }
        throw new IllegalStateException("there is a first epoch");
    }

    /** What a message that names the epoch calls the node; null for a validator without one. */
    @Nullable Integer nodeOf(int name, long epoch) {
        EpochView view = all.get(epoch);
        return (view == null ? now() : view).names.nodeOf(name);
    }
}

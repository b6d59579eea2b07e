package io.waxwing.ledger.execute;

import io.waxwing.ledger.batch.Lane;
import io.waxwing.ledger.control.Registry;
import io.waxwing.ledger.dispute.Disputes;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.leaf.ConfigLeaf;
import io.waxwing.ledger.leaf.OriginHead;
import io.waxwing.ledger.leaf.TopicHead;
import io.waxwing.ledger.merkle.CompactRange;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a state was before a block, as far as the block changed it: costs what the block costs, not what the state does.
 * See {@link LedgerState#remember()}.
 */
public final class Undo {
    final long height;
    final long timeMs;
    final Hash previousBlock;
    final CompactRange tree;
    final Hash ledgerId;
    final @Nullable ConfigLeaf config;
    final @Nullable Registry registry;
    final Convicted convicted;
    final Disputes disputes;
    // Empty: there was no head.
    final Map<Hash, Optional<TopicHead>> topicHeads = new LinkedHashMap<>();
    final Map<Lane, Optional<OriginHead>> originHeads = new LinkedHashMap<>();

    Undo(LedgerState before) {
        height = before.height;
        timeMs = before.timeMs;
        previousBlock = before.previousBlock;
        tree = before.tree.copy();
        ledgerId = before.ledgerId;
        config = before.config;
        registry = before.registry;
        convicted = before.convicted;
        disputes = before.disputes;
    }
}

package io.waxwing.ledger.simplex;

import io.waxwing.ledger.simplex.Effects.FinalBlock;
import io.waxwing.ledger.simplex.Effects.Lookup;
import io.waxwing.ledger.simplex.Effects.Outgoing;
import java.util.ArrayList;
import java.util.List;

/** Collects the effects of one input. */
final class Outbox {
    private final VotingRules rules;
    private final List<Block> stores = new ArrayList<>();
    private final List<VoteRecord> records = new ArrayList<>();
    private final List<Outgoing> sends = new ArrayList<>();
    private final List<FinalBlock> applies = new ArrayList<>();
    private final List<Evidence> evidence = new ArrayList<>();
    private final List<Lookup> lookups = new ArrayList<>();
    private List<VoteRecord> late = List.of();

    Outbox(VotingRules rules) {
        this.rules = rules;
    }

    void store(BlockTree.Node node) {
        if (!node.stored()) {
            node.markStored();
            stores.add(node.block());
        }
    }

    void record(VoteRecord vote) {
        records.add(vote);
    }

    void sendAll(Message message) {
        sends.add(new Outgoing(Outgoing.ALL, message));
    }

    void send(int to, Message message) {
        sends.add(new Outgoing(to, message));
    }

    void apply(FinalBlock block) {
        applies.add(block);
    }

    void show(Evidence pair) {
        evidence.add(pair);
    }

    void lookUp(int to, BlockRequest request) {
        lookups.add(new Lookup(to, request.epoch(), request.blockId()));
    }

    /** True once these effects change what is applied: from here on the ledger is behind the core. */
    boolean applies() {
        return !applies.isEmpty();
    }

    /** Everything since the last call. */
    Effects take(long nextTimeoutNanos) {
        List<VoteRecord> first = rules.durableBeforeSent() ? records : late;
        Effects effects = new Effects(stores, first, sends, applies, evidence, lookups, nextTimeoutNanos);
        late = rules.durableBeforeSent() ? List.of() : List.copyOf(records);
        records.clear();
        stores.clear();
        sends.clear();
        applies.clear();
        evidence.clear();
        lookups.clear();
        return effects;
    }
}

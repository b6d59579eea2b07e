package io.waxwing.node.runtime;

import io.waxwing.ledger.chain.LedgerChain;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.simplex.Effects;
import io.waxwing.ledger.simplex.Message;
import io.waxwing.ledger.simplex.MessageCheck.Verified;
import io.waxwing.ledger.simplex.Now;
import io.waxwing.ledger.simplex.Setup;
import io.waxwing.ledger.simplex.Simplex;
import io.waxwing.ledger.simplex.Timing;
import io.waxwing.ledger.simplex.VotingRules;
import io.waxwing.ledger.spi.LedgerStore;
import io.waxwing.node.start.OpenedLedger;

/**
 * The core of consensus with the chain it orders: takes inputs, puts what they ask for into the turn. Final blocks are
 * in the chain's memory at once, so that several inputs may share a turn; the disk follows before anybody is told.
 */
final class Consensus {
    /** Blocks that one turn may make final, so that those who wait are told in between. */
    private static final int MAX_ROUNDS = 8;

    private final LedgerChain chain;
    private final Simplex simplex;
    private long timeoutNanos = Long.MAX_VALUE;

    Consensus(OpenedLedger opened, Timing timing) {
        chain = new LedgerChain(opened.state(), opened.tiles(), opened.signatures());
        int self = opened.identity().validatorIndex();
        Setup setup = new Setup(
                opened.validators(),
                self,
                self == Setup.OBSERVER ? null : opened.identity().keys().vote(),
                VotingRules.PROTOCOL,
                timing,
                chain);
        simplex = new Simplex(setup, opened.recovered());
    }

    LedgerChain chain() {
        return chain;
    }

    Simplex simplex() {
        return simplex;
    }

    void start(Now now, Turn turn) {
        take(simplex.start(now), turn);
    }

    void message(Verified<? extends Message> message, Now now, Turn turn) {
        take(simplex.onMessage(message, now), turn);
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
        effects.storeFirst()
                .forEach(block -> turn.bodies.add(
                        new LedgerStore.Body(block.header().height(), block.blockId(), ByteString.of(block.encode()))));
        turn.records.addAll(effects.persistFirst());
        turn.sends.addAll(effects.thenSend());
        effects.thenApply()
                .forEach(done -> turn.finals.add(new Turn.Final(
                        chain.settle(done.block()),
                        ByteString.of(done.finalization().encode()))));
        turn.evidence.addAll(effects.evidence());
        turn.lookups.addAll(effects.lookups());
        timeoutNanos = effects.nextTimeoutNanos();
    }
}

package io.waxwing.ledger.simplex;

import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.simplex.Effects.FinalBlock;
import io.waxwing.ledger.simplex.Effects.Lookup;
import io.waxwing.ledger.simplex.Effects.Outgoing;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A shell around a core, as production has one: stores, forces, sends, applies, in that order. May die at any boundary;
 * what was on the disk stays.
 */
final class TestNode {
    static final long START_WALL_MS = 1_760_000_000_000L;

    final Validators validators;
    final int self;
    final List<VoteRecord> log = new ArrayList<>();
    final Map<Hash, Block> disk = new TreeMap<>();
    final List<FinalBlock> applied = new ArrayList<>();
    final List<Outgoing> sent = new ArrayList<>();
    final List<Evidence> evidence = new ArrayList<>();
    final MessageCheck check;
    TestChain chain = new TestChain();
    VotingRules rules = VotingRules.PROTOCOL;
    Timing timing = Timing.LAN;
    boolean keyHasHistory;
    BlockHeader base = TestChain.GENESIS;
    long nanos = 1_000_000_000_000L;
    long clockSkewMs;
    long timeoutNanos = Long.MAX_VALUE;
    /** Dies at that boundary from now on; 0 at none. */
    int dieAt;

    boolean dead;
    private @Nullable Simplex core;

    /** A node that died in the middle of its effects. */
    static final class Died extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    TestNode(Validators validators, int self) {
        this.validators = validators;
        this.self = self;
        this.check = new MessageCheck(validators, TestKeys.CHECK, VotingRules.PROTOCOL);
    }

    /** Node {@code self} of n, not started. */
    static TestNode of(int n, int self) {
        return new TestNode(TestKeys.validators(n, 0), self);
    }

    Simplex core() {
        if (core == null) {
            throw new IllegalStateException("the node is not started");
        }
        return core;
    }

    Now now() {
        return new Now(nanos, START_WALL_MS + clockSkewMs + nanos / 1_000_000);
    }

    /** Starts or restarts from what is on the disk. */
    TestNode start() {
        VoteHistory history = new VoteHistory();
        log.forEach(record -> history.add(VoteRecord.decode(record.encode())));
        FinalBlock last = applied.isEmpty() ? null : applied.get(applied.size() - 1);
        BlockHeader lastApplied = last == null ? base : last.block().header();
        List<Block> stored = disk.values().stream()
                .map(block -> Block.decode(block.encode(), validators.size()))
                .toList();
        Recovered recovered = new Recovered(
                history,
                keyHasHistory,
                base,
                lastApplied,
                last == null ? null : last.finalization(),
                stored,
                new TreeSet<>());
        boolean observer = self == Setup.OBSERVER;
        Setup setup = new Setup(validators, self, observer ? null : TestKeys.signer(self), rules, timing, chain);
        core = new Simplex(setup, recovered);
        dead = false;
        input(running -> running.start(now()));
        return this;
    }

    void pending(int... batchSeqs) {
        for (int batchSeq : batchSeqs) {
            if (!chain.waiting.contains(TestChain.batch(batchSeq))) {
                chain.waiting.add(TestChain.batch(batchSeq));
            }
        }
        input(running -> running.onPending(now()));
    }

    void heartbeat() {
        chain.heartbeatDue = true;
        input(running -> running.onPending(now()));
    }

    /** A message as it comes from the wire. */
    void hear(int from, Message message) {
        Message decoded = MessageCodec.decode(MessageCodec.encode(message), validators.size());
        input(running -> running.onMessage(check.check(from, decoded), now()));
    }

    /** Time passes in one piece; the timeout is called if it is due. */
    void pass(long millis) {
        nanos += millis * 1_000_000;
        timeouts();
    }

    void timeouts() {
        if (!dead && timeoutNanos <= nanos) {
            input(running -> running.onTimeout(now()));
        }
    }

    void input(Function<Simplex, Effects> input) {
        if (dead) {
            return;
        }
        try {
            execute(input.apply(core()));
            // Applying moves the ledger: the core asks to be called at once.
            while (timeoutNanos <= nanos) {
                long before = timeoutNanos;
                execute(core().onTimeout(now()));
                if (timeoutNanos <= nanos && timeoutNanos == before && applied.isEmpty()) {
                    throw new IllegalStateException("a timeout that never goes away");
                }
            }
        } catch (Died e) {
            dead = true;
        }
    }

    private void execute(Effects effects) {
        for (Block block : effects.storeFirst()) {
            boundary();
            disk.put(block.blockId(), block);
        }
        for (VoteRecord record : effects.persistFirst()) {
            boundary();
            log.add(record);
        }
        for (Outgoing outgoing : effects.thenSend()) {
            boundary();
            sent.add(outgoing);
        }
        for (FinalBlock block : effects.thenApply()) {
            boundary();
            chain.apply(block.block());
            applied.add(block);
        }
        boundary();
        evidence.addAll(effects.evidence());
        for (Lookup lookup : effects.lookups()) {
            sent.add(new Outgoing(
                    lookup.to(), new BlockAnswer(validators.epoch(), lookup.blockId(), disk.get(lookup.blockId()))));
        }
        timeoutNanos = effects.nextTimeoutNanos();
    }

    private void boundary() {
        if (dieAt > 0 && --dieAt == 0) {
            throw new Died();
        }
    }

    /** Messages sent since the last call, in order. */
    List<Outgoing> takeSent() {
        List<Outgoing> taken = List.copyOf(sent);
        sent.clear();
        return taken;
    }

    /** Votes of a kind sent since the last {@link #takeSent()}. */
    List<SignedVote> sentVotes(Vote.Type type) {
        return sent.stream()
                .filter(outgoing -> outgoing.message() instanceof SignedVote vote && vote.type() == type)
                .map(outgoing -> (SignedVote) outgoing.message())
                .toList();
    }

    <M extends Message> List<M> sent(Class<M> kind) {
        return sent.stream()
                .map(Outgoing::message)
                .filter(kind::isInstance)
                .map(kind::cast)
                .toList();
    }

    List<Long> appliedHeights() {
        return applied.stream().map(block -> block.block().header().height()).toList();
    }
}

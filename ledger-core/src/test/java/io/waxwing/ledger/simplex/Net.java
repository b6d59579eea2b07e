package io.waxwing.ledger.simplex;

import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.simplex.Effects.FinalBlock;
import io.waxwing.ledger.simplex.Effects.Outgoing;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.function.Predicate;

/** n real nodes on a network of one seed, in virtual time. */
final class Net {
    final List<TestNode> nodes = new ArrayList<>();
    final Random random;
    long nanos = 1_000_000_000_000L;
    int maxDelayMs = 1;
    Predicate<Envelope> drops = envelope -> false;
    private final PriorityQueue<Envelope> wire = new PriorityQueue<>();
    private long sequence;

    /** A message on its way between two places in {@link #nodes}. */
    record Envelope(long atNanos, long sequence, int from, int to, Message message) implements Comparable<Envelope> {
        @Override
        public int compareTo(Envelope other) {
            int byTime = Long.compare(atNanos, other.atNanos);
            return byTime != 0 ? byTime : Long.compare(sequence, other.sequence);
        }
    }

    Net(int n, long seed) {
        random = new Random(seed);
        for (int i = 0; i < n; i++) {
            nodes.add(TestNode.of(n, i));
        }
    }

    Net start() {
        nodes.forEach(TestNode::start);
        collect();
        return this;
    }

    void pending(int batchSeq) {
        for (TestNode node : nodes) {
            if (node.applied.stream().noneMatch(block -> block.block().batches().contains(TestChain.batch(batchSeq)))) {
                node.pending(batchSeq);
            }
        }
        collect();
    }

    /** Runs for so long. */
    void run(long millis) {
        long end = nanos + millis * 1_000_000;
        while (true) {
            long next = nextNanos();
            if (next > end) {
                break;
            }
            nanos = Math.max(nanos, next);
            Envelope envelope = wire.peek();
            if (envelope != null && envelope.atNanos() <= nanos) {
                wire.remove();
                deliver(envelope);
            } else {
                nodes.forEach(node -> {
                    node.nanos = nanos;
                    node.timeouts();
                });
            }
            collect();
        }
        nanos = end;
        nodes.forEach(node -> node.nanos = nanos);
    }

    private long nextNanos() {
        long next = wire.isEmpty() ? Long.MAX_VALUE : wire.peek().atNanos();
        for (TestNode node : nodes) {
            if (!node.dead) {
                next = Math.min(next, node.timeoutNanos);
            }
        }
        return next;
    }

    private void deliver(Envelope envelope) {
        TestNode to = nodes.get(envelope.to());
        to.nanos = nanos;
        if (!to.dead) {
            to.hear(nodes.get(envelope.from()).self, envelope.message());
        }
    }

    /** Everything on its way is gone. */
    void loseWire() {
        wire.clear();
    }

    /** Puts what the nodes have sent on the wire. */
    void collect() {
        for (int from = 0; from < nodes.size(); from++) {
            for (Outgoing outgoing : nodes.get(from).takeSent()) {
                for (int to = 0; to < nodes.size(); to++) {
                    // Two nodes with one key are no peers of each other.
                    boolean other = nodes.get(to).self != nodes.get(from).self;
                    if (other && (outgoing.to() == Outgoing.ALL || outgoing.to() == nodes.get(to).self)) {
                        put(from, to, outgoing.message());
                    }
                }
            }
        }
    }

    private void put(int from, int to, Message message) {
        long delay = 1 + random.nextInt(maxDelayMs);
        Envelope envelope = new Envelope(nanos + delay * 1_000_000, sequence++, from, to, message);
        if (!drops.test(envelope)) {
            wire.add(envelope);
        }
    }

    /** Throws unless all finalized prefixes agree, heights have no gap, and no node has voted twice. */
    void check() {
        check(nodes);
    }

    /** As {@link #check()}, for the honest ones. */
    static void check(List<TestNode> honest) {
        Map<Long, Hash> byHeight = new HashMap<>();
        for (TestNode node : honest) {
            long height = 0;
            for (FinalBlock block : node.applied) {
                height++;
                Hash id = block.block().blockId();
                require(block.block().header().height() == height, "node " + node.self + " skipped to a height");
                Hash other = byHeight.putIfAbsent(height, id);
                require(other == null || other.equals(id), "two blocks at height " + height);
            }
            checkVotes(node);
        }
    }

    private static void checkVotes(TestNode node) {
        Map<String, Hash> said = new HashMap<>();
        for (VoteRecord record : node.log) {
            if (record instanceof VoteRecord.Notarized vote) {
                once(said, "N" + vote.view(), vote.blockId());
            } else if (record instanceof VoteRecord.Proposed vote) {
                once(said, "P" + vote.view(), vote.blockId());
            } else if (record instanceof VoteRecord.Finalized vote) {
                once(said, "F" + vote.view(), vote.blockId());
                require(!said.containsKey("0" + vote.view()), "finalized after nullify");
            } else if (record instanceof VoteRecord.Nullified vote) {
                once(said, "0" + vote.view(), Hash.ZERO);
                require(!said.containsKey("F" + vote.view()), "nullified after finalize");
            }
        }
    }

    private static void once(Map<String, Hash> said, String what, Hash id) {
        require(said.put(what, id) == null, "voted twice: " + what);
    }

    private static void require(boolean holds, String text) {
        if (!holds) {
            throw new AssertionError(text);
        }
    }
}

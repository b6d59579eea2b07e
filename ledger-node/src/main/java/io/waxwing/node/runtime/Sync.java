package io.waxwing.node.runtime;

import io.waxwing.ledger.chain.LedgerChain;
import io.waxwing.ledger.failure.LedgerFailure;
import io.waxwing.ledger.simplex.Block;
import io.waxwing.ledger.simplex.BlockHeader;
import io.waxwing.ledger.simplex.Certificate;
import io.waxwing.ledger.simplex.MessageCheck.Verified;
import io.waxwing.ledger.simplex.Now;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Catches up over a long way: ranges of final blocks, each proven by one finalization certificate, from one peer at a
 * time (ledger-runtime.md section 5). A few blocks are left to consensus, which fetches them itself. Ledger thread.
 */
final class Sync {
    /** Views that the ledger may be behind before ranges are asked for. */
    static final long LAG_VIEWS = 64;

    private static final long ANSWER_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long AGAIN_NANOS = TimeUnit.SECONDS.toNanos(1);
    /** For so long a peer is not asked after an answer that could not be verified. */
    private static final long DOWN_NANOS = TimeUnit.SECONDS.toNanos(60);
    /** And after none, or one that did not help. */
    private static final long SLOW_NANOS = TimeUnit.SECONDS.toNanos(10);

    /** What is asked for is kept by none of those who answer. */
    static final String FORGOTTEN = "WXW-3159";

    private static final Logger LOG = LoggerFactory.getLogger(Sync.class);
    private static final long FRUITLESS_NANOS = TimeUnit.SECONDS.toNanos(60);

    private final Consensus consensus;
    private final SyncTraffic traffic;
    private final Map<Integer, Long> askAgainNanos = new HashMap<>();
    private boolean underWay;
    private boolean idle = true;
    private int asked;
    private long dueNanos;
    // The first height that is lacked, and when it was asked for in vain first.
    private long lacked = -1;
    private long lackedNanos;

    Sync(Consensus consensus, SyncTraffic traffic) {
        this.consensus = consensus;
        this.traffic = traffic;
    }

    private long lag() {
        return consensus.simplex().settledView()
                - consensus.simplex().lastApplied().view();
    }

    private boolean isWanted() {
        return lag() >= (underWay ? 1 : LAG_VIEWS);
    }

    /** When there is something to do though nothing is heard; Long.MAX_VALUE for never. */
    long dueNanos() {
        return !idle || isWanted() ? dueNanos : Long.MAX_VALUE;
    }

    /**
     * Takes what was answered and asks for what follows.
     *
     * @throws LedgerFailure WXW-3150 if what is final does not stand on what was applied here
     */
    void gather(Now now, Turn turn) {
        SyncTraffic.Answer answer = traffic.poll();
        if (answer != null && !idle) {
            idle = true;
            dueNanos = now.nanos();
            take(answer, now, turn);
        } else if (!idle && now.nanos() - dueNanos >= 0) {
            traffic.forget();
            leave(asked, SLOW_NANOS, now);
        }
        if (idle && isWanted() && consensus.maySync() && now.nanos() - dueNanos >= 0) {
            ask(now);
        }
    }

    /** Says so now and then: those who kept the block may be away, or all have forgotten it. */
    private void inVain(long height, Now now) {
        if (height != lacked) {
            lacked = height;
            lackedNanos = now.nanos();
        } else if (now.nanos() - lackedNanos >= FRUITLESS_NANOS) {
            lackedNanos = now.nanos();
            LOG.atError()
                    .addKeyValue("code", FORGOTTEN)
                    .log(
                            "no node that answers has block {} (ledger.keepBlocks): while that is so this node cannot"
                                    + " follow; without its data, but with its keys, it begins with a snapshot",
                            height);
        }
    }

    private void leave(int peer, long nanos, Now now) {
        idle = true;
        askAgainNanos.put(peer, now.nanos() + nanos);
        dueNanos = now.nanos();
    }

    private void ask(Now now) {
        Integer peer = next(now);
        boolean sent = false;
        if (peer != null) {
            sent = traffic.ask(peer, consensus.simplex().lastApplied().height() + 1);
            asked = peer;
            idle = !sent;
        }
        dueNanos = now.nanos() + (sent ? ANSWER_NANOS : AGAIN_NANOS);
    }

    /** The peer that answered last goes on; else the one after it that may be asked. */
    private @Nullable Integer next(Now now) {
        List<Integer> peers = traffic.reachable().stream()
                .filter(peer -> {
                    Long again = askAgainNanos.get(peer);
                    return again == null || now.nanos() - again >= 0;
                })
                .toList();
        if (peers.isEmpty()) {
            return null;
        }
        return peers.stream().filter(peer -> peer >= asked).findFirst().orElse(peers.get(0));
    }

    private void take(SyncTraffic.Answer answer, Now now, Turn turn) {
        Verified<Certificate> finalization = answer.finalization();
        BlockHeader applied = consensus.simplex().lastApplied();
        List<Block> news = answer.blocks().stream()
                .filter(block -> block.header().height() > applied.height())
                .toList();
        // An epoch's end is for consensus to see: it comes there block by block.
        boolean plain = consensus.maySync()
                && news.stream()
                        .noneMatch(block -> block.endsEpoch() || block.header().epoch() != consensus.epoch());
        underWay = finalization != null && !news.isEmpty() && plain;
        if (finalization == null || !underWay) {
            inVain(applied.height() + 1, now);
            leave(answer.peer(), answer.sound() ? SLOW_NANOS : DOWN_NANOS, now);
            return;
        }
        BlockHeader first = news.get(0).header();
        if (!first.parentId().equals(applied.blockId())) {
            throw new LedgerFailure(
                    LedgerChain.DIVERGED,
                    "a block is final that does not stand on block " + applied.height() + " as applied here");
        }
        consensus.synced(news, finalization, now, turn);
    }
}

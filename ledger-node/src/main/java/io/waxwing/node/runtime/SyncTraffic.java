package io.waxwing.node.runtime;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.waxwing.ledger.batch.BatchReference;
import io.waxwing.ledger.codec.ByteReader;
import io.waxwing.ledger.execute.Applied;
import io.waxwing.ledger.failure.LedgerFailure;
import io.waxwing.ledger.failure.MalformedException;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.simplex.Block;
import io.waxwing.ledger.simplex.Certificate;
import io.waxwing.ledger.simplex.MessageCheck.Verified;
import io.waxwing.ledger.simplex.Vote;
import io.waxwing.ledger.spi.LedgerStore;
import io.waxwing.ledger.spi.PeerLinks;
import io.waxwing.ledger.spi.PeerLinks.Channel;
import io.waxwing.node.snapshot.SnapshotServer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * The channel SYNC: serves ranges of final blocks from the store, one to each peer at a time, and takes the one range
 * that was asked for. Both on the verifying pool; what reaches the ledger thread is proven by a certificate.
 */
final class SyncTraffic {
    /** A range of blocks that is not what was asked for, or not proven. */
    static final String UNVERIFIABLE = "WXW-3156";

    private final PeerLinks links;
    private final Executor verify;
    private final LedgerStore store;
    private final KnownEpochs epochs;
    private final SnapshotServer snapshots;
    private final Set<Integer> served = ConcurrentHashMap.newKeySet();
    private final AtomicReference<@Nullable Asked> asked = new AtomicReference<>();
    private final AtomicReference<@Nullable Answer> answer = new AtomicReference<>();
    private final Complaints complaints = new Complaints(LoggerFactory.getLogger(SyncTraffic.class), System::nanoTime);
    private final Counter refused;
    private final Counter dropped;

    SyncTraffic(LedgerStore store, KnownEpochs epochs, PeerLinks links, Executor verify, MeterRegistry registry) {
        this.links = links;
        this.verify = verify;
        this.store = store;
        this.epochs = epochs;
        this.snapshots = new SnapshotServer(store, number -> {
            EpochView epoch = epochs.of(number);
            return epoch == null ? null : epoch.identity;
        });
        this.refused = Counter.builder("waxwing.ledger.sync.ranges.refused")
                .description("Ranges of blocks from other nodes that could not be verified")
                .register(registry);
        this.dropped = Counter.builder("waxwing.ledger.sync.frames.dropped")
                .description("Frames of the channel sync that nobody waits for or has room for")
                .register(registry);
    }

    private record Asked(int peer, long from) {}

    /**
     * What a peer answered: blocks that the certificate makes final, each the parent of the next.
     *
     * @param finalization of the last block; null if there are no blocks, or if the answer could not be verified
     * @param sound false if the peer is to be left alone for a while
     */
    record Answer(int peer, @Nullable Verified<Certificate> finalization, List<Block> blocks, boolean sound) {
        Answer {
            blocks = List.copyOf(blocks);
        }
    }

    void open(Runnable wakeUp) {
        links.receive(Channel.SYNC, (from, frame) -> {
            try {
                verify.execute(() -> take(from, frame, wakeUp));
            } catch (RejectedExecutionException full) {
                dropped.increment();
            }
        });
    }

    /** Nodes that could be asked now, in the order of their numbers. */
    List<Integer> reachable() {
        return links.peers().stream()
                .filter(peer -> links.isUp(peer, Channel.SYNC))
                .toList();
    }

    boolean ask(int peer, long from) {
        asked.set(new Asked(peer, from));
        return links.send(peer, Channel.SYNC, SyncFrame.request(from));
    }

    /** Whatever comes from now on comes too late. */
    void forget() {
        asked.set(null);
    }

    /** The answer if it is there, once. */
    @Nullable Answer poll() {
        return answer.getAndSet(null);
    }

    private void take(int from, byte[] frame, Runnable wakeUp) {
        try {
            if (SnapshotServer.isOne(frame)) {
                serve(from, () -> snapshots.answer(frame));
                return;
            }
            long height = SyncFrame.rangeFrom(frame);
            if (height < 0) {
                serve(from, () -> range(requested(frame)));
                return;
            }
            Asked expected = asked.get();
            boolean awaited = expected != null && expected.peer() == from && expected.from() == height;
            if (!awaited || !asked.compareAndSet(expected, null)) {
                dropped.increment();
                return;
            }
            answer.set(verified(from, frame));
            wakeUp.run();
        } catch (LedgerFailure e) {
            refuse(from, e);
        }
    }

    private void refuse(int from, LedgerFailure why) {
        refused.increment();
        boolean unused =
                complaints.about(from, UNVERIFIABLE, "it is not asked for blocks for a while: " + why.getMessage());
    }

    private Answer verified(int from, byte[] frame) {
        try {
            SyncFrame.Range range = (SyncFrame.Range)
                    SyncFrame.decode(frame, epochs.now().validators.size());
            Certificate finalization = range.finalization();
            if (finalization == null) {
                return new Answer(from, null, List.of(), true);
            }
            checkChain(range, finalization);
            Verified<Certificate> verified = epochs.now().verified(0, finalization);
            range.blocks().forEach(this::checkAhead);
            return new Answer(from, verified, range.blocks(), true);
        } catch (LedgerFailure e) {
            refuse(from, e);
            return new Answer(from, null, List.of(), false);
        }
    }

    /**
     * The signatures of its batches, while the ledger thread is busy with the blocks before: execution gives the
     * verdict, and what is valid is remembered for it.
     */
    private void checkAhead(Block block) {
        for (BatchReference batch : block.batches()) {
            Applied.RejectedBatch unused = epochs.now().batches.checkAlone(batch);
        }
    }

    /** Back from the certificate: each block is the one that the next names as its parent. */
    private static void checkChain(SyncFrame.Range range, Certificate finalization) {
        List<Block> blocks = range.blocks();
        Hash named = finalization.blockId();
        for (int i = blocks.size() - 1; i >= 0; i--) {
            Block block = blocks.get(i);
            if (!block.blockId().equals(named) || block.header().height() != range.from() + i) {
                throw new LedgerFailure(UNVERIFIABLE, "block " + (range.from() + i) + " is not the certified one");
            }
            named = block.header().parentId();
        }
        if (finalization.type() != Vote.Type.FINALIZE) {
            throw new LedgerFailure(UNVERIFIABLE, "a range needs a finalization");
        }
    }

    private long requested(byte[] frame) {
        return ((SyncFrame.Request)
                        SyncFrame.decode(frame, epochs.now().validators.size()))
                .from();
    }

    private void serve(int peer, Supplier<byte @Nullable []> answer) {
        if (!served.add(peer)) {
            dropped.increment();
            return;
        }
        try {
            byte[] made = answer.get();
            boolean unused = made != null && links.send(peer, Channel.SYNC, made);
        } finally {
            served.remove(peer);
        }
    }

    /**
     * As many blocks of one epoch as fit, up to one that has a certificate of its own. Not the one that ends it: that
     * comes by consensus, which has to know why.
     */
    private byte[] range(long from) {
        List<byte[]> blocks = new ArrayList<>();
        Certificate last = null;
        int proven = 0;
        int bytes = 0;
        while (blocks.size() < SyncFrame.MAX_BLOCKS) {
            long height = from + blocks.size();
            byte[] stored = height < 1 ? null : store.block(height);
            ByteString certificate = stored == null ? null : store.finalization(height);
            if (stored == null || certificate == null) {
                break;
            }
            Block block = Block.decodeStored(stored).withoutJustify();
            EpochView epoch = epochs.of(block.header().epoch());
            if (block.endsEpoch() || epoch == null) {
                break;
            }
            byte[] encoded = block.encode();
            bytes += encoded.length + Integer.BYTES;
            if (bytes > SyncFrame.MAX_BYTES) {
                break;
            }
            blocks.add(encoded);
            ByteReader in = new ByteReader(certificate.toBytes(), MalformedException.BLOCK);
            Certificate finalization = Certificate.readFrom(in, epoch.validators.size());
            if (finalization.blockId().equals(block.blockId())) {
                last = finalization;
                proven = blocks.size();
            }
        }
        return SyncFrame.range(from, last, Collections.unmodifiableList(blocks.subList(0, proven)));
    }
}

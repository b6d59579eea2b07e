package io.waxwing.node.runtime;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.waxwing.ledger.batch.BatchReference;
import io.waxwing.ledger.checkpoint.CheckpointRounds.Line;
import io.waxwing.ledger.control.ConfigProposal;
import io.waxwing.ledger.dispute.Dispute;
import io.waxwing.ledger.failure.LedgerFailure;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.simplex.BlockAnswer;
import io.waxwing.ledger.simplex.BlockRequest;
import io.waxwing.ledger.simplex.Effects.Outgoing;
import io.waxwing.ledger.simplex.Message;
import io.waxwing.ledger.spi.PeerLinks;
import io.waxwing.ledger.spi.PeerLinks.Channel;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Consensus' side of the links: names nodes as consensus does, and lets nothing in that was not decoded and checked on
 * the verifying pool. Who sends faster than it can be checked loses its own frames only.
 */
final class PeerTraffic {
    /** Frames of one peer that may be under way to or on the pool. */
    static final int MAX_CHECKING = 512;

    /** Where this node's answers to itself wait; no origin has that number. */
    private static final int SELF = -1;

    private static final long MAX_CHECKING_BYTES = 8L << 20;

    private final PeerLinks links;
    private final Executor verify;
    private final KnownEpochs epochs;
    private final FrameCheck check;
    private final Map<Integer, Load> loads = new ConcurrentHashMap<>();
    private final Complaints complaints = new Complaints(LoggerFactory.getLogger(PeerTraffic.class), System::nanoTime);
    private final Counter malformed;
    private final Counter dropped;
    private @Nullable Inbox inbox;

    PeerTraffic(KnownEpochs epochs, PeerLinks links, Executor verify, FrameCheck check, MeterRegistry registry) {
        this.links = links;
        this.verify = verify;
        this.epochs = epochs;
        this.check = check;
        this.malformed = Counter.builder("waxwing.peer.frames.refused")
                .description("Frames of other nodes that were malformed or wrongly signed")
                .register(registry);
        this.dropped = Counter.builder("waxwing.peer.frames.dropped")
                .description("Frames that found no room on this node")
                .register(registry);
    }

    /** What one peer has on the pool. */
    private static final class Load {
        private final AtomicLong frames = new AtomicLong();
        private final AtomicLong bytes = new AtomicLong();

        boolean enter(int size) {
            boolean room = frames.incrementAndGet() <= MAX_CHECKING;
            room &= bytes.addAndGet(size) <= MAX_CHECKING_BYTES;
            if (!room) {
                leave(size);
            }
            return room;
        }

        void leave(int size) {
            frames.decrementAndGet();
            bytes.addAndGet(-size);
        }
    }

    /** True if there is nobody to talk to. */
    boolean alone() {
        return links.peers().isEmpty();
    }

    /** Validators in touch, this node included if it is one. */
    int connectedValidators() {
        EpochView now = epochs.now();
        int connected = now.self() >= 0 ? 1 : 0;
        for (int peer : links.peers()) {
            if (now.validators.isIndex(now.names.nameOf(peer)) && links.isUp(peer, Channel.CONSENSUS)) {
                connected++;
            }
        }
        return connected;
    }

    /** Takes frames from now on, and hears of links that come up. */
    void open(Inbox newInbox, Runnable wakeUp) {
        inbox = newInbox;
        links.onUp((peer, channel) -> {
            if (channel == Channel.CONSENSUS) {
                newInbox.up(peer);
                wakeUp.run();
            }
        });
        links.receive(Channel.CONSENSUS, (from, frame) -> {
            Load load = loads.computeIfAbsent(from, node -> new Load());
            if (!load.enter(frame.length)) {
                dropped.increment();
                return;
            }
            try {
                verify.execute(() -> take(from, frame, load, wakeUp));
            } catch (RejectedExecutionException full) {
                load.leave(frame.length);
                dropped.increment();
            }
        });
    }

    private void take(int from, byte[] frame, Load load, Runnable wakeUp) {
        try {
            Inbox.Peer input = check.check(from, frame);
            if (input != null && inbox().offer(from, input, frame.length)) {
                wakeUp.run();
            } else {
                dropped.increment();
            }
        } catch (LedgerFailure e) {
            malformed.increment();
            boolean unused = complaints.about(from, e.code(), "a frame is refused: " + e.getMessage());
        } finally {
            load.leave(frame.length);
        }
    }

    private Inbox inbox() {
        return Objects.requireNonNull(inbox, "open first");
    }

    void send(Outgoing outgoing) {
        if (outgoing.to() == Outgoing.ALL) {
            sendAll(ConsensusFrame.of(outgoing.message()));
        } else if (isSelf(outgoing)) {
            answerSelf(outgoing.message());
        } else {
            sendTo(epochs.nodeOf(outgoing.to(), outgoing.message().epoch()), ConsensusFrame.of(outgoing.message()));
        }
    }

    private boolean isSelf(Outgoing outgoing) {
        EpochView epoch = epochs.of(outgoing.message().epoch());
        return epoch != null && outgoing.to() == epoch.self();
    }

    /** A validator that only follows asks all validators in turn, itself included: it does not have the block. */
    private void answerSelf(Message message) {
        EpochView now = epochs.now();
        if (message instanceof BlockRequest request && request.epoch() == now.number()) {
            BlockAnswer answer = new BlockAnswer(request.epoch(), request.blockId(), null);
            Inbox.Peer said = new Inbox.Peer.Consensus(now.verified(now.self(), answer));
            boolean unused = inbox().offer(SELF, said, Hash.LENGTH);
        }
    }

    /** {@code to} as a message of the answer's epoch names it. */
    void answer(int to, BlockAnswer answer) {
        sendTo(epochs.nodeOf(to, answer.epoch()), ConsensusFrame.of((Message) answer));
    }

    void answer(int node, ByteString note) {
        sendTo(node, ConsensusFrame.ofNote(note));
    }

    void spread(ConfigProposal change) {
        sendAll(ConsensusFrame.of(change));
    }

    void spread(ConsensusFrame.Approved approval) {
        sendAll(ConsensusFrame.of(approval));
    }

    void spread(Dispute dispute) {
        sendAll(ConsensusFrame.of(dispute));
    }

    void spread(BatchReference batch) {
        sendAll(ConsensusFrame.of(batch));
    }

    void spread(Line line) {
        sendAll(ConsensusFrame.of(line));
    }

    void say(int node, Line line) {
        sendTo(node, ConsensusFrame.of(line));
    }

    void say(int node, BatchReference batch) {
        sendTo(node, ConsensusFrame.of(batch));
    }

    void askForNote(long treeSize) {
        sendAll(ConsensusFrame.ofNoteWanted(treeSize));
    }

    private void sendTo(@Nullable Integer node, byte[] frame) {
        if (node != null) {
            // A frame that is lost is said again: every sender of this channel repeats itself.
            boolean unused = links.send(node, Channel.CONSENSUS, frame);
        }
    }

    private void sendAll(byte[] frame) {
        for (int peer : links.peers()) {
            boolean unused = links.send(peer, Channel.CONSENSUS, frame);
        }
    }
}

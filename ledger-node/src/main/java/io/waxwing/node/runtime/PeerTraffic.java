package io.waxwing.node.runtime;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.waxwing.ledger.batch.BatchReference;
import io.waxwing.ledger.checkpoint.CheckpointRounds.Line;
import io.waxwing.ledger.control.Registry;
import io.waxwing.ledger.control.Registry.Institution;
import io.waxwing.ledger.control.Registry.Origin;
import io.waxwing.ledger.failure.LedgerFailure;
import io.waxwing.ledger.simplex.BlockAnswer;
import io.waxwing.ledger.simplex.Effects.Outgoing;
import io.waxwing.ledger.simplex.Message;
import io.waxwing.ledger.simplex.MessageCheck;
import io.waxwing.ledger.simplex.Validators;
import io.waxwing.ledger.simplex.VotingRules;
import io.waxwing.ledger.spi.PeerLinks;
import io.waxwing.ledger.spi.PeerLinks.Channel;
import io.waxwing.node.start.OpenedLedger;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Consensus' side of the links: names nodes as consensus does (a validator by its index, an observer by a number behind
 * them), and lets nothing in that was not decoded and checked on the verifying pool.
 */
final class PeerTraffic {
    private static final Logger LOG = LoggerFactory.getLogger(PeerTraffic.class);

    private final PeerLinks links;
    private final Executor verify;
    private final MessageCheck check;
    private final Object checkTurn = new Object();
    private final int validators;
    private final Map<Integer, Integer> indexOfNode = new HashMap<>();
    private final Map<Integer, Integer> nodeOfIndex = new HashMap<>();
    private final Counter malformed;
    private final Counter dropped;

    PeerTraffic(OpenedLedger opened, PeerLinks links, Executor verify, MeterRegistry registry) {
        this.links = links;
        this.verify = verify;
        this.validators = opened.validators().size();
        this.check = new MessageCheck(opened.validators(), opened.signatures(), VotingRules.PROTOCOL);
        Registry members = Registry.parse(opened.identity().config().registry());
        for (int peer : links.peers()) {
            int index = indexOf(peer, members);
            indexOfNode.put(peer, index);
            nodeOfIndex.putIfAbsent(index, peer);
        }
        this.malformed = Counter.builder("waxwing.peer.frames.refused")
                .description("Frames of other nodes that were malformed or wrongly signed")
                .register(registry);
        this.dropped = Counter.builder("waxwing.peer.frames.dropped")
                .description("Frames that found no room on this node")
                .register(registry);
    }

    private static int indexOf(int node, Registry members) {
        Origin origin = members.origin(node);
        List<Institution> validators = members.validators();
        for (int index = 0; origin != null && index < validators.size(); index++) {
            if (validators.get(index).id() == origin.institutionId()) {
                return index;
            }
        }
        return Validators.MAX + node;
    }

    /** Takes frames from now on. */
    void open(Inbox inbox, Runnable wakeUp) {
        links.receive(Channel.CONSENSUS, (from, frame) -> {
            try {
                verify.execute(() -> take(from, frame, inbox, wakeUp));
            } catch (RejectedExecutionException full) {
                dropped.increment();
            }
        });
    }

    private void take(int from, byte[] frame, Inbox inbox, Runnable wakeUp) {
        Inbox.Peer checked;
        try {
            checked = checked(indexOfNode.getOrDefault(from, Validators.MAX + from), frame);
        } catch (LedgerFailure e) {
            malformed.increment();
            LOG.atWarn().addKeyValue("code", e.code()).log("a frame of node {} is refused: {}", from, e.getMessage());
            return;
        }
        if (inbox.offer(checked, frame.length)) {
            wakeUp.run();
        } else {
            dropped.increment();
        }
    }

    private Inbox.Peer checked(int from, byte[] frame) {
        ConsensusFrame decoded = ConsensusFrame.decode(frame, validators);
        if (decoded instanceof ConsensusFrame.Certified certified) {
            return new Inbox.Peer.Batch(from, certified.batch());
        }
        if (decoded instanceof ConsensusFrame.Cosigned cosigned) {
            return new Inbox.Peer.Cosignature(from, cosigned.line());
        }
        // The check remembers what it found valid, and only one thread may use it at a time.
        synchronized (checkTurn) {
            return new Inbox.Peer.Consensus(check.check(from, ((ConsensusFrame.Said) decoded).message()));
        }
    }

    void send(Outgoing outgoing) {
        byte[] frame = ConsensusFrame.of(outgoing.message());
        if (outgoing.to() == Outgoing.ALL) {
            sendAll(frame);
        } else {
            sendTo(outgoing.to(), frame);
        }
    }

    void answer(int to, BlockAnswer answer) {
        sendTo(to, ConsensusFrame.of((Message) answer));
    }

    void spread(BatchReference batch) {
        sendAll(ConsensusFrame.of(batch));
    }

    void spread(Line line) {
        sendAll(ConsensusFrame.of(line));
    }

    private void sendTo(int index, byte[] frame) {
        Integer node = index >= Validators.MAX ? Integer.valueOf(index - Validators.MAX) : nodeOfIndex.get(index);
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

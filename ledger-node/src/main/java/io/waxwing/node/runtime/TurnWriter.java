package io.waxwing.node.runtime;

import io.waxwing.ledger.checkpoint.CheckpointRounds.Line;
import io.waxwing.ledger.simplex.Block;
import io.waxwing.ledger.simplex.BlockAnswer;
import io.waxwing.ledger.simplex.Effects;
import io.waxwing.ledger.simplex.Validators;
import io.waxwing.ledger.simplex.VoteRecord.Cosigned;
import io.waxwing.ledger.spi.LedgerStore;
import io.waxwing.ledger.spi.PublishedCheckpoint;
import io.waxwing.ledger.spi.VoteLog;
import io.waxwing.node.start.OpenedLedger;
import java.util.function.LongSupplier;

/** Carries a turn through its stages: nothing leaves the node before what binds it is on the disk. Ledger thread. */
final class TurnWriter {
    /** The sender of this node's own cosignatures; no origin has that number. */
    private static final int SELF = -1;

    private final LedgerStore store;
    private final VoteLog log;
    private final Checkpoints checkpoints;
    private final PeerTraffic peers;
    private final LongSupplier wallClockMs;
    private final LastWords words = new LastWords();
    private final Repeats repeats;
    private final LongSupplier settledView;

    TurnWriter(
            OpenedLedger opened,
            Checkpoints checkpoints,
            PeerTraffic peers,
            Repeats repeats,
            LongSupplier settledView,
            LongSupplier wallClockMs) {
        this.store = opened.store();
        this.log = opened.log();
        this.checkpoints = checkpoints;
        this.peers = peers;
        this.repeats = repeats;
        this.settledView = settledView;
        this.wallClockMs = wallClockMs;
    }

    /**
     * Goes on with the turn from the stage it is in.
     *
     * @throws io.waxwing.ledger.failure.LedgerFailure WXW-3120 or 3121 if the disk refuses: to be called again
     */
    void carry(Turn turn) {
        if (turn.stage == Turn.Stage.BODIES) {
            if (!turn.bodies.isEmpty()) {
                store.writeBlocks(turn.bodies);
            }
            turn.stage = Turn.Stage.LOG;
        }
        if (turn.stage == Turn.Stage.LOG) {
            writeLog(turn);
            turn.stage = Turn.Stage.SEND;
        }
        if (turn.stage == Turn.Stage.SEND) {
            send(turn);
            turn.stage = Turn.Stage.APPLY;
        }
        if (turn.stage == Turn.Stage.APPLY) {
            for (; turn.applied < turn.finals.size(); turn.applied++) {
                Turn.Final done = turn.finals.get(turn.applied);
                store.apply(done.executed().write(done.ending()));
            }
            turn.stage = Turn.Stage.PUBLISH;
        }
        if (turn.stage == Turn.Stage.PUBLISH) {
            for (; turn.written < turn.published.size(); turn.written++) {
                store.writeCheckpoint(turn.published.get(turn.written));
            }
            turn.stage = Turn.Stage.ANSWER;
        }
        if (turn.stage == Turn.Stage.ANSWER) {
            answer(turn);
            turn.stage = Turn.Stage.DONE;
        }
    }

    private void writeLog(Turn turn) {
        turn.requests.forEach(request -> log.append(request.record()));
        turn.records.forEach(log::append);
        for (Turn.Head head : turn.heads) {
            if (head.cosign() && checkpoints.isNew(head)) {
                log.append(new Cosigned(head.treeSize(), head.root()));
            }
        }
        log.force();
    }

    private void send(Turn turn) {
        for (Effects.Outgoing outgoing : turn.sends) {
            peers.send(outgoing);
            if (outgoing.to() == Effects.Outgoing.ALL) {
                words.said(outgoing.message());
            }
        }
        turn.ups.forEach(this::greet);
        turn.spread.forEach(peers::spread);
        turn.said.forEach(peers::spread);
        turn.changes.forEach(peers::spread);
        turn.disputes.forEach(peers::spread);
        turn.approvals.forEach(peers::spread);
        if (turn.noteWanted > 0) {
            peers.askForNote(turn.noteWanted);
        }
        for (Turn.Head head : turn.heads) {
            turn.publish(checkpoints.reached(head));
            if (head.cosign()) {
                Line line = checkpoints.sign(head, wallClockMs.getAsLong());
                turn.publish(checkpoints.onLine(SELF, line));
                peers.spread(line);
            }
        }
    }

    /** What was said before the link was there is said again; all of it is on the disk. */
    private void greet(int node) {
        words.about(settledView.getAsLong())
                .forEach(message -> peers.send(new Effects.Outgoing(Validators.MAX + node, message)));
        repeats.ownBatches().forEach(batch -> peers.say(node, batch));
        Line line = checkpoints.newest();
        if (line != null) {
            peers.say(node, line);
        }
    }

    private void answer(Turn turn) {
        for (Effects.Lookup lookup : turn.lookups) {
            peers.answer(lookup.to(), answer(lookup));
        }
        turn.notesAsked.forEach((node, treeSize) -> {
            PublishedCheckpoint known = store.checkpointAt(treeSize);
            PublishedCheckpoint latest = known != null ? known : store.latestCheckpoint();
            if (latest != null && latest.treeSize() >= treeSize) {
                peers.answer(node, latest.note());
            }
        });
    }

    private BlockAnswer answer(Effects.Lookup lookup) {
        byte[] stored = store.block(lookup.blockId());
        Block block = stored == null ? null : Block.decodeStored(stored).withoutJustify();
        return new BlockAnswer(lookup.epoch(), lookup.blockId(), block);
    }
}

package io.waxwing.node.runtime;

import io.waxwing.ledger.batch.BatchReference;
import io.waxwing.ledger.chain.LedgerChain;
import io.waxwing.ledger.chain.PendingBatches.Offer;
import io.waxwing.ledger.chain.PendingDisputes;
import io.waxwing.ledger.dispute.Dispute;
import io.waxwing.ledger.simplex.BlockRequest;
import io.waxwing.ledger.simplex.CertificateRequest;
import io.waxwing.ledger.simplex.Effects.Outgoing;
import io.waxwing.ledger.simplex.Foreign;
import io.waxwing.ledger.simplex.Message;
import io.waxwing.ledger.simplex.Now;
import io.waxwing.ledger.simplex.SignedVote;
import io.waxwing.ledger.simplex.Validators;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Gives what other nodes sent to those on this node that it is for. Ledger thread. */
final class Hearing {
    /** Requests of one peer that a turn answers: each costs up to a block, and who asks keeps to one at a time. */
    private static final int MAX_REQUESTS = 8;

    /** Approvals of one peer that a turn looks at, and how many of them a change counts for: all are said again. */
    private static final int MAX_GOVERNED = 64;

    private static final int CHANGE_COST = 16;

    private static final int DISPUTE_COST = 16;

    private final Consensus consensus;
    private final Checkpoints checkpoints;
    private final Governance governance;
    private final KnownEpochs epochs;
    private final HeardVotes votes = new HeardVotes();

    Hearing(Consensus consensus, Checkpoints checkpoints, Governance governance, KnownEpochs epochs) {
        this.consensus = consensus;
        this.checkpoints = checkpoints;
        this.governance = governance;
        this.epochs = epochs;
    }

    /** Links that are up: what this peer has said itself comes first, so that it knows before it votes again. */
    void up(List<Integer> nodes, Turn turn) {
        for (int node : nodes) {
            int peer = Validators.MAX + node;
            SignedVote own = votes.newestOf(epochs.now().names.nameOf(node));
            if (own != null) {
                turn.sends.add(new Outgoing(peer, own));
            }
            turn.sends.add(new Outgoing(
                    peer,
                    new CertificateRequest(
                            consensus.epoch(), consensus.simplex().settledView() + 1)));
            turn.ups.add(node);
        }
    }

    /** Everything that was heard; consensus may be over votes that this node gave and does not remember. */
    void take(List<Inbox.Peer> heard, Now now, Turn turn) {
        for (Inbox.Peer peer : heard) {
            if (peer instanceof Inbox.Peer.Consensus said) {
                votes.heard(said.message().message());
            }
        }
        consensus.compareWithLog(votes, now, turn);
        Map<Integer, Integer> requests = new HashMap<>();
        Map<Integer, Integer> governed = new HashMap<>();
        for (Inbox.Peer peer : heard) {
            if (peer instanceof Inbox.Peer.Consensus said) {
                Message message = said.message().message();
                if (message instanceof CertificateRequest) {
                    remind(said.message().from(), turn);
                }
                boolean request = message instanceof BlockRequest || message instanceof CertificateRequest;
                if (!request || requests.merge(said.message().from(), 1, Integer::sum) <= MAX_REQUESTS) {
                    consensus.message(said.message(), now, turn);
                }
            } else if (peer instanceof Inbox.Peer.OtherEpoch other) {
                Foreign message = other.message();
                if (message.wanted() == null || requests.merge(message.from(), 1, Integer::sum) <= MAX_REQUESTS) {
                    consensus.foreign(message, now, turn);
                }
            } else {
                takeOther(peer, now, turn, governed);
            }
        }
    }

    /** A validator that begins, be it an epoch or its process, hears what it has said itself. */
    private void remind(int peer, Turn turn) {
        SignedVote own = votes.newestOf(peer);
        if (own != null && own.epoch() == consensus.epoch()) {
            turn.sends.add(new Outgoing(peer, own));
        }
    }

    /** Takes this node's own batches; true if there is a new one. */
    boolean ownBatches(Inbox inbox, Turn turn) {
        boolean offered = false;
        for (BatchReference batch = inbox.nextBatch(); batch != null; batch = inbox.nextBatch()) {
            if (consensus.chain().refusal(batch) != null) {
                // It was made for the epoch before; its origin certifies it anew.
                continue;
            }
            Offer answer = consensus.chain().offer(batch);
            if (answer == Offer.TOO_FAR) {
                inbox.holdBack(batch);
                break;
            }
            if (answer == Offer.TAKEN) {
                offered = true;
                turn.spread.add(batch);
            }
        }
        return offered;
    }

    /** Takes what this node says about missing payloads; what may not stand now is said again by who wants it. */
    boolean ownDisputes(Inbox inbox, Turn turn) {
        boolean offered = false;
        for (Dispute dispute = inbox.nextDispute(); dispute != null; dispute = inbox.nextDispute()) {
            if (consensus.chain().offer(dispute) == PendingDisputes.Offer.TAKEN) {
                offered = true;
                turn.disputes.add(dispute);
            }
        }
        return offered;
    }

    private void takeOther(Inbox.Peer peer, Now now, Turn turn, Map<Integer, Integer> governed) {
        if (peer instanceof Inbox.Peer.Cosignature cosigned) {
            turn.publish(checkpoints.onLine(cosigned.from(), cosigned.line()));
        } else if (peer instanceof Inbox.Peer.Note note) {
            turn.publish(checkpoints.onNote(note.note()));
        } else if (peer instanceof Inbox.Peer.NoteWanted wanted) {
            turn.notesAsked.putIfAbsent(wanted.from(), wanted.treeSize());
        } else if (peer instanceof Inbox.Peer.Change change) {
            if (governed.merge(change.from(), CHANGE_COST, Integer::sum) <= MAX_GOVERNED
                    && governance.hear(change.from(), change.proposal(), turn)) {
                consensus.pending(now, turn);
            }
        } else if (peer instanceof Inbox.Peer.Approval approval) {
            if (governed.merge(approval.from(), 1, Integer::sum) <= MAX_GOVERNED) {
                governance.hear(approval.approval());
            }
        } else if (peer instanceof Inbox.Peer.Disputed disputed) {
            if (governed.merge(disputed.from(), DISPUTE_COST, Integer::sum) <= MAX_GOVERNED
                    && consensus.chain().offer(disputed.dispute()) == PendingDisputes.Offer.TAKEN) {
                consensus.pending(now, turn);
            }
        } else if (peer instanceof Inbox.Peer.Batch batch) {
            LedgerChain chain = consensus.chain();
            if (chain.waiting().wants(batch.batch())
                    && chain.refusal(batch.batch()) == null
                    && chain.offer(batch.batch()) == Offer.TAKEN) {
                consensus.pending(now, turn);
            }
        }
    }
}

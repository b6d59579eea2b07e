package io.waxwing.ledger.simplex;

import io.waxwing.ledger.failure.Invariant;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.sign.Signer;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * This node's own votes: the only place that signs. Every statement is first held against what the key has said in that
 * view, then recorded, then signed; the shell forces the record before the signature leaves.
 */
final class Seat {
    private final Validators validators;
    private final VotingRules rules;
    private final Outbox out;
    private final int self;
    private final TreeMap<Long, OwnVotes> pledges = new TreeMap<>();
    private @Nullable Signer key;
    private String resignation = "";
    private boolean condemned;

    Seat(Setup setup, Outbox out) {
        this.validators = setup.validators();
        this.rules = setup.rules();
        this.out = out;
        this.self = setup.self();
        this.key = setup.voteKey();
        this.resignation = key == null ? "this node has no vote" : "";
    }

    /** Takes over what the log says the key has signed. */
    void remember(SortedMap<Long, OwnVotes> votes) {
        pledges.putAll(votes);
    }

    boolean votes() {
        return key != null;
    }

    /** From now on nothing is signed and nothing recorded. The first reason stays. */
    void resign(String why) {
        if (key != null) {
            key = null;
            resignation = why;
        }
    }

    /** Resigns because this key has signed what is not remembered: for good, which the log says from now on. */
    void condemn(String why) {
        if (key != null) {
            out.record(new VoteRecord.Condemned(key.publicKey()));
            condemned = true;
            resign(why);
        }
    }

    /** True if this key must not vote until it is another one. */
    boolean isCondemned() {
        return condemned;
    }

    /** The key is condemned already, as the log says. */
    void stayCondemned() {
        condemned = true;
        resign("this key has signed what its vote log does not know; it votes again when it is rotated");
    }

    /** Why nothing is signed, empty while this node votes; an observer has no seat to resign from. */
    String resignation() {
        return resignation;
    }

    OwnVotes own(long view) {
        return pledges.getOrDefault(view, OwnVotes.NONE);
    }

    boolean mayPropose(long view) {
        return votes() && rules.mayPropose(own(view));
    }

    boolean mayNotarize(long view) {
        return votes() && rules.mayNotarize(own(view));
    }

    boolean mayNullify(long view) {
        return votes() && rules.mayNullify(own(view));
    }

    boolean mayFinalize(long view) {
        return votes() && rules.mayFinalize(own(view));
    }

    SignedVote propose(long view, Hash blockId) {
        Invariant.check(mayPropose(view), "one proposal a view");
        pledges.put(view, own(view).withProposed(blockId));
        out.record(new VoteRecord.Proposed(view, blockId));
        return sign(Vote.Type.PROPOSE, view, blockId);
    }

    SignedVote notarize(long view, Hash blockId) {
        Invariant.check(mayNotarize(view), "one notarize vote a view");
        pledges.put(view, own(view).withNotarized(blockId));
        out.record(new VoteRecord.Notarized(view, blockId));
        return sign(Vote.Type.NOTARIZE, view, blockId);
    }

    SignedVote nullify(long view) {
        Invariant.check(mayNullify(view), "one nullify vote a view, none after finalize");
        pledges.put(view, own(view).withNullified());
        out.record(new VoteRecord.Nullified(view));
        return sign(Vote.Type.NULLIFY, view, Hash.ZERO);
    }

    SignedVote finalizes(long view, Hash blockId) {
        Invariant.check(mayFinalize(view), "one finalize vote a view, none after nullify");
        pledges.put(view, own(view).withFinalized(blockId));
        out.record(new VoteRecord.Finalized(view, blockId));
        return sign(Vote.Type.FINALIZE, view, blockId);
    }

    void enter(long view) {
        if (votes()) {
            out.record(new VoteRecord.Enter(view));
        }
    }

    void enterEpoch() {
        if (votes()) {
            out.record(new VoteRecord.Epoch(validators.epoch()));
        }
    }

    void certified(Certificate certificate) {
        if (votes()) {
            out.record(new VoteRecord.Certified(certificate));
        }
    }

    void forget(long settledView, long currentView) {
        pledges.keySet().removeIf(view -> rules.mayForget(view, settledView, currentView));
    }

    /** True if that vote bears this node's signature, but is not among what it remembers of a view not settled. */
    boolean isUnknown(SignedVote heard, long settledView) {
        return votes()
                && heard.voter() == self
                && heard.view() > settledView
                && !own(heard.view()).covers(heard.type(), heard.blockId())
                && rules.stopsAtUnknownOwnVote();
    }

    /**
     * The recorded votes of a view again, byte for byte; a PROPOSE is of use only with its block and not among them.
     */
    List<SignedVote> again(long view) {
        List<SignedVote> votes = new ArrayList<>();
        OwnVotes own = own(view);
        if (votes() && own.notarized() != null) {
            votes.add(sign(Vote.Type.NOTARIZE, view, own.notarized()));
        }
        if (votes() && own.nullified()) {
            votes.add(sign(Vote.Type.NULLIFY, view, Hash.ZERO));
        }
        if (votes() && own.finalized() != null) {
            votes.add(sign(Vote.Type.FINALIZE, view, own.finalized()));
        }
        return votes;
    }

    /** The PROPOSE of a view again, or null if there was none. */
    @Nullable SignedVote proposalAgain(long view) {
        Hash proposed = own(view).proposed();
        return votes() && proposed != null ? sign(Vote.Type.PROPOSE, view, proposed) : null;
    }

    /** The views not settled in which the key has voted, rising. */
    List<Long> openViews() {
        return List.copyOf(pledges.keySet());
    }

    private SignedVote sign(Vote.Type type, long view, Hash blockId) {
        Signer signer = key;
        if (signer == null) {
            throw new IllegalStateException("only a validator that votes signs");
        }
        Vote vote = validators.vote(type, view, blockId);
        ByteString signature = ByteString.of(signer.sign(rules.signedMessage(vote)));
        return new SignedVote(type, validators.epoch(), view, blockId, self, signature);
    }
}

package io.waxwing.anchor.runtime;

import io.waxwing.anchor.availability.AudienceNodes;
import io.waxwing.anchor.availability.AudienceSecret;
import io.waxwing.anchor.availability.Audiences;
import io.waxwing.anchor.availability.PayloadFrame;
import io.waxwing.anchor.availability.PayloadStore;
import io.waxwing.anchor.challenge.AnswerRule;
import io.waxwing.anchor.challenge.ChallengeKeys;
import io.waxwing.anchor.challenge.ChallengeKeys.Kept;
import io.waxwing.anchor.challenge.ChallengeRule;
import io.waxwing.anchor.challenge.ChallengeRule.Step;
import io.waxwing.ledger.batch.CarriedBatch;
import io.waxwing.ledger.batch.CarriedEvent;
import io.waxwing.ledger.control.ChallengeTerms;
import io.waxwing.ledger.dispute.ChallengeId;
import io.waxwing.ledger.dispute.Dispute;
import io.waxwing.ledger.dispute.DisputeRules;
import io.waxwing.ledger.dispute.Disputes;
import io.waxwing.ledger.dispute.Excuse;
import io.waxwing.ledger.dispute.OpenChallenge;
import io.waxwing.ledger.dispute.SealedBatch;
import io.waxwing.ledger.dispute.X25519;
import io.waxwing.ledger.failure.LedgerFailure;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.sign.Signer;
import io.waxwing.ledger.spi.DisputeReader;
import io.waxwing.ledger.spi.Ledger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does what {@link ChallengeRule} and {@link AnswerRule} say: challenges before the ledger what nobody gives, and helps
 * those who challenge. The core thread calls everything; disks are read on the reading pool.
 */
public final class ChallengeAgent {
    private static final Logger LOG = LoggerFactory.getLogger(ChallengeAgent.class);
    private static final long EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    /** What this node holds of a challenged batch is not what its origin signed. */
    private static final String DAMAGED = "WXW-3197";

    /** The disk did not take the key of a challenge, or does not let it go. */
    private static final String KEY = "WXW-3198";

    private final Parts parts;
    private final PayloadAgent payloads;
    private final ChallengeRule challenging;
    private final AnswerRule answering;
    private final Map<ChallengeId, Kept> kept = new HashMap<>();
    // Read on the reading pool too.
    private volatile Disputes ledger = Disputes.NONE;
    private ChallengeTerms terms;
    private long dueNanos;

    /**
     * What an agent works with.
     *
     * @param audiences that this node is in
     * @param originKey signs what this node says
     * @param out to other nodes
     * @param readers reads the disk; may refuse
     * @param random gives 32 random bytes; asked on the core thread
     */
    public record Parts(
            Audiences audiences,
            Hash ledgerId,
            Signer originKey,
            PayloadStore store,
            Ledger ledger,
            DisputeReader reader,
            ChallengeKeys keys,
            PayloadOut out,
            Executor readers,
            Supplier<Hash> random) {}

    /** {@code payloads} knows what is missing. */
    public ChallengeAgent(Parts parts, PayloadAgent payloads, ChallengeTerms terms) {
        this.parts = parts;
        this.payloads = payloads;
        this.terms = terms;
        this.challenging = new ChallengeRule(parts.audiences().self());
        this.answering = new AnswerRule(parts.audiences().self());
        for (Kept before : parts.keys().all()) {
            kept.put(before.id(), before);
            challenging.resume(before.id(), before.batch());
        }
    }

    /** Another registry is in force. */
    public void onTerms(ChallengeTerms now) {
        terms = now;
    }

    /** What the ledger says after a block. */
    public void onDisputes(Disputes now, long height, long timeMs) {
        ledger = now;
        for (AnswerRule.Help help : answering.due(now, this::nodesOf, terms, height, timeMs)) {
            // Drawn here: one thread, so that no two answers share a key.
            Hash oneTime = parts.random().get();
            read(() -> help(help, oneTime));
        }
        dueNanos = 0;
    }

    private List<Integer> nodesOf(long audienceId) {
        if (!parts.audiences().contains(audienceId)) {
            return List.of();
        }
        AudienceNodes nodes = parts.audiences().nodes(audienceId);
        List<Integer> all = new ArrayList<>(nodes.others().keySet());
        all.add(nodes.self());
        return all;
    }

    private void read(Runnable reading) {
        try {
            parts.readers().execute(() -> {
                try {
                    reading.run();
                } catch (LedgerFailure e) {
                    LOG.atWarn().addKeyValue("code", e.code()).log("about a challenge: {}", e.getMessage());
                }
            });
        } catch (RejectedExecutionException full) {
            // Everything here is tried again with a later block or turn.
            LOG.debug("the readers are busy");
        }
    }

    /** Challenges what is due, and goes on with what was challenged. */
    public int doWork(long nowNanos) {
        if (!terms.areAllowed() || (dueNanos != 0 && nowNanos - dueNanos < 0)) {
            return 0;
        }
        dueNanos = nowNanos + EVERY_NANOS;
        List<Step> steps = challenging.due(payloads.fruitless(), ledger, payloads::isHere, nowNanos);
        steps.forEach(this::carryOut);
        return steps.size();
    }

    /** When {@link #doWork} wants to be called even if nothing arrives; Long.MAX_VALUE for never. */
    public long nextWorkNanos() {
        boolean nothing = !terms.areAllowed() || (!challenging.isWaiting() && !payloads.isSearching());
        return nothing || dueNanos == 0 ? Long.MAX_VALUE : dueNanos;
    }

    private void carryOut(Step step) {
        if (step instanceof Step.Begin begin) {
            Kept made = new Kept(begin.id(), begin.batch(), parts.random().get());
            if (!isKept(made)) {
                challenging.drop(begin.batch());
                return;
            }
            kept.put(begin.id(), made);
            LOG.warn("nobody gives batch {}: challenge {}", begin.batch().batchId(), begin.id());
            say(made);
        } else if (step instanceof Step.Say say) {
            say(Objects.requireNonNull(kept.get(say.id())));
        } else if (step instanceof Step.Serve serve) {
            submit(Dispute.Served.of(serve.id(), parts.originKey(), parts.ledgerId()));
        } else if (step instanceof Step.Read answered) {
            Kept key = Objects.requireNonNull(kept.get(answered.answered().id()));
            read(() -> open(answered.answered(), key));
        } else if (step instanceof Step.Forget forget) {
            kept.remove(forget.id());
            forget(forget.id());
        }
    }

    /** A challenge whose key is not on the disk is not said; it is begun again later. */
    private boolean isKept(Kept made) {
        try {
            parts.keys().keep(made);
            return true;
        } catch (RuntimeException e) {
            LOG.atError()
                    .addKeyValue("code", KEY)
                    .log("{} the key of a challenge is not kept: {}", KEY, e.getMessage());
            return false;
        }
    }

    private void forget(ChallengeId id) {
        try {
            parts.keys().forget(id);
        } catch (RuntimeException e) {
            LOG.atError().addKeyValue("code", KEY).log("{} the key of a challenge stays: {}", KEY, e.getMessage());
        }
    }

    private void say(Kept challenge) {
        long size = ledger.provableSize(challenge.batch().leafIndex() + 1);
        ByteString key = X25519.publicKey(challenge.privateKey(0));
        read(() -> submit(Dispute.Challenge.of(
                challenge.id(),
                key,
                parts.reader().prove(challenge.batch().leafIndex(), size),
                parts.originKey(),
                parts.ledgerId())));
    }

    private void submit(Dispute dispute) {
        // Said again if it does not show in the ledger.
        boolean unused = parts.ledger().submit(dispute);
    }

    /** On the reading pool: what was published is the batch, or its author is accused. */
    private void open(OpenChallenge answered, Kept key) {
        Dispute.Answer answer = parts.reader().answer(answered.id(), answered.sinceHeight());
        Integer turn = key.turnOf(answered.key());
        if (answer == null || turn == null) {
            return;
        }
        byte[] context = Dispute.Answer.context(answered.id(), answered.answererId(), parts.ledgerId());
        byte[] plain = answer.sealed().open(key.privateKey(turn), context);
        if (plain != null && DisputeRules.holds(plain, answered)) {
            List<CarriedEvent> events = CarriedBatch.decode(plain).events();
            payloads.onFrame(answered.answererId(), new PayloadFrame.Push(answered.header(), events).encode());
            return;
        }
        LOG.warn("what origin {} published for challenge {} is not the batch", answered.answererId(), answered.id());
        Dispute.Disproof.Keys keys =
                new Dispute.Disproof.Keys(key.privateKey(turn), X25519.publicKey(key.privateKey(turn + 1)));
        submit(Dispute.Disproof.of(answered.id(), keys, answer.sealed(), parts.originKey(), parts.ledgerId()));
    }

    /** On the reading pool: sends the batch to the challenger, or publishes it for it. */
    private void help(AnswerRule.Help help, Hash oneTime) {
        OpenChallenge challenge = help.challenge();
        PayloadFrame.Push push =
                parts.store().read(challenge.header().lane(), challenge.header().batchSeq(), challenge.batchId());
        if (push == null) {
            return;
        }
        if (!help.publish()) {
            boolean unused = parts.out().send(challenge.id().originId(), push.encode());
            return;
        }
        CarriedBatch whole = whole(push, challenge.header().lane().audienceId());
        if (whole == null || !whole.isOf(challenge.header()) || whole.encodedSize() > CarriedBatch.MAX_BYTES) {
            LOG.atError()
                    .addKeyValue("code", DAMAGED)
                    .log("{} batch {} is not here as its origin signed it: no answer", DAMAGED, challenge.batchId());
            return;
        }
        int self = parts.audiences().self();
        if (!challenge.erased().cover(whole)) {
            excuse(challenge);
            return;
        }
        byte[] context = Dispute.Answer.context(challenge.id(), self, parts.ledgerId());
        SealedBatch sealed = SealedBatch.seal(whole.encode(), challenge.key(), oneTime, context);
        submit(Dispute.Answer.of(challenge.recipient(), self, sealed, parts.originKey(), parts.ledgerId()));
    }

    /** What was erased before the challenge is said first: the answer follows when the ledger knows. */
    private void excuse(OpenChallenge challenge) {
        int segments = challenge.header().statement().segmentCount();
        for (long leafIndex : parts.store().erasures(challenge.batchLeafIndex(), segments)) {
            long size = ledger.provableSize(leafIndex);
            Excuse.Proof proof = size < 0 ? null : parts.reader().erased(leafIndex, size);
            if (proof != null) {
                submit(Excuse.of(challenge.id(), parts.audiences().self(), proof, parts.originKey(), parts.ledgerId()));
            }
        }
    }

    private @Nullable CarriedBatch whole(PayloadFrame.Push push, long audienceId) {
        AudienceSecret secret = parts.audiences().secret(audienceId);
        List<Hash> tags = new ArrayList<>(push.events().size());
        for (CarriedEvent event : push.events()) {
            Hash tag = secret == null ? null : secret.tagOf(event.topic());
            if (tag == null) {
                return null;
            }
            tags.add(tag);
        }
        return CarriedBatch.of(tags, push.events());
    }
}

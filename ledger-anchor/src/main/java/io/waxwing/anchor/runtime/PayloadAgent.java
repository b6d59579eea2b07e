package io.waxwing.anchor.runtime;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.waxwing.anchor.availability.AudienceSecret;
import io.waxwing.anchor.availability.Audiences;
import io.waxwing.anchor.availability.HeldBatch;
import io.waxwing.anchor.availability.Holding;
import io.waxwing.anchor.availability.Members;
import io.waxwing.anchor.availability.PayloadFrame;
import io.waxwing.anchor.availability.PayloadStore;
import io.waxwing.anchor.availability.Promises;
import io.waxwing.anchor.challenge.ChallengeRule;
import io.waxwing.anchor.challenge.PayloadSearch;
import io.waxwing.ledger.batch.AvailabilityCertificate;
import io.waxwing.ledger.batch.BatchHeader;
import io.waxwing.ledger.batch.BatchReference;
import io.waxwing.ledger.batch.Lane;
import io.waxwing.ledger.control.Registry;
import io.waxwing.ledger.dispute.ErasedEvents;
import io.waxwing.ledger.execute.Applied;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.sign.Signer;
import io.waxwing.ledger.simplex.VoteRecord;
import io.waxwing.ledger.spi.Ledger;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A member's side of availability: stores what other origins entrust to it and signs that it does, looks for the
 * payloads of final batches that it lacks, and gets its audiences' secrets. {@link #onFrame} takes any thread; the core
 * thread calls everything else. The signature leaves after the payloads are synced and the AVAIL record is forced.
 */
public final class PayloadAgent {
    private static final Logger LOG = LoggerFactory.getLogger(PayloadAgent.class);
    /** An origin signed two batches under one number. */
    private static final String TWO_BATCHES = "WXW-3192";

    private static final long ASK_SECRET_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private final Parts parts;
    private final PayloadTraffic traffic;
    private final Holding holding = new Holding();
    private final Promises promises = new Promises();
    private final PayloadSearch search;
    private final Deque<HeldBatch> unrecorded = new ArrayDeque<>();
    // What is searched for, for the threads that look at frames.
    private final Set<Hash> wanted = ConcurrentHashMap.newKeySet();
    // The BATCH leaves of those that are final.
    private final Map<Hash, Long> places = new HashMap<>();
    private final AtomicInteger searching = new AtomicInteger();
    private final Counter held;
    private final Counter refused;
    private ByteString signsWith;
    private long nowNanos;
    private long askSecretNanos;

    /**
     * What an agent works with.
     *
     * @param audiences that this node is in
     * @param members who may send what, by the registry in force
     * @param originKey signs that this node holds a batch; another key from a change of the registry on, before
     *     {@link #onRegistry}
     * @param own takes signatures for this node's own batches
     * @param onSecret is told when an audience's secret has come; stores it
     * @param verify checks frames; may refuse
     * @param readers reads payloads for others; may refuse
     * @param core runs on the core thread; may refuse
     */
    public record Parts(
            Audiences audiences,
            Members members,
            Hash ledgerId,
            Signer originKey,
            PayloadStore store,
            Ledger ledger,
            PayloadOut out,
            OwnBatches own,
            Consumer<AudienceSecret> onSecret,
            Executor verify,
            Executor readers,
            Executor core) {}

    /** Takes the checked signatures for this node's own batches. */
    @FunctionalInterface
    public interface OwnBatches {
        void onHeld(int from, Hash batchId, ByteString signature);
    }

    public PayloadAgent(Parts parts, MeterRegistry registry) {
        this.parts = parts;
        this.signsWith = parts.originKey().publicKey();
        this.search = new PayloadSearch(parts.audiences().self());
        this.traffic = new PayloadTraffic(this, parts, wanted::contains, registry);
        this.held = Counter.builder("waxwing.payload.held")
                .description("Batches of other institutions stored and signed for")
                .register(registry);
        this.refused = Counter.builder("waxwing.payload.refused")
                .description("Batches of other institutions that were not stored")
                .register(registry);
        Gauge.builder("waxwing.payload.missing", searching, AtomicInteger::get)
                .description("Final batches whose payloads are not here")
                .register(registry);
    }

    /** Another registry is in force. After {@link Audiences#onRegistry}. */
    public void onRegistry(Registry registry) {
        traffic.members(parts.members().under(registry));
        ByteString key = parts.originKey().publicKey();
        if (!key.equals(signsWith)) {
            signsWith = key;
            promises.onKey();
        }
    }

    /** A frame of the channel PAYLOAD. Any thread. */
    public void onFrame(int from, byte[] frame) {
        traffic.onFrame(from, frame);
    }

    /** Where the lanes stand before anything comes. */
    public void restore(Lane lane, long lastFinalBatchSeq) {
        holding.onFinal(lane, lastFinalBatchSeq);
    }

    /** What became final need not be held for a certificate any more. */
    public void onApplied(Applied applied) {
        for (Applied.AppliedBatch batch : applied.batches()) {
            holding.onFinal(batch.reference().lane(), batch.reference().batchSeq());
            promises.onFinal(batch.reference().lane(), batch.reference().batchSeq());
        }
        for (Applied.AppliedVerdict verdict : applied.verdicts()) {
            if (verdict.leaf().voids()) {
                found(verdict.leaf().batchId());
            }
        }
    }

    private void found(Hash batchId) {
        search.found(batchId);
        wanted.remove(batchId);
        places.remove(batchId);
        searching.set(search.size());
    }

    /** Final batches that everybody was asked for often enough, in vain. */
    List<ChallengeRule.Missing> fruitless() {
        List<ChallengeRule.Missing> missing = new ArrayList<>();
        for (Hash batchId : search.fruitless(ChallengeRule.ROUNDS)) {
            Long place = places.get(batchId);
            if (place != null) {
                missing.add(new ChallengeRule.Missing(batchId, place));
            }
        }
        return missing;
    }

    /** True if anything is looked for. */
    boolean isSearching() {
        return search.size() > 0;
    }

    /** True if that batch is not looked for. */
    boolean isHere(Hash batchId) {
        return !search.wants(batchId);
    }

    /** The payloads of a final batch are not here. */
    public void want(Applied.AppliedBatch applied) {
        BatchReference batch = applied.reference();
        if (parts.audiences().contains(batch.lane().audienceId())) {
            places.put(batch.batchId(), applied.batchLeafIndex());
            search.want(batch, membersOf(batch.lane()), nowNanos);
            wanted.add(batch.batchId());
            searching.set(search.size());
        }
    }

    private Set<Integer> membersOf(Lane lane) {
        return parts.audiences().nodes(lane.audienceId()).others().keySet();
    }

    /** A batch of this node itself is lost with its data; a member may hold it. */
    public void search(BatchHeader header) {
        search.want(header, membersOf(header.lane()), nowNanos);
        wanted.add(header.batchId());
        searching.set(search.size());
    }

    void onPush(int from, HeldBatch pushed) {
        HeldBatch batch = pushed.without(erased(pushed));
        if (batch == null) {
            // Whoever gave it knows of an erasure that is not final here yet, or withholds something.
            traffic.settled(pushed.batchId());
            refused.increment();
            search.notHeld(pushed.batchId(), from, nowNanos);
            return;
        }
        BatchHeader stored = parts.store().held(batch.lane(), batch.batchSeq());
        Holding.Answer answer = holding.onPush(batch, stored, search.wants(batch.batchId()));
        if (answer != Holding.Answer.STORE) {
            traffic.settled(batch.batchId());
        }
        switch (answer) {
            case STORE -> store(batch);
            case SIGN -> promise(batch);
            case TOO_FAR -> refused.increment();
            case OTHER_CONTENT -> {
                refused.increment();
                LOG.atError()
                        .addKeyValue("code", TWO_BATCHES)
                        .log("origin {} signed two batches under number {}", from, batch.batchSeq());
            }
            case IGNORE -> {
                // A repetition that crossed our answer.
            }
        }
        record();
    }

    /** What of it need not, and must not, be here. Nothing of a batch that is not final is erased. */
    private ErasedEvents erased(HeldBatch batch) {
        Long place = places.get(batch.batchId());
        return place == null
                ? ErasedEvents.NONE
                : parts.store().erased(place, batch.header().statement().segmentCount());
    }

    private void store(HeldBatch batch) {
        holding.storing(batch);
        if (!parts.store().hold(batch, search.wants(batch.batchId()), done -> stored(batch, done))) {
            stored(batch, false);
        }
    }

    private void stored(HeldBatch batch, boolean done) {
        holding.stored(batch, done);
        traffic.settled(batch.batchId());
        if (!done) {
            refused.increment();
            return;
        }
        if (search.wants(batch.batchId())) {
            found(batch.batchId());
            return;
        }
        promise(batch);
        record();
    }

    private void promise(HeldBatch batch) {
        if (promises.begin(batch)) {
            unrecorded.add(batch);
            return;
        }
        ByteString signature = promises.again(batch, nowNanos);
        if (signature != null) {
            say(batch, signature);
        }
    }

    private int record() {
        int recorded = 0;
        for (HeldBatch batch = unrecorded.peek(); batch != null; batch = unrecorded.peek()) {
            HeldBatch next = batch;
            if (!parts.ledger().record(new VoteRecord.Avail(next.batchId()), () -> sign(next))) {
                break;
            }
            unrecorded.remove();
            recorded++;
        }
        return recorded;
    }

    private void sign(HeldBatch batch) {
        byte[] message = AvailabilityCertificate.signedMessage(parts.ledgerId(), batch.batchId());
        ByteString signature = ByteString.of(parts.originKey().sign(message));
        held.increment();
        promises.signed(batch, signature, nowNanos);
        say(batch, signature);
    }

    private void say(HeldBatch batch, ByteString signature) {
        // If it is lost the origin sends the batch again, and gets the same signature again.
        boolean unused =
                parts.out().send(batch.lane().originId(), new PayloadFrame.Held(batch.batchId(), signature).encode());
    }

    void onHeld(int from, PayloadFrame.Held signed) {
        parts.own().onHeld(from, signed.batchId(), signed.signature());
    }

    void onNotHeld(int from, Hash batchId) {
        search.notHeld(batchId, from, nowNanos);
    }

    void onSecret(int from, long audienceId, Hash value) {
        AudienceSecret of = parts.audiences().secret(audienceId);
        if (of != null && of.onSaid(from, value)) {
            parts.onSecret().accept(of);
        }
    }

    /** Asks what is due and records what had to wait. */
    public int doWork(long now) {
        nowNanos = now;
        int work = record();
        for (PayloadSearch.Question question : search.due(now)) {
            boolean unused = parts.out().send(question.to(), question.pull().encode());
            work++;
        }
        if (now - askSecretNanos >= 0 && lacksSecret()) {
            parts.audiences().secrets().stream()
                    .filter(secret -> secret.secret() == null)
                    .forEach(this::ask);
            askSecretNanos = now + ASK_SECRET_NANOS;
        }
        return work;
    }

    private boolean lacksSecret() {
        return parts.audiences().secrets().stream().anyMatch(secret -> secret.secret() == null);
    }

    private void ask(AudienceSecret secret) {
        byte[] ask = new PayloadFrame.SecretWanted(secret.audienceId()).encode();
        secret.nodes().others().keySet().forEach(node -> {
            boolean unused = parts.out().send(node, ask);
        });
    }

    /** When {@link #doWork} wants to be called even if nothing arrives; Long.MAX_VALUE for never. */
    public long nextWorkNanos() {
        Long next = search.nextNanos();
        long ask = lacksSecret() ? askSecretNanos : Long.MAX_VALUE;
        return next == null ? ask : Math.min(ask, next);
    }
}

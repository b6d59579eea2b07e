package io.waxwing.ledger.simplex;

import io.waxwing.ledger.failure.Invariant;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.leaf.ConfigLeaf;
import io.waxwing.ledger.sign.Signer;
import io.waxwing.ledger.simplex.Effects.FinalBlock;
import io.waxwing.ledger.simplex.Effects.Lookup;
import io.waxwing.ledger.simplex.Effects.Outgoing;
import io.waxwing.ledger.simplex.MessageCheck.Verified;
import io.waxwing.ledger.simplex.Simplex.Standing;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Consensus over the epochs of a ledger: the {@link Simplex} of the present one, and for whoever missed their end the
 * endings of all others (ledger-runtime.md section 4). Takes the inputs of a core and answers as one. Sans-IO, one
 * thread.
 *
 * <pre>
 * end      a block with a CONFIG is final and applied: the core of its epoch decides nothing more. The effects that apply
 *          it ask to be called at once.
 * begin    with the next input, which is used up by it: a core of the next epoch, standing on that block, with the
 *          validators of the CONFIG. Its views go on after the block's. The block is stored (and so forced) once more
 *          before the EPOCH record is: applying it was not forced.
 * behind   a message of an earlier epoch is answered by that epoch's ending; blocks are given whatever the epoch.
 * ahead    a message of a later epoch moves nothing; its sender is asked for the certificates of this node's epoch.
 * </pre>
 *
 * An index in a message, or in its {@link Outgoing#to()}, is one of the validators of the epoch that the message names.
 */
public final class Epochs {
    private static final int MAX_REMEMBERED_PEERS = 1024;

    private final EpochSetup setup;
    private final Recovered recovered;
    private final TreeMap<Long, PastEpoch> past;
    private final Map<Answered, Long> answeredNanos = new HashMap<>();
    private final long baseView;
    private Validators validators;
    private Simplex core;
    // What the log knows, as far as this node has come since.
    private VoteHistory history;
    private @Nullable FinalBlock over;
    private long timeoutNanos = Long.MAX_VALUE;

    /**
     * Continues in the epoch of those validators. If the last applied block carries a CONFIG, that is the epoch it
     * begins.
     *
     * @param validators of the CONFIG in force for the next block
     * @param recovered as for a core of that epoch; {@code stored} may have bodies of later epochs too
     * @param past every epoch before, by number
     */
    public Epochs(EpochSetup setup, Validators validators, Recovered recovered, NavigableMap<Long, PastEpoch> past) {
        Invariant.check(past.size() == validators.epoch(), "every epoch before is known");
        this.setup = setup;
        this.validators = validators;
        this.past = new TreeMap<>(past);
        this.baseView = recovered.base().view();
        this.history = recovered.history();
        this.recovered = recovered;
        this.core = new Simplex(setup.in(validators), isBehindItsEpoch() ? withoutLog(recovered) : recovered);
    }

    /** A log that cannot be trusted is as good as none, which costs the key its vote. */
    private static Recovered withoutLog(Recovered found) {
        return new Recovered(
                new VoteHistory(),
                true,
                found.base(),
                found.lastApplied(),
                found.finalization(),
                found.stored(),
                found.convicted());
    }

    /**
     * True if this key voted in the epoch before, but its log does not know how that ended: whoever votes forces the
     * certificate before the block is applied, so the log is an older copy, and may lack votes of this epoch.
     */
    private boolean isBehindItsEpoch() {
        PastEpoch before = past.get(validators.epoch() - 1);
        Signer key = setup.in(validators).voteKey();
        if (before == null || key == null || history.epoch() >= validators.epoch()) {
            return false;
        }
        ByteString self = key.publicKey();
        boolean voted = before.validators().members().stream()
                .anyMatch(member -> member.voteKey().equals(self));
        boolean knowsTheEnd = history.epoch() == before.validators().epoch() && history.settledView() >= baseView;
        return voted && !knowsTheEnd;
    }

    /** First input, once. */
    public Effects start(Now at) {
        return seen(core.start(at), at);
    }

    /** A message of this epoch, or of one that was this node's when it was checked: then it is too late. */
    public Effects onMessage(Verified<? extends Message> message, Now at) {
        if (isOver()) {
            return begin(at);
        }
        if (message.message().epoch() != validators.epoch()) {
            return nothing(List.of(), List.of());
        }
        return seen(core.onMessage(message, at), at);
    }

    /** A message of another epoch. */
    public Effects onForeign(Foreign message, Now at) {
        if (isOver()) {
            return begin(at);
        }
        if (message.epoch() == validators.epoch()) {
            return nothing(List.of(), List.of());
        }
        return message.epoch() > validators.epoch() ? ask(message, at) : help(message, at);
    }

    /** {@link Chain#pending()} may have become true. */
    public Effects onPending(Now at) {
        return isOver() ? begin(at) : seen(core.onPending(at), at);
    }

    /** The time of {@link Effects#nextTimeoutNanos()} has come; harmless at any other time. */
    public Effects onTimeout(Now at) {
        return isOver() ? begin(at) : seen(core.onTimeout(at), at);
    }

    /**
     * The shell has applied blocks of this epoch by other means, up to this one, which that certificate makes final.
     * None of them ends the epoch, and {@link #isOver()} is false.
     */
    public Effects onSynced(BlockHeader newest, Verified<Certificate> finalization, Now at) {
        Invariant.check(!isOver(), "an epoch that is over has no more blocks");
        Invariant.check(newest.epoch() == validators.epoch(), "blocks are synced in their epoch");
        return seen(core.onSynced(newest, finalization, at), at);
    }

    /** True from the end of an epoch until the next input begins the next. */
    public boolean isOver() {
        return over != null;
    }

    /** Evidence against validators of the present epoch in the blocks applied so far. */
    public SortedSet<Conviction> convictions() {
        return core.convictions();
    }

    /** True if this node's key was found to have signed what its log does not know. */
    public boolean isCondemned() {
        return core.isCondemned();
    }

    /** The core of the present epoch. */
    public Simplex core() {
        return core;
    }

    /** Who votes in the present epoch. */
    public Validators validators() {
        return validators;
    }

    /** The epochs before it. */
    public NavigableMap<Long, PastEpoch> past() {
        return Collections.unmodifiableNavigableMap(past);
    }

    /** Looks at what the core does: if its epoch ends with it, the shell is to come back as soon as that is done. */
    private Effects seen(Effects effects, Now at) {
        List<FinalBlock> applied = effects.thenApply();
        FinalBlock last = applied.isEmpty() ? null : applied.get(applied.size() - 1);
        boolean ends = core.standing() == Standing.ENDED && last != null;
        over = ends ? last : null;
        timeoutNanos = ends ? at.nanos() : effects.nextTimeoutNanos();
        return ends ? timed(effects, effects.storeFirst(), timeoutNanos) : effects;
    }

    private static Effects timed(Effects effects, List<Block> stores, long nextTimeoutNanos) {
        return new Effects(
                stores,
                effects.persistFirst(),
                effects.thenSend(),
                effects.thenApply(),
                effects.evidence(),
                effects.lookups(),
                nextTimeoutNanos);
    }

    private Effects begin(Now at) {
        FinalBlock end = over;
        if (end == null) {
            throw new IllegalStateException("an epoch begins when one is over");
        }
        over = null;
        ConfigLeaf config = end.block().configs().get(0);
        Validators next = Validators.of(validators.ledgerId(), config);
        Invariant.check(next.epoch() == validators.epoch() + 1, "epochs follow each other");
        SortedSet<Conviction> convicted = convictedIn(next);
        boolean voted =
                history.epoch() <= validators.epoch() && setup.in(validators).self() != Setup.OBSERVER;
        history = voted ? continued() : history;
        past.put(validators.epoch(), new PastEpoch(validators, end.ending()));
        BlockHeader base = end.block().header();
        core = new Simplex(
                setup.in(next),
                new Recovered(history, recovered.keyHasHistory(), base, base, null, recovered.stored(), convicted));
        validators = next;
        answeredNanos.clear();
        Effects begun = core.start(at);
        List<Block> stores = new ArrayList<>();
        stores.add(end.block());
        stores.addAll(begun.storeFirst());
        return seen(timed(begun, stores, begun.nextTimeoutNanos()), at);
    }

    /** What the log says of this node's key by now: of an epoch that is over only that, and who may not go on. */
    private VoteHistory continued() {
        VoteHistory now = new VoteHistory();
        now.add(new VoteRecord.Epoch(validators.epoch()));
        history.condemned().forEach(key -> now.add(new VoteRecord.Condemned(key)));
        Signer key = setup.in(validators).voteKey();
        if (key != null && core.isCondemned()) {
            now.add(new VoteRecord.Condemned(key.publicKey()));
        }
        return now;
    }

    /** Evidence counts for as long as the institution votes with that key. */
    private SortedSet<Conviction> convictedIn(Validators next) {
        SortedSet<Conviction> convicted = new TreeSet<>();
        for (Conviction conviction : core.convictions()) {
            int index = next.members().indexOf(validators.members().get(conviction.validator()));
            if (index >= 0) {
                convicted.add(new Conviction(index, conviction.kind()));
            }
        }
        return convicted;
    }

    private Effects help(Foreign message, Now at) {
        Ending ending = ending(message.epoch());
        Hash wanted = message.wanted();
        if (wanted != null) {
            Block above = ending == null ? null : ending.block(wanted);
            return above == null
                    ? nothing(List.of(), List.of(new Lookup(message.from(), message.epoch(), wanted)))
                    : say(message.from(), new BlockAnswer(message.epoch(), wanted, above));
        }
        boolean due = ending != null && isDue(message, at);
        return ending != null && due ? say(message.from(), ending.finalization()) : nothing(List.of(), List.of());
    }

    private @Nullable Ending ending(long epoch) {
        PastEpoch known = past.get(epoch);
        return known == null ? null : known.ending();
    }

    private Effects ask(Foreign message, Now at) {
        return isDue(message, at)
                ? say(message.from(), new CertificateRequest(validators.epoch(), core.settledView() + 1))
                : nothing(List.of(), List.of());
    }

    private record Answered(int peer, long epoch) {}

    /** One answer to a peer for an epoch and D: nothing that it says was verified. */
    private boolean isDue(Foreign message, Now at) {
        Answered peer = new Answered(message.from(), Math.min(message.epoch(), validators.epoch() + 1));
        Long answered = answeredNanos.get(peer);
        if (answered != null && at.nanos() - answered < setup.timing().startNanos()) {
            return false;
        }
        if (answeredNanos.size() >= MAX_REMEMBERED_PEERS) {
            answeredNanos.clear();
        }
        answeredNanos.put(peer, at.nanos());
        return true;
    }

    private Effects say(int to, Message message) {
        return nothing(List.of(new Outgoing(to, message)), List.of());
    }

    /** Answers only: the core is not asked, and waits for what it waits for. */
    private Effects nothing(List<Outgoing> sends, List<Lookup> lookups) {
        return new Effects(List.of(), List.of(), sends, List.of(), List.of(), lookups, timeoutNanos);
    }
}

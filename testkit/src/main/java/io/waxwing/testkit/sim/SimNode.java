package io.waxwing.testkit.sim;

import io.waxwing.ledger.failure.MalformedException;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.sign.Signer;
import io.waxwing.ledger.simplex.Block;
import io.waxwing.ledger.simplex.BlockHeader;
import io.waxwing.ledger.simplex.Chain;
import io.waxwing.ledger.simplex.Conviction;
import io.waxwing.ledger.simplex.Effects;
import io.waxwing.ledger.simplex.Effects.FinalBlock;
import io.waxwing.ledger.simplex.Effects.Outgoing;
import io.waxwing.ledger.simplex.Evidence;
import io.waxwing.ledger.simplex.Message;
import io.waxwing.ledger.simplex.MessageCheck;
import io.waxwing.ledger.simplex.MessageCheck.Verified;
import io.waxwing.ledger.simplex.Now;
import io.waxwing.ledger.simplex.Recovered;
import io.waxwing.ledger.simplex.Setup;
import io.waxwing.ledger.simplex.SignedVote;
import io.waxwing.ledger.simplex.Simplex;
import io.waxwing.ledger.simplex.Validators;
import io.waxwing.ledger.simplex.Vote;
import io.waxwing.ledger.simplex.VoteHistory;
import io.waxwing.ledger.simplex.VotingRules;
import io.waxwing.testkit.sim.Trace.Deed;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One process: the shell around a production {@link Simplex}. Decodes, checks, gives one input at a time, and has the
 * effects carried out by {@link Deeds}, which can fail or end at any of their steps. One thread.
 */
public final class SimNode {
    private static final int MAX_INBOX = 20_000;
    // Blocks of a long way are applied one an input.
    private static final int MAX_RESTLESS = 2000;
    private static final long WALL_START_MS = 1_700_000_000_000L;

    private final World world;
    private final Place place;
    private final Mouth mouth;
    private final SimDisk disk = new SimDisk();
    private final Deeds deeds = new Deeds(this);
    private final Deque<Function<Simplex, Effects>> inbox = new ArrayDeque<>();
    private VotingRules rules;
    private SimLedger ledger;
    private @Nullable Simplex core;
    private MessageCheck check;
    private int life;
    private long clockOffsetNanos;
    private long wallSkewMs;
    private long timerDueNanos = Long.MAX_VALUE;
    private long timerArmedNanos = Long.MAX_VALUE;
    private long refused;
    private int restless;

    /**
     * Who a process is.
     *
     * @param address its place in the network, one per process
     * @param identity the validator's index, the same for twins; {@link Validators#MAX} or more for an observer
     * @param honest false for liars, of whom no law speaks
     */
    public record Place(int address, int identity, boolean honest) {}

    SimNode(World world, Place place, Mouth mouth) {
        this.world = world;
        this.place = place;
        this.mouth = mouth;
        this.rules = world.rules();
        this.ledger = newLedger();
        this.check = new MessageCheck(world.validators(), world.keys(), rules);
    }

    private SimLedger newLedger() {
        BlockHeader base = world.base();
        return new SimLedger(world.workload(), new Chain.Tip(base.parentTreeSize(), base.parentTreeRoot()));
    }

    public World world() {
        return world;
    }

    public int address() {
        return place.address();
    }

    public int identity() {
        return place.identity();
    }

    public boolean isHonest() {
        return place.honest();
    }

    /** Rules of its own from the next life on: twins and liars need some that no honest node has. */
    public void follow(VotingRules newRules) {
        rules = newRules;
    }

    public boolean isValidator() {
        return world.validators().isIndex(place.identity());
    }

    public boolean isUp() {
        return core != null;
    }

    /** True if the core runs and takes part. */
    public boolean isVoting() {
        return core != null && core.standing() == Simplex.Standing.VOTING;
    }

    public Simplex core() {
        if (core == null) {
            throw new IllegalStateException("node " + place.address() + " is down");
        }
        return core;
    }

    public SimDisk disk() {
        return disk;
    }

    public SimLedger ledger() {
        return ledger;
    }

    public Deeds deeds() {
        return deeds;
    }

    public int life() {
        return life;
    }

    /** How often a message was refused by codec or check. */
    public long refused() {
        return refused;
    }

    /** The wall clock is off by that from now on. */
    public void skewClock(long ms) {
        wallSkewMs = ms;
    }

    public Now now() {
        long nanos = world.agenda().nowNanos();
        return new Now(nanos + clockOffsetNanos, WALL_START_MS + nanos / 1_000_000 + wallSkewMs);
    }

    /** Starts the process from what its disk holds. */
    public void boot() {
        life++;
        clockOffsetNanos = world.chance().between(-1_000_000_000_000L, 1_000_000_000_000L);
        boolean whole = disk.votes().reopen() == SimVoteLog.State.WHOLE;
        ledger = newLedger();
        TreeSet<Conviction> convicted = new TreeSet<>();
        for (FinalBlock block : disk.blocks().applied()) {
            ledger.apply(block.block());
            block.block().evidence().forEach(pair -> convicted.add(Conviction.of(pair)));
        }
        FinalBlock last = disk.blocks().lastApplied();
        BlockHeader lastApplied = last == null ? world.base() : last.block().header();
        List<Block> stored = disk.blocks().reopen(lastApplied.height());
        Recovered recovered = new Recovered(
                whole ? disk.votes().history() : new VoteHistory(),
                disk.votes().hasVoted(),
                world.base(),
                lastApplied,
                last == null ? null : last.finalization(),
                stored,
                convicted);
        if (whole && disk.votes().isLong()) {
            disk.votes().roll();
        }
        check = new MessageCheck(world.validators(), world.keys(), rules);
        Signer signer = isValidator() ? world.keys().signer(identity()) : null;
        int self = isValidator() ? identity() : Setup.OBSERVER;
        Setup setup = new Setup(world.validators(), self, signer, rules, world.timing(), ledger);
        core = new Simplex(setup, recovered);
        world.trace().note(address(), Deed.BOOT, life, whole ? "" : "with a damaged log");
        world.watchers().forEach(watcher -> watcher.booted(this));
        for (int seq = 1; isValidator() && seq <= world.workload().last(identity()); seq++) {
            ledger.learn(identity(), seq);
        }
        input(simplex -> simplex.start(now()));
        if (isValidator() && core != null && core.standing() == Simplex.Standing.OBSERVING) {
            // Else the log would fit again as soon as the ledger beside it is lost.
            disk.votes().condemn();
        }
    }

    /** Ends the process; what was not forced may be lost. */
    public void crash() {
        world.trace().note(address(), Deed.CRASH, life, "");
        core = null;
        deeds.drop();
        inbox.clear();
        timerDueNanos = Long.MAX_VALUE;
        timerArmedNanos = Long.MAX_VALUE;
        disk.votes().losePower(world.chance());
        disk.blocks().losePower(world.chance());
    }

    /** Something arrives from a peer. */
    public void deliver(int from, Letter letter) {
        if (core == null) {
            return;
        }
        Verified<? extends Message> message;
        try {
            message = check.check(from, letter.decode(world.validators().size()));
        } catch (MalformedException e) {
            refused++;
            world.trace().note(address(), Deed.REFUSE, letter.print(), from + ": " + e.getMessage());
            return;
        }
        input(simplex -> take(simplex, message, letter));
    }

    private Effects take(Simplex simplex, Verified<? extends Message> message, Letter letter) {
        if (world.trace().isTold()) {
            world.trace().tell(address(), "hears from " + message.from() + " " + Words.of(message.message()));
        }
        world.trace().note(address(), Deed.DELIVER, letter.print(), "");
        mouth.hear(this, message.from(), message.message());
        world.watchers().forEach(watcher -> watcher.hears(this, message.from(), message.message()));
        return simplex.onMessage(message, now());
    }

    /** The ledger may have become pending. */
    public void pendingChanged() {
        input(simplex -> simplex.onPending(now()));
    }

    /** Lets the mouth do what it likes, if the node runs. */
    public void stir() {
        if (core != null) {
            mouth.stir(this);
        }
    }

    private void input(Function<Simplex, Effects> input) {
        if (core == null || inbox.size() >= MAX_INBOX) {
            return;
        }
        inbox.add(input);
        pump();
    }

    /** Takes inputs one by one for as long as the effects of the one before are done. */
    void pump() {
        try {
            while (core != null && deeds.areDone() && !inbox.isEmpty()) {
                Simplex simplex = core;
                Effects effects = answer(simplex, inbox.remove());
                world.watchers().forEach(watcher -> watcher.stepped(this, effects));
                for (Evidence pair : effects.evidence()) {
                    world.trace()
                            .note(
                                    address(),
                                    Deed.ACCUSE,
                                    pair.culprit(),
                                    pair.kind().name());
                }
                deeds.begin(effects);
            }
        } catch (PowerFailure end) {
            crash();
        }
    }

    private Effects answer(Simplex simplex, Function<Simplex, Effects> input) {
        try {
            return input.apply(simplex);
        } catch (Violation found) {
            throw found;
        } catch (RuntimeException e) {
            if (!place.honest()) {
                // A liar may stumble over its own lies.
                world.trace().tell(address(), "stumbles: " + e);
                return new Effects(List.of(), List.of(), List.of(), List.of(), List.of(), List.of(), Long.MAX_VALUE);
            }
            throw new Violation("the core stands", "node " + address() + " threw " + e, e);
        }
    }

    /** The core wants to be called then, by its own clock. */
    void arm(long dueNanos) {
        restless = dueNanos <= now().nanos() ? restless + 1 : 0;
        if (restless > MAX_RESTLESS && place.honest()) {
            throw new Violation("timers rest", "node " + address() + " wants to be called at once, again and again");
        }
        timerDueNanos = dueNanos == Long.MAX_VALUE ? Long.MAX_VALUE : dueNanos - clockOffsetNanos;
        if (timerDueNanos < timerArmedNanos) {
            timerArmedNanos = timerDueNanos;
            int current = life;
            world.agenda().after(timerDueNanos - world.agenda().nowNanos(), () -> ring(current));
        }
    }

    private void ring(int ofLife) {
        if (ofLife != life || core == null || world.agenda().nowNanos() < timerArmedNanos) {
            return;
        }
        timerArmedNanos = Long.MAX_VALUE;
        if (timerDueNanos > world.agenda().nowNanos()) {
            arm(timerDueNanos == Long.MAX_VALUE ? Long.MAX_VALUE : timerDueNanos + clockOffsetNanos);
            return;
        }
        timerDueNanos = Long.MAX_VALUE;
        input(simplex -> simplex.onTimeout(now()));
    }

    /** What the core gives goes out through the mouth. */
    void say(Outgoing outgoing) {
        mouth.say(this, outgoing.to(), outgoing.message());
    }

    /** To one identity, or to all but this node's own. */
    public void send(int to, Message message) {
        if (world.trace().isTold()) {
            world.trace().tell(address(), "says to " + (to == Outgoing.ALL ? "all" : to) + " " + Words.of(message));
        }
        world.watchers().forEach(watcher -> watcher.said(this, message));
        carry(to, Letter.of(message));
    }

    /** Bytes that need not be a message. */
    public void carry(int to, Letter letter) {
        world.trace().note(address(), Deed.SEND, letter.print(), "");
        for (SimNode other : world.nodes()) {
            boolean meant = to == Outgoing.ALL || other.identity() == to;
            if (meant && other.identity() != identity()) {
                world.network().carry(this, other.address(), letter);
            }
        }
    }

    /** A vote under this node's key; honest nodes leave that to their core. */
    public SignedVote sign(Vote.Type type, long view, Hash blockId) {
        Validators validators = world.validators();
        byte[] statement = rules.signedMessage(validators.vote(type, view, blockId));
        ByteString signature = ByteString.of(world.keys().signer(identity()).sign(statement));
        return new SignedVote(type, validators.epoch(), view, blockId, identity(), signature);
    }
}

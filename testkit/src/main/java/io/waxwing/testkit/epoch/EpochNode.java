package io.waxwing.testkit.epoch;

import io.waxwing.ledger.batch.BatchReference;
import io.waxwing.ledger.batch.Lane;
import io.waxwing.ledger.chain.LedgerChain;
import io.waxwing.ledger.chain.PendingBatches;
import io.waxwing.ledger.chain.PendingChanges;
import io.waxwing.ledger.control.ConfigProposal;
import io.waxwing.ledger.control.KeyPurpose;
import io.waxwing.ledger.execute.Execution;
import io.waxwing.ledger.execute.LedgerState;
import io.waxwing.ledger.execute.Order;
import io.waxwing.ledger.failure.MalformedException;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.merkle.TileBuffer;
import io.waxwing.ledger.simplex.Block;
import io.waxwing.ledger.simplex.BlockAnswer;
import io.waxwing.ledger.simplex.BlockHeader;
import io.waxwing.ledger.simplex.Chain;
import io.waxwing.ledger.simplex.Effects;
import io.waxwing.ledger.simplex.Effects.FinalBlock;
import io.waxwing.ledger.simplex.Effects.Lookup;
import io.waxwing.ledger.simplex.Effects.Outgoing;
import io.waxwing.ledger.simplex.Ending;
import io.waxwing.ledger.simplex.EpochSetup;
import io.waxwing.ledger.simplex.Epochs;
import io.waxwing.ledger.simplex.Foreign;
import io.waxwing.ledger.simplex.MessageCheck;
import io.waxwing.ledger.simplex.MessageCodec;
import io.waxwing.ledger.simplex.Now;
import io.waxwing.ledger.simplex.PastEpoch;
import io.waxwing.ledger.simplex.Recovered;
import io.waxwing.ledger.simplex.SignedVote;
import io.waxwing.ledger.simplex.Simplex.Standing;
import io.waxwing.ledger.simplex.Validators;
import io.waxwing.ledger.simplex.VoteRecord;
import io.waxwing.ledger.simplex.VotingRules;
import io.waxwing.testkit.sim.SimBlocks;
import io.waxwing.testkit.sim.SimVoteLog;
import io.waxwing.testkit.sim.Violation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A member's process: a shell as production has one. What one input and the calls that are due at once ask for shares a
 * turn: all bodies, all records, everything said, everything applied, and the power may fail anywhere in between.
 */
public final class EpochNode {
    private static final int MAX_ROUNDS = 8;

    private final EpochWorld world;
    private final int member;
    private final boolean lies;
    private final SimVoteLog votes = new SimVoteLog();
    private final SimBlocks blocks = new SimBlocks();
    private final Map<Lane, Long> lanes = new HashMap<>();
    // Decided in memory; it counts when what it rests on is on the disk.
    private final Map<Hash, LedgerChain.Final> after = new HashMap<>();
    private @Nullable Epochs epochs;
    private LedgerChain chain;
    private MessageCheck check;
    private long checkedEpoch;
    private int life;
    private long timeoutNanos = Long.MAX_VALUE;
    private int fuse = -1;
    private int boundaries;

    private static final class PowerFailure extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    EpochNode(EpochWorld world, int member, boolean lies) {
        this.world = world;
        this.member = member;
        this.lies = lies;
        LedgerState state = world.genesisState();
        this.chain = new LedgerChain(state, new TileBuffer(), Members.check());
        this.check = new MessageCheck(
                Validators.of(state.ledgerId(), state.config()), Members.check(), VotingRules.PROTOCOL);
    }

    public int member() {
        return member;
    }

    public boolean isHonest() {
        return !lies;
    }

    public boolean isUp() {
        return epochs != null;
    }

    public Epochs epochs() {
        if (epochs == null) {
            throw new IllegalStateException(Members.name(member) + " is down");
        }
        return epochs;
    }

    public LedgerChain chain() {
        return chain;
    }

    public long epoch() {
        return chain.last().config().epoch();
    }

    /** The process ends at the boundary after so many others; -1 for none. */
    public void endAt(int boundary) {
        fuse = boundary;
    }

    /** Boundaries passed so far, in all lives. */
    public int boundaries() {
        return boundaries;
    }

    /** Its data folder is gone, the vote log is not. */
    public void loseData() {
        blocks.wipe();
    }

    /** The last batchSeq of the lane that is final here. */
    long applied(Lane lane) {
        return lanes.getOrDefault(lane, 0L);
    }

    private void checkFor(Validators validators) {
        check = new MessageCheck(validators, Members.check(), VotingRules.PROTOCOL);
        checkedEpoch = validators.epoch();
    }

    /** Starts from what the disk holds. */
    public void boot() {
        life++;
        Recovery recovery = recover();
        chain = new LedgerChain(recovery.state, recovery.tiles, Members.check());
        Chain told = lies ? new Liar(member, chain) : chain;
        EpochSetup setup = new EpochSetup(
                key -> Members.find(member, KeyPurpose.VOTE, key), VotingRules.PROTOCOL, EpochWorld.TIMING, told);
        checkFor(recovery.validators);
        Epochs begun = new Epochs(setup, recovery.validators, recovery.recovered(votes, blocks), recovery.past);
        epochs = begun;
        input(core -> core.start(now()));
    }

    /** What the disk makes of genesis. */
    private final class Recovery {
        private final LedgerState state = world.genesisState();
        private final TileBuffer tiles = world.genesisTiles();
        private final TreeMap<Long, PastEpoch> past = new TreeMap<>();
        private BlockHeader base = world.genesis().header();
        private BlockHeader last = base;
        private Validators validators = Validators.of(state.ledgerId(), state.config());
        private @Nullable FinalBlock newest;

        private void apply(FinalBlock done) {
            Block block = done.block();
            Execution.apply(state, Order.of(block), Members.check(), tiles);
            count(block);
            last = block.header();
            newest = done;
            if (block.endsEpoch()) {
                Ending ending = Ending.decode(done.ending().encode(), validators.size());
                past.put(validators.epoch(), new PastEpoch(validators, ending));
                validators = Validators.of(state.ledgerId(), state.config());
                base = last;
                newest = null;
            }
        }

        private Recovered recovered(SimVoteLog log, SimBlocks disk) {
            return new Recovered(
                    log.history(),
                    log.hasVoted(),
                    base,
                    last,
                    newest == null ? null : newest.finalization(),
                    disk.reopen(last.height()),
                    state.convictions());
        }
    }

    private Recovery recover() {
        lanes.clear();
        if (votes.reopen() != SimVoteLog.State.WHOLE) {
            throw new Violation("logs stay whole", Members.name(member) + " has a damaged log");
        }
        world.laws().read(this, votes.found());
        Recovery recovery = new Recovery();
        blocks.applied().forEach(recovery::apply);
        recovery.tiles.drain();
        if (votes.isLong()) {
            votes.roll();
        }
        return recovery;
    }

    private void count(Block block) {
        for (BatchReference batch : block.batches()) {
            lanes.put(batch.lane(), batch.batchSeq());
        }
    }

    /** The power fails. */
    public void crash() {
        epochs = null;
        after.clear();
        fuse = -1;
        timeoutNanos = Long.MAX_VALUE;
        votes.losePower(world.chance());
        blocks.losePower(world.chance());
    }

    private Now now() {
        long nanos = world.agenda().nowNanos();
        return new Now(nanos, EpochWorld.START_MS + nanos / 1_000_000);
    }

    /** Bytes from another node, whose number stands for it in every epoch. */
    void deliver(int from, byte[] frame) {
        Epochs running = epochs;
        if (running == null) {
            return;
        }
        try {
            Validators validators = running.validators();
            if (MessageCodec.epochOf(frame) != validators.epoch()) {
                Foreign foreign = Foreign.read(Validators.MAX + from, frame);
                input(core -> core.onForeign(foreign, now()));
                return;
            }
            var verified =
                    check.check(world.indexOf(from, validators, chain), MessageCodec.decode(frame, validators.size()));
            input(core -> core.onMessage(verified, now()));
        } catch (MalformedException refused) {
            world.refused();
        }
    }

    void offer(BatchReference batch) {
        boolean taken = isUp()
                && chain.waiting().wants(batch)
                && chain.refusal(batch) == null
                && chain.offer(batch) == PendingBatches.Offer.TAKEN;
        if (taken) {
            input(core -> core.onPending(now()));
        }
    }

    void offer(ConfigProposal change) {
        if (isUp() && chain.offer(change) == PendingChanges.Offer.TAKEN) {
            input(core -> core.onPending(now()));
        }
    }

    /** A block is wanted though nothing waits. */
    void heartbeat() {
        if (isUp()) {
            chain.heartbeat();
            input(core -> core.onPending(now()));
        }
    }

    private void input(Function<Epochs, Effects> input) {
        Epochs running = epochs;
        if (running == null) {
            return;
        }
        List<Effects> turn = new ArrayList<>();
        try {
            decide(input.apply(running), turn);
            for (int round = 0; timeoutNanos <= world.agenda().nowNanos() && round < MAX_ROUNDS; round++) {
                decide(running.onTimeout(now()), turn);
            }
            carry(turn);
            arm();
        } catch (PowerFailure end) {
            crash();
        }
        if (isUp() && isHonest() && running.core().standing() == Standing.HALTED) {
            throw new Violation(
                    "nobody honest halts",
                    Members.name(member) + ": " + running.core().reason());
        }
    }

    /** In memory at once, like the chain's part of it. */
    private void decide(Effects effects, List<Effects> turn) {
        turn.add(effects);
        timeoutNanos = effects.nextTimeoutNanos();
        for (FinalBlock done : effects.thenApply()) {
            chain.settle(done.block());
            count(done.block());
            after.put(done.block().blockId(), chain.last());
        }
        effects.evidence().forEach(pair -> world.accuse(this, pair));
        if (epochs().validators().epoch() != checkedEpoch) {
            checkFor(epochs().validators());
        }
    }

    private void carry(List<Effects> turn) {
        for (Effects effects : turn) {
            for (Block block : effects.storeFirst()) {
                boundary();
                blocks.store(block);
            }
        }
        boundary();
        blocks.force();
        List<VoteRecord> records = new ArrayList<>();
        turn.forEach(effects -> records.addAll(effects.persistFirst()));
        if (!records.isEmpty()) {
            boundary();
            votes.write(records);
            boundary();
            votes.force();
            records.forEach(record -> world.laws().forced(this, record));
        }
        boundary();
        for (Effects effects : turn) {
            for (Outgoing outgoing : effects.thenSend()) {
                say(outgoing);
                boundary();
            }
        }
        for (Effects effects : turn) {
            for (FinalBlock done : effects.thenApply()) {
                blocks.apply(done);
                LedgerChain.Final made = after.remove(done.block().blockId());
                if (isHonest() && made != null) {
                    world.laws().applied(this, done.block(), made);
                }
                boundary();
            }
        }
        for (Effects effects : turn) {
            effects.lookups().forEach(this::answer);
        }
    }

    private void say(Outgoing outgoing) {
        if (isHonest() && outgoing.message() instanceof SignedVote vote) {
            world.laws().said(this, vote);
        }
        world.carry(this, outgoing);
    }

    private void answer(Lookup lookup) {
        Block found = blocks.find(lookup.blockId());
        Block body = found == null ? null : found.withoutJustify();
        world.carry(this, new Outgoing(lookup.to(), new BlockAnswer(lookup.epoch(), lookup.blockId(), body)));
    }

    private void boundary() {
        boundaries++;
        if (fuse >= 0 && fuse-- == 0) {
            throw new PowerFailure();
        }
    }

    private void arm() {
        long due = timeoutNanos;
        int current = life;
        if (due != Long.MAX_VALUE) {
            world.agenda().after(Math.max(1, due - world.agenda().nowNanos()), () -> {
                if (life == current && timeoutNanos == due) {
                    input(core -> core.onTimeout(now()));
                }
            });
        }
    }
}

package io.waxwing.testkit.sim;

import io.waxwing.ledger.simplex.Block;
import io.waxwing.ledger.simplex.BlockAnswer;
import io.waxwing.ledger.simplex.Effects;
import io.waxwing.ledger.simplex.Effects.FinalBlock;
import io.waxwing.ledger.simplex.Effects.Lookup;
import io.waxwing.ledger.simplex.Effects.Outgoing;
import io.waxwing.ledger.simplex.VoteRecord;
import io.waxwing.testkit.sim.Trace.Deed;
import org.jspecify.annotations.Nullable;

/**
 * Carries out the effects of one input in the order of the contract. Before and after each single act the process may
 * end ({@link #endAt}); a forced write may take long, in which time the node does nothing else, or be refused, and then
 * it is tried again until the disk has room. One thread.
 */
public final class Deeds {
    private static final long RETRY_NANOS = 100_000_000;

    private final SimNode node;
    private @Nullable Effects doing;
    private Stage stage = Stage.STORE;
    private boolean waits;
    private int fuse = -1;
    private long boundaries;
    private long refusals;
    private long slowForces;

    private enum Stage {
        STORE,
        STORED,
        PERSIST,
        PERSISTED,
        REST
    }

    Deeds(SimNode node) {
        this.node = node;
    }

    /** The process ends at the boundary that comes after so many others, 0 for the next. */
    public void endAt(int boundary) {
        fuse = boundary;
    }

    /** True while an end is planned and has not come. */
    public boolean isEndPlanned() {
        return fuse >= 0;
    }

    /** How many boundaries were passed so far, in all lives. */
    public long boundaries() {
        return boundaries;
    }

    /** How often a full disk refused. */
    public long refusals() {
        return refusals;
    }

    /** How often a forced write took time. */
    public long slowForces() {
        return slowForces;
    }

    boolean areDone() {
        return doing == null;
    }

    void drop() {
        doing = null;
        waits = false;
        fuse = -1;
    }

    void begin(Effects effects) {
        doing = effects;
        stage = Stage.STORE;
        run();
    }

    private void boundary() {
        boundaries++;
        if (fuse >= 0 && fuse-- == 0) {
            throw new PowerFailure();
        }
    }

    private void run() {
        Effects effects = doing;
        while (effects != null && !waits && doing != null) {
            switch (stage) {
                case STORE -> store(effects);
                case STORED -> stored();
                case PERSIST -> persist(effects);
                case PERSISTED -> persisted(effects);
                default -> rest(effects);
            }
        }
    }

    private void store(Effects effects) {
        if (effects.storeFirst().isEmpty()) {
            stage = Stage.PERSIST;
            return;
        }
        if (isRefused()) {
            return;
        }
        boundary();
        for (Block block : effects.storeFirst()) {
            node.disk().blocks().store(block);
            boundary();
        }
        stage = Stage.STORED;
        force();
    }

    private void stored() {
        node.disk().blocks().force();
        boundary();
        stage = Stage.PERSIST;
    }

    private void persist(Effects effects) {
        if (effects.persistFirst().isEmpty()) {
            stage = Stage.REST;
            return;
        }
        if (isRefused()) {
            return;
        }
        boundary();
        node.disk().votes().write(effects.persistFirst());
        boundary();
        stage = Stage.PERSISTED;
        force();
    }

    private void persisted(Effects effects) {
        node.disk().votes().force();
        World world = node.world();
        for (VoteRecord record : effects.persistFirst()) {
            world.trace().note(node.address(), Deed.RECORD, 1, "");
            if (world.trace().isTold()) {
                world.trace().tell(node.address(), "records " + Words.of(record));
            }
        }
        world.watchers().forEach(watcher -> watcher.forced(node, effects.persistFirst()));
        boundary();
        stage = Stage.REST;
    }

    private void rest(Effects effects) {
        for (Outgoing outgoing : effects.thenSend()) {
            node.say(outgoing);
            boundary();
        }
        for (FinalBlock block : effects.thenApply()) {
            apply(block);
            boundary();
        }
        for (Lookup lookup : effects.lookups()) {
            Block found = node.disk().blocks().find(lookup.blockId());
            node.say(new Outgoing(
                    lookup.to(),
                    new BlockAnswer(lookup.epoch(), lookup.blockId(), found == null ? null : found.withoutJustify())));
        }
        doing = null;
        node.arm(effects.nextTimeoutNanos());
    }

    private void apply(FinalBlock block) {
        World world = node.world();
        world.trace()
                .note(
                        node.address(),
                        Deed.APPLY,
                        Trace.shortOf(block.block().blockId()),
                        "height " + block.block().header().height());
        node.disk().blocks().apply(block);
        node.ledger().apply(block.block());
        world.watchers().forEach(watcher -> watcher.applied(node, block));
    }

    private boolean isRefused() {
        if (!node.disk().isFull()) {
            return false;
        }
        refusals++;
        resumeAfter(RETRY_NANOS);
        return true;
    }

    private void force() {
        long nanos = node.disk().forceNanos();
        if (nanos > 0) {
            slowForces++;
            resumeAfter(nanos);
        }
    }

    private void resumeAfter(long nanos) {
        waits = true;
        int life = node.life();
        Effects current = doing;
        node.world().agenda().after(nanos, () -> resume(life, current));
    }

    private void resume(int life, @Nullable Effects current) {
        if (life != node.life() || !node.isUp() || !isDoing(current)) {
            return;
        }
        waits = false;
        try {
            run();
        } catch (PowerFailure end) {
            node.crash();
        }
        node.pump();
    }

    @SuppressWarnings("ReferenceEquality") // the very same piece of work, not one like it
    private boolean isDoing(@Nullable Effects effects) {
        return doing == effects;
    }
}

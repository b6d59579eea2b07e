package io.waxwing.testkit.scenario;

import io.waxwing.testkit.scenario.Plan.Fault;
import io.waxwing.testkit.sim.Chance;
import io.waxwing.testkit.sim.SimNode;
import io.waxwing.testkit.sim.Trace;
import io.waxwing.testkit.sim.Weather;
import io.waxwing.testkit.sim.World;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Lets things go wrong, as a plan says, until {@link #stop}; then everything that can heal does. One thread. */
final class Chaos {
    private static final long MS = 1_000_000;
    private static final int LAST_BOUNDARY = 24;

    private final World world;
    private final Plan plan;
    private final Chance chance;
    private final List<Fault> kinds;
    private final Map<Fault, Long> counts = new EnumMap<>(Fault.class);
    private final Set<Integer> amnesiacs = new HashSet<>();
    private final Map<Integer, byte[]> copies = new HashMap<>();
    private final Map<Integer, Long> settledViews = new HashMap<>();
    private long restored;
    private boolean stopped;
    // Data can be lost and fetched again as long as the others have theirs: one node loses it, whatever the number.
    private final int careless;

    Chaos(World world, Plan plan) {
        this.world = world;
        this.plan = plan;
        this.chance = world.chance().fork();
        this.kinds = new ArrayList<>(plan.faults());
        this.careless = plan.validators() == 1 ? -1 : chance.below(plan.validators());
        world.network().weather(plan.weather());
        world.agenda().after(chance.between(0, 2L * plan.faultEveryMs() * MS), this::strike);
        if (plan.twins() > 0) {
            splitTwins();
        }
    }

    /** Every node can talk to one of each pair of twins; to which, changes. */
    private void splitTwins() {
        if (stopped) {
            return;
        }
        long sides = chance.next();
        int firstCopy = plan.validators() + plan.observers();
        for (int i = 0; i < plan.twins(); i++) {
            int original = world.nodes().get(firstCopy + i).identity();
            sides = (sides & ~(1L << original)) | (1L << (firstCopy + i));
        }
        world.network().split(sides);
        world.agenda().after(chance.between(1, 2000 * MS), this::splitTwins);
    }

    /** True for a key that lost its log or has a damaged one. */
    boolean hasForgotten(int identity) {
        return amnesiacs.contains(identity);
    }

    long count(Fault fault) {
        return counts.getOrDefault(fault, 0L);
    }

    private void happened(Fault fault, int node) {
        counts.merge(fault, 1L, Long::sum);
        world.trace().note(node, Trace.Deed.FAULT, fault.name().length(), fault.name());
    }

    private void strike() {
        if (stopped) {
            return;
        }
        if (!kinds.isEmpty()) {
            strike(kinds.get(chance.below(kinds.size())));
        }
        reviveSome();
        world.agenda().after(chance.between(1, 2L * plan.faultEveryMs() * MS), this::strike);
    }

    private SimNode any() {
        return world.nodes().get(chance.below(world.nodes().size()));
    }

    private void strike(Fault fault) {
        SimNode node = any();
        switch (fault) {
            case CUT -> cut();
            case CRASH -> planEnd(node);
            case BLACKOUT -> blackout();
            case SLOW_DISK -> slow(node);
            case FULL_DISK -> fill(node);
            case BIT_FLIP -> flip(node);
            case CLOCK -> skew(node);
            case WIPE -> {
                if (chance.oneIn(2)) {
                    backUp(node);
                } else {
                    loseVotes(node);
                }
            }
            case DATA_LOSS -> loseData();
            case LAG -> lag();
            case ROLL -> roll(node);
            default -> throw new IllegalStateException("no such fault: " + fault);
        }
    }

    private void cut() {
        happened(Fault.CUT, -1);
        int addresses = world.nodes().size();
        switch (chance.below(4)) {
            case 0 -> world.network().heal();
            case 1 -> world.network().split(chance.next());
            case 2 -> {
                // One node hears nobody, or nobody hears it.
                int lonely = chance.below(addresses);
                boolean deaf = chance.oneIn(2);
                for (int other = 0; other < addresses; other++) {
                    world.network().cut(deaf ? other : lonely, deaf ? lonely : other);
                }
            }
            default -> world.network().cut(chance.below(addresses), chance.below(addresses));
        }
    }

    private void lag() {
        happened(Fault.LAG, -1);
        int addresses = world.nodes().size();
        int slow = chance.below(addresses);
        long nanos = chance.between(0, 1500 * MS);
        for (int other = 0; other < addresses; other++) {
            if (chance.oneIn(2)) {
                world.network().lag(other, slow, nanos);
            }
        }
    }

    private void planEnd(SimNode node) {
        if (node.isUp()) {
            happened(Fault.CRASH, node.address());
            node.deeds().endAt(chance.below(LAST_BOUNDARY));
        }
    }

    private void blackout() {
        happened(Fault.BLACKOUT, -1);
        for (SimNode node : world.nodes()) {
            if (node.isUp()) {
                node.crash();
            }
        }
    }

    private void slow(SimNode node) {
        happened(Fault.SLOW_DISK, node.address());
        node.disk().forceTakes(chance.oneIn(2) ? 0 : chance.between(0, 400 * MS));
    }

    private void fill(SimNode node) {
        happened(Fault.FULL_DISK, node.address());
        node.disk().full(chance.oneIn(2));
    }

    private void skew(SimNode node) {
        happened(Fault.CLOCK, node.address());
        node.skewClock(chance.oneIn(3) ? chance.between(-40_000, 40_000) : chance.between(-700, 700));
    }

    private void roll(SimNode node) {
        if (!node.isUp()) {
            happened(Fault.ROLL, node.address());
            node.disk().rollVotes();
        }
    }

    private boolean mayForget(SimNode node) {
        int identity = node.identity();
        return node.isValidator()
                && node.isHonest()
                && (amnesiacs.contains(identity) || amnesiacs.size() < plan.amnesiacs());
    }

    private void loseVotes(SimNode node) {
        if (mayForget(node)) {
            happened(Fault.WIPE, node.address());
            amnesiacs.add(node.identity());
            crash(node);
            byte[] old = copies.get(node.identity());
            long settled = settledViews.getOrDefault(node.identity(), Long.MAX_VALUE);
            var last = node.disk().blocks().lastApplied();
            if (old != null && last != null && last.block().header().view() > settled) {
                // Older than the ledger beside it: that can be noticed, and must be.
                node.disk().votes().restore(old);
                restored++;
                return;
            }
            node.disk().wipeVotes();
            if (node.identity() == careless && chance.oneIn(2)) {
                node.disk().wipeBlocks();
            }
        }
    }

    /** An operator makes a backup of a vote log, which nobody should. */
    private void backUp(SimNode node) {
        if (node.isUp() && node.isValidator()) {
            copies.put(node.identity(), node.disk().votes().copy());
            settledViews.put(node.identity(), node.disk().votes().history().settledView());
        }
    }

    /** How often an old copy of a vote log was put back. */
    long restored() {
        return restored;
    }

    private void loseData() {
        // An old log under a ledger that is as old cannot be noticed by anybody.
        if (careless >= 0 && !amnesiacs.contains(careless)) {
            SimNode node = world.nodes().get(careless);
            happened(Fault.DATA_LOSS, node.address());
            crash(node);
            node.disk().wipeBlocks();
        }
    }

    private void flip(SimNode node) {
        if (node.address() == careless && chance.oneIn(2)) {
            crash(node);
            if (node.disk().loseBody(chance)) {
                happened(Fault.BIT_FLIP, node.address());
            }
        } else if (mayForget(node)) {
            crash(node);
            if (node.disk().flipVoteBit(chance)) {
                happened(Fault.BIT_FLIP, node.address());
                amnesiacs.add(node.identity());
            }
        }
    }

    private static void crash(SimNode node) {
        if (node.isUp()) {
            node.crash();
        }
    }

    private void reviveSome() {
        for (SimNode node : world.nodes()) {
            if (!node.isUp() && !chance.oneIn(3)) {
                node.boot();
            }
        }
    }

    /** No more faults: links carry, disks have room, clocks are right, everybody runs. Liars go on lying. */
    void stop() {
        stopped = true;
        world.network().heal();
        world.network().weather(Weather.CALM);
        for (SimNode node : world.nodes()) {
            node.disk().full(false);
            node.disk().forceTakes(0);
            node.skewClock(chance.between(-100, 100));
            node.deeds().endAt(-1);
            if (!node.isUp()) {
                node.boot();
            }
        }
    }
}

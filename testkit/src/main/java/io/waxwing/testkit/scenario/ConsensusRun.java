package io.waxwing.testkit.scenario;

import io.waxwing.ledger.simplex.Validators;
import io.waxwing.ledger.simplex.VotingRules;
import io.waxwing.testkit.check.AgreementCheck;
import io.waxwing.testkit.check.BoundsCheck;
import io.waxwing.testkit.check.EvidenceCheck;
import io.waxwing.testkit.check.ProgressCheck;
import io.waxwing.testkit.check.Tally;
import io.waxwing.testkit.check.UnionEvidence;
import io.waxwing.testkit.check.VoteCheck;
import io.waxwing.testkit.check.WillingnessCheck;
import io.waxwing.testkit.liar.Liars;
import io.waxwing.testkit.liar.TwinRules;
import io.waxwing.testkit.sim.Chance;
import io.waxwing.testkit.sim.Mouth;
import io.waxwing.testkit.sim.SimNode;
import io.waxwing.testkit.sim.Story;
import io.waxwing.testkit.sim.Violation;
import io.waxwing.testkit.sim.World;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One seed's run of consensus: some {@value #VIEWS} views of faults and lies, then peace, in which everything owed must
 * become final. Laws are checked after every step. One thread.
 */
public final class ConsensusRun {
    /** Views with faults; those to finality come on top. */
    public static final int VIEWS = 100;

    private static final int MAX_OWED = 12;
    private static final long MS = 1_000_000;
    // A run that is cut off most of the time repeats itself; its time is better spent on another seed.
    private static final int FAULTY_STEPS_PER_VALIDATOR = 2_000;
    private static final long GOSSIP_NANOS = 300 * MS;

    private final long seed;
    private final Plan plan;
    private final World world;
    private final Chance chance;
    private final Tally tally;
    private final AgreementCheck agreement;
    private final EvidenceCheck evidence;
    private final WillingnessCheck willingness;
    private final UnionEvidence union = new UnionEvidence();
    private final Chaos chaos;
    private final TreeSet<String> lies = new TreeSet<>();
    private long viewsToFinality;
    private boolean batchesStopped;

    /** The plan that the seed stands for. */
    public ConsensusRun(long seed, VotingRules rules, @Nullable Story story) {
        this(seed, new Chance(seed), Plan::of, rules, story);
    }

    /** Another plan, with everything else from the seed. */
    public static ConsensusRun of(long seed, Function<Chance, Plan> planner, VotingRules rules, @Nullable Story story) {
        return new ConsensusRun(seed, new Chance(seed), planner, rules, story);
    }

    private ConsensusRun(
            long seed, Chance seeded, Function<Chance, Plan> planner, VotingRules rules, @Nullable Story story) {
        this.seed = seed;
        this.plan = planner.apply(seeded);
        this.world =
                new World(new World.Shape(plan.validators(), plan.processes(), plan.timing(), rules), seeded, story);
        this.chance = seeded.fork();
        populate();
        this.tally = new Tally(world);
        this.agreement = new AgreementCheck(world, tally);
        this.evidence = new EvidenceCheck(world);
        this.willingness = new WillingnessCheck(world);
        world.watch(tally);
        world.watch(new VoteCheck(world, tally));
        world.watch(agreement);
        world.watch(evidence);
        world.watch(willingness);
        world.watch(new BoundsCheck(world));
        if (plan.twins() > 0) {
            world.watch(union);
        }
        this.chaos = new Chaos(world, plan);
    }

    private void populate() {
        int firstLiar = chance.below(plan.validators());
        for (int i = 0; i < plan.validators(); i++) {
            int place = Math.floorMod(i - firstLiar, plan.validators());
            boolean isTwin = place < plan.twins();
            boolean isLiar = place < plan.liars();
            SimNode node = world.add(i, !isLiar, isLiar && !isTwin ? liar() : Mouth.HONEST);
            if (isTwin) {
                node.follow(new TwinRules());
            }
        }
        for (int i = 0; i < plan.observers(); i++) {
            world.add(Validators.MAX + i, true, Mouth.HONEST);
        }
        for (int i = 0; i < plan.twins(); i++) {
            lies.add("TWINS");
            world.add((firstLiar + i) % plan.validators(), false, Mouth.HONEST).follow(new TwinRules());
        }
    }

    private Mouth liar() {
        List<Liars> kinds = List.of(Liars.values());
        Liars any = kinds.get(chance.below(kinds.size()));
        Liars kind = plan.kind() == null ? any : plan.kind();
        lies.add(kind.name());
        return kind.create(chance.fork());
    }

    /** The whole run. Throws {@link Violation} if a law is broken. */
    public ConsensusRun play() {
        world.nodes().forEach(SimNode::boot);
        giveBatch();
        gossip();
        int limit = FAULTY_STEPS_PER_VALIDATOR * plan.validators();
        for (int steps = 0; steps < limit && !(steps % 16 == 0 && highestView() >= VIEWS); steps++) {
            step();
        }
        batchesStopped = true;
        chaos.stop();
        world.tellAll();
        ProgressCheck progress = new ProgressCheck(world, patienceNanos());
        requireVoters();
        if (canProgress()) {
            while (!progress.isDone()) {
                for (int i = 0; i < 16; i++) {
                    step();
                }
            }
            viewsToFinality = progress.viewsTaken();
        }
        return this;
    }

    private void step() {
        if (!world.agenda().step()) {
            throw new Violation("the simulation goes on", "nothing is planned any more");
        }
    }

    private long patienceNanos() {
        return 10 * 3L * plan.validators() * plan.timing().capNanos();
    }

    /** A quorum of keys that are honest and have their history. */
    private boolean canProgress() {
        long able = world.nodes().stream()
                .filter(node -> node.isHonest() && node.isVoting())
                .count();
        return able >= world.validators().quorum();
    }

    /** Only a lost log may cost an honest validator its vote. */
    private void requireVoters() {
        for (SimNode node : world.nodes()) {
            boolean entitled = node.isHonest() && node.isValidator() && !chaos.hasForgotten(node.identity());
            if (entitled && !node.isVoting()) {
                throw new Violation(
                        "nobody loses its vote without reason",
                        "node " + node.address() + " is " + node.core().standing() + ": "
                                + node.core().reason());
            }
        }
    }

    private void gossip() {
        world.gossip();
        world.nodes().forEach(SimNode::stir);
        world.agenda().after(GOSSIP_NANOS, this::gossip);
    }

    private void giveBatch() {
        if (!batchesStopped) {
            if (owed() < MAX_OWED) {
                world.newBatch(chance.below(plan.validators()));
            }
            world.agenda().after(chance.between(1, 2L * plan.batchEveryMs() * MS), this::giveBatch);
        }
    }

    /** Batches that are not final anywhere. */
    private int owed() {
        int owed = 0;
        for (int lane = 0; lane < world.workload().lanes(); lane++) {
            int last = 0;
            for (SimNode node : world.nodes()) {
                last = Math.max(last, node.ledger().applied(lane));
            }
            owed += world.workload().last(lane) - last;
        }
        return owed;
    }

    private long highestView() {
        long highest = 0;
        for (SimNode node : world.nodes()) {
            if (node.isHonest() && node.isUp()) {
                highest = Math.max(highest, node.core().view());
            }
        }
        return highest;
    }

    public long seed() {
        return seed;
    }

    public Plan plan() {
        return plan;
    }

    public World world() {
        return world;
    }

    /** Kinds of liars that took part. */
    public Set<String> lies() {
        return lies;
    }

    public long happened(Plan.Fault fault) {
        return chaos.count(fault);
    }

    /** How often an old copy of a vote log was put back. */
    public long restoredLogs() {
        return chaos.restored();
    }

    public long views() {
        return highestView();
    }

    public long viewsToFinality() {
        return viewsToFinality;
    }

    public long height() {
        return agreement.height();
    }

    public EvidenceCheck evidence() {
        return evidence;
    }

    public WillingnessCheck willingness() {
        return willingness;
    }

    /** What all messages together prove; kept in runs with twins alone. */
    public UnionEvidence union() {
        return union;
    }

    public Tally tally() {
        return tally;
    }

    /** Equal for equal seeds. */
    public String storyHash() {
        return world.trace().hash();
    }
}

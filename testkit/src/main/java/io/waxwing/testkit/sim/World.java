package io.waxwing.testkit.sim;

import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.hash.Sha256;
import io.waxwing.ledger.simplex.BlockHeader;
import io.waxwing.ledger.simplex.Timing;
import io.waxwing.ledger.simplex.Validators;
import io.waxwing.ledger.simplex.VotingRules;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Everything that is in one simulation: time, chance, keys, links, nodes and those who watch. One thread. */
public final class World {
    private static final Hash LEDGER_ID = Sha256.digest(new byte[] {1});

    private final Agenda agenda = new Agenda();
    private final Chance chance;
    private final Trace trace;
    private final Validators validators;
    private final FakeKeys keys;
    private final Timing timing;
    private final VotingRules rules;
    private final Workload workload;
    private final SimNetwork network;
    private final BlockHeader base;
    private final List<SimNode> nodes = new ArrayList<>();
    private final List<Watcher> watchers = new ArrayList<>();

    /**
     * What a world is made of.
     *
     * @param validators how many vote
     * @param addresses how many processes there can be, twins and observers included
     */
    public record Shape(int validators, int addresses, Timing timing, VotingRules rules) {}

    public World(Shape shape, Chance chance, @Nullable Story story) {
        this.chance = chance;
        this.trace = new Trace(agenda, story);
        this.keys = new FakeKeys(shape.validators(), chance.next());
        this.timing = shape.timing();
        this.rules = shape.rules();
        this.workload = new Workload(shape.validators());
        List<Validators.Member> members = new ArrayList<>();
        for (int i = 0; i < shape.validators(); i++) {
            members.add(new Validators.Member(i, keys.signer(i).publicKey()));
        }
        this.validators = new Validators(LEDGER_ID, 0, chance.below(shape.validators()), members);
        this.network = new SimNetwork(agenda, chance, nodes, shape.addresses());
        this.base = genesis();
    }

    private static BlockHeader genesis() {
        Hash root = Sha256.digest(new byte[] {2});
        return new BlockHeader(LEDGER_ID, 0, 0, 0, Hash.ZERO, 0, 0, 1, Hash.ZERO, 0, Hash.ZERO, 1, root);
    }

    /** A further process. Validators first, in the order of their indexes. */
    public SimNode add(int identity, boolean honest, Mouth mouth) {
        SimNode node = new SimNode(this, new SimNode.Place(nodes.size(), identity, honest), mouth);
        nodes.add(node);
        return node;
    }

    public void watch(Watcher watcher) {
        watchers.add(watcher);
    }

    List<Watcher> watchers() {
        return watchers;
    }

    public List<SimNode> nodes() {
        return Collections.unmodifiableList(nodes);
    }

    public Agenda agenda() {
        return agenda;
    }

    public Chance chance() {
        return chance;
    }

    public Trace trace() {
        return trace;
    }

    public Validators validators() {
        return validators;
    }

    public FakeKeys keys() {
        return keys;
    }

    public Timing timing() {
        return timing;
    }

    public VotingRules rules() {
        return rules;
    }

    public Workload workload() {
        return workload;
    }

    public SimNetwork network() {
        return network;
    }

    /** The block everything stands on. */
    public BlockHeader base() {
        return base;
    }

    /** A batch is certified; its origin and whoever it can reach know it. */
    public void newBatch(int lane) {
        workload.add(lane);
        trace.note(lane, Trace.Deed.BATCH, workload.last(lane), "a batch");
        gossip(lane);
    }

    /** Tells batches on along links that are not cut: the headers of pending batches reach everybody who can be. */
    public void gossip() {
        for (int lane = 0; lane < workload.lanes(); lane++) {
            gossip(lane);
        }
    }

    /** Everybody who runs knows of every batch: how long gossip takes is not what is measured after the last fault. */
    public void tellAll() {
        for (SimNode node : nodes) {
            for (int lane = 0; node.isUp() && lane < workload.lanes(); lane++) {
                for (int seq = node.ledger().applied(lane) + 1; seq <= workload.last(lane); seq++) {
                    node.ledger().learn(lane, seq);
                }
            }
            agenda.after(0, node::pendingChanged);
        }
    }

    private void gossip(int lane) {
        for (SimNode node : nodes) {
            if (!node.isUp()) {
                continue;
            }
            boolean isNew = false;
            for (int seq = node.ledger().applied(lane) + 1; seq <= workload.last(lane); seq++) {
                if (!node.ledger().knows(lane, seq) && isReachable(lane, seq, node)) {
                    isNew |= node.ledger().learn(lane, seq);
                }
            }
            if (isNew) {
                agenda.after(0, node::pendingChanged);
            }
        }
    }

    private boolean isReachable(int lane, int seq, SimNode node) {
        if (node.identity() == lane) {
            return true;
        }
        for (SimNode other : nodes) {
            boolean knows =
                    other.identity() == lane || (other.isUp() && other.ledger().knows(lane, seq));
            if (knows && other.isUp() && !network.isCut(other.address(), node.address())) {
                return !chance.oneIn(4);
            }
        }
        return false;
    }
}

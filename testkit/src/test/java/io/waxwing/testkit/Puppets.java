package io.waxwing.testkit;

import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.hash.Sha256;
import io.waxwing.ledger.simplex.Block;
import io.waxwing.ledger.simplex.BlockHeader;
import io.waxwing.ledger.simplex.Certificate;
import io.waxwing.ledger.simplex.Effects;
import io.waxwing.ledger.simplex.Effects.FinalBlock;
import io.waxwing.ledger.simplex.Evidence;
import io.waxwing.ledger.simplex.Message;
import io.waxwing.ledger.simplex.Proposal;
import io.waxwing.ledger.simplex.SignedVote;
import io.waxwing.ledger.simplex.Simplex;
import io.waxwing.ledger.simplex.Timing;
import io.waxwing.ledger.simplex.Vote;
import io.waxwing.ledger.simplex.VoteRecord;
import io.waxwing.ledger.simplex.VotingRules;
import io.waxwing.testkit.sim.Chance;
import io.waxwing.testkit.sim.Letter;
import io.waxwing.testkit.sim.Mouth;
import io.waxwing.testkit.sim.SimNode;
import io.waxwing.testkit.sim.Watcher;
import io.waxwing.testkit.sim.World;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One real node, with codec, check and disk, among validators whose every word the test says. */
final class Puppets implements Watcher {
    static final long MS = 1_000_000;

    /** D = 100 ms, at most 800 ms. */
    static final Timing TIMING = new Timing(100 * MS, 800 * MS, 100 * MS);

    private final World world;
    private final SimNode node;
    private final List<Message> said = new ArrayList<>();
    private final List<VoteRecord> records = new ArrayList<>();
    private final List<Block> applied = new ArrayList<>();
    private final List<Evidence> evidence = new ArrayList<>();

    /** The real node is the one with that index. */
    Puppets(int validators, int self) {
        this(validators, self, VotingRules.PROTOCOL);
    }

    Puppets(int validators, int self, VotingRules rules) {
        world = new World(new World.Shape(validators, validators, TIMING, rules), new Chance(7), null);
        for (int i = 0; i < validators; i++) {
            world.add(i, true, Mouth.HONEST);
        }
        node = world.nodes().get(self);
        world.watch(this);
    }

    Puppets start() {
        node.boot();
        settle();
        return this;
    }

    @Override
    public void said(SimNode by, Message message) {
        said.add(message);
    }

    @Override
    public void forced(SimNode by, List<VoteRecord> newRecords) {
        records.addAll(newRecords);
    }

    @Override
    public void applied(SimNode by, FinalBlock block) {
        applied.add(block.block());
    }

    @Override
    public void stepped(SimNode by, Effects effects) {
        evidence.addAll(effects.evidence());
    }

    SimNode node() {
        return node;
    }

    Simplex core() {
        return node.core();
    }

    World world() {
        return world;
    }

    /** What the node has said since the last call. */
    List<Message> takeSaid() {
        List<Message> taken = List.copyOf(said);
        said.clear();
        return taken;
    }

    List<SignedVote> takeVotes(Vote.Type type) {
        return takeSaid().stream()
                .filter(message -> message instanceof SignedVote vote && vote.type() == type)
                .map(message -> (SignedVote) message)
                .toList();
    }

    List<VoteRecord> records() {
        return records;
    }

    List<Block> applied() {
        return applied;
    }

    List<Evidence> evidence() {
        return evidence;
    }

    /** The lowest view from that one on that this validator leads. */
    long viewLedBy(int leader, long from) {
        long view = from;
        while (world.validators().leader(view) != leader) {
            view++;
        }
        return view;
    }

    void batch(int lane) {
        world.workload().add(lane);
        node.ledger().learn(lane, world.workload().last(lane));
        node.pendingChanged();
        settle();
    }

    SignedVote vote(Vote.Type type, long view, Hash blockId, int voter) {
        var validators = world.validators();
        byte[] statement = world.rules().signedMessage(validators.vote(type, view, blockId));
        ByteString signature = ByteString.of(world.keys().signer(voter).sign(statement));
        return new SignedVote(type, validators.epoch(), view, blockId, voter, signature);
    }

    Certificate certificate(Vote.Type type, long view, Hash blockId, int... voters) {
        List<SignedVote> votes = new ArrayList<>();
        for (int voter : voters) {
            votes.add(vote(type, view, blockId, voter));
        }
        return Certificate.of(votes, world.validators().size());
    }

    /** By all validators but the real one, as many as are needed. */
    Certificate byOthers(Vote.Type type, long view, Hash blockId) {
        int[] voters = new int[world.validators().quorum()];
        int next = 0;
        for (int i = 0; next < voters.length; i++) {
            if (i != node.identity()) {
                voters[next++] = i;
            }
        }
        return certificate(type, view, blockId, voters);
    }

    Certificate nullification(long view) {
        return byOthers(Vote.Type.NULLIFY, view, Hash.ZERO);
    }

    /** An empty block in that view on a parent; on genesis if that is null. */
    Block block(long view, @Nullable Block parent, List<Certificate> justify) {
        return block(view, parent, justify, 0);
    }

    Block block(long view, @Nullable Block parent, List<Certificate> justify, long laterMs) {
        BlockHeader on = parent == null ? world.base() : parent.header();
        var tip = node.ledger().tip();
        int leader = world.validators().leader(view);
        BlockHeader header = new BlockHeader(
                world.validators().ledgerId(),
                0,
                view,
                on.height() + 1,
                on.blockId(),
                on.view(),
                leader,
                node.now().wallMs() + laterMs,
                Block.batchesRoot(List.of()),
                0,
                Block.evidenceRoot(List.of()),
                tip.treeSize(),
                tip.treeRoot());
        return new Block(header, justify, List.of(), List.of());
    }

    Proposal proposal(Block block) {
        long view = block.header().view();
        return new Proposal(
                vote(
                        Vote.Type.PROPOSE,
                        view,
                        block.blockId(),
                        world.validators().leader(view)),
                block);
    }

    static Hash someHash(int number) {
        return Sha256.digest(new byte[] {(byte) number, (byte) (number >> 8)});
    }

    /** The real node hears that, through codec and check. */
    void tell(int from, Message message) {
        node.deliver(from, Letter.of(message));
        settle();
    }

    /** Everything that is to happen at this instant. */
    void settle() {
        pass(0);
    }

    /** Virtual time goes by. */
    void pass(long ms) {
        boolean[] over = new boolean[1];
        world.agenda().after(ms * MS, () -> over[0] = true);
        while (!over[0]) {
            world.agenda().step();
        }
    }

    void restart() {
        if (node.isUp()) {
            node.crash();
        }
        records.clear();
        takeSaid();
        start();
    }
}

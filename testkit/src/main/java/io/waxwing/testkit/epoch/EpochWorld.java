package io.waxwing.testkit.epoch;

import io.waxwing.ledger.batch.AvailabilityCertificate;
import io.waxwing.ledger.batch.BatchHeader;
import io.waxwing.ledger.batch.BatchReference;
import io.waxwing.ledger.batch.BatchStatement;
import io.waxwing.ledger.batch.Lane;
import io.waxwing.ledger.batch.OriginPart;
import io.waxwing.ledger.chain.LedgerChain;
import io.waxwing.ledger.control.Change;
import io.waxwing.ledger.control.ConfigProposal;
import io.waxwing.ledger.control.Genesis;
import io.waxwing.ledger.control.KeyPurpose;
import io.waxwing.ledger.control.Quorum;
import io.waxwing.ledger.control.Registry;
import io.waxwing.ledger.control.Registry.Institution;
import io.waxwing.ledger.control.Registry.Origin;
import io.waxwing.ledger.execute.Execution;
import io.waxwing.ledger.execute.LedgerState;
import io.waxwing.ledger.execute.Order;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.hash.Sha256;
import io.waxwing.ledger.leaf.ConfigLeaf.Approval;
import io.waxwing.ledger.merkle.TileBuffer;
import io.waxwing.ledger.sign.Signer;
import io.waxwing.ledger.simplex.Block;
import io.waxwing.ledger.simplex.Effects.Outgoing;
import io.waxwing.ledger.simplex.Evidence;
import io.waxwing.ledger.simplex.Message;
import io.waxwing.ledger.simplex.MessageCodec;
import io.waxwing.ledger.simplex.PastEpoch;
import io.waxwing.ledger.simplex.SignedVote;
import io.waxwing.ledger.simplex.Timing;
import io.waxwing.ledger.simplex.Validators;
import io.waxwing.ledger.simplex.Vote;
import io.waxwing.testkit.sim.Agenda;
import io.waxwing.testkit.sim.Chance;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The nodes, the links between them, the clients that publish and the operators that change the consortium. */
public final class EpochWorld {
    static final long START_MS = 1_760_000_000_000L;
    static final Timing TIMING = new Timing(100_000_000, 800_000_000, 100_000_000);

    private static final long MS = 1_000_000;
    private static final long PULSE_NANOS = 100 * MS;
    private static final long HEARTBEAT_NANOS = 3000 * MS;
    private static final int MARGIN = 6;

    private final Agenda agenda = new Agenda();
    private final Chance chance;
    private final Block genesis;
    private final Laws laws;
    private final List<EpochNode> nodes = new ArrayList<>();
    private final List<List<Change>> plan = new ArrayList<>();
    private final List<ConfigProposal> approved = new ArrayList<>();
    private final boolean[][] cut = new boolean[Members.COUNT][Members.COUNT];
    private int lossPerMille;
    private boolean publishes = true;
    private int ghost = -1;
    private long refused;
    private long accusations;

    /**
     * Members 0 to n - 1 found the ledger; all others may join it later and follow it until then.
     *
     * @param liar whose node proposes CONFIG leaves of its own, -1 for none
     */
    public EpochWorld(int validators, int liar, long seed) {
        this.chance = new Chance(seed);
        this.genesis = Founding.block(validators);
        this.laws = new Laws(genesis, genesisState().root());
        for (int member = 0; member < Members.COUNT; member++) {
            nodes.add(new EpochNode(this, member, member == liar));
        }
        agenda.after(PULSE_NANOS, this::pulse);
        agenda.after(HEARTBEAT_NANOS, this::heartbeat);
    }

    LedgerState genesisState() {
        LedgerState state = new LedgerState();
        Execution.apply(state, Order.of(genesis), Members.check(), (level, index, hash) -> {});
        return state;
    }

    TileBuffer genesisTiles() {
        TileBuffer tiles = new TileBuffer();
        Execution.apply(new LedgerState(), Order.of(genesis), Members.check(), tiles);
        return tiles;
    }

    Block genesis() {
        return genesis;
    }

    static Hash ledgerId(LedgerChain chain) {
        return chain.ledgerId();
    }

    public Agenda agenda() {
        return agenda;
    }

    public Chance chance() {
        return chance;
    }

    Laws laws() {
        return laws;
    }

    public List<EpochNode> nodes() {
        return nodes;
    }

    /** Blocks that some honest node has applied. */
    public long height() {
        return laws.height();
    }

    /** Messages that were refused when they were checked. */
    public long refusals() {
        return refused;
    }

    void refused() {
        refused++;
    }

    void accuse(EpochNode by, Evidence pair) {
        accusations++;
        int institution = by.epochs().validators().members().get(pair.culprit()).institutionId();
        EpochNode culprit = nodes.get(memberOf(institution, by.chain()));
        laws.accused(by, pair, !culprit.isHonest() || culprit.member() == ghost);
    }

    public long accusations() {
        return accusations;
    }

    /** Links lose so many messages of a thousand. */
    public void loseMessages(int perMille) {
        lossPerMille = perMille;
    }

    /** Nothing passes between these two, or all does again. */
    public void cut(int one, int other, boolean isCut) {
        cut[one][other] = isCut;
        cut[other][one] = isCut;
    }

    public void healAll() {
        lossPerMille = 0;
        for (boolean[] links : cut) {
            Arrays.fill(links, false);
        }
    }

    /** The operators want this, each step in an epoch of its own; they ask again until it is so. */
    public void want(Change... changes) {
        plan.add(List.of(changes));
    }

    /** Clients publish no more. */
    public void stopPublishing() {
        publishes = false;
    }

    /** From now on that member's keys vote on in epochs that are none of its business. */
    public void haunt(int member) {
        ghost = member;
    }

    void carry(EpochNode from, Outgoing outgoing) {
        byte[] frame = MessageCodec.encode(outgoing.message());
        for (EpochNode to : nodes) {
            boolean meant = outgoing.to() == Outgoing.ALL || to.member() == target(from, outgoing);
            if (meant && to != from && !cut[from.member()][to.member()] && !chance.perMille(lossPerMille)) {
                agenda.after(chance.between(1, 15 * MS), () -> to.deliver(from.member(), frame));
            }
        }
    }

    private static int target(EpochNode from, Outgoing outgoing) {
        if (outgoing.to() >= Validators.MAX) {
            return outgoing.to() - Validators.MAX;
        }
        long epoch = outgoing.message().epoch();
        PastEpoch past = from.epochs().past().get(epoch);
        Validators validators = past == null ? from.epochs().validators() : past.validators();
        return memberOf(validators.members().get(outgoing.to()).institutionId(), from.chain());
    }

    private static int memberOf(int institutionId, LedgerChain chain) {
        Institution institution = Objects.requireNonNull(chain.last().registry().institution(institutionId));
        return Members.named(institution.name());
    }

    /** How consensus of that epoch names a member's node. */
    int indexOf(int member, Validators validators, LedgerChain chain) {
        Institution institution = chain.last().registry().institutionNamed(Members.name(member));
        for (int index = 0; institution != null && index < validators.size(); index++) {
            if (validators.members().get(index).institutionId() == institution.id()) {
                return index;
            }
        }
        return Validators.MAX + member;
    }

    private void heartbeat() {
        nodes.forEach(EpochNode::heartbeat);
        agenda.after(HEARTBEAT_NANOS, this::heartbeat);
    }

    private void pulse() {
        nodes.stream().filter(EpochNode::isUp).forEach(this::publish);
        operate();
        if (ghost >= 0) {
            haunt();
        }
        agenda.after(PULSE_NANOS, this::pulse);
    }

    /** The origin's next batch, under the key that is registered now; told to all until it is final. */
    private void publish(EpochNode node) {
        Registry registry = node.chain().last().registry();
        Institution institution = registry.institutionNamed(Members.name(node.member()));
        for (Origin origin : institution == null ? List.<Origin>of() : registry.originsOf(institution.id())) {
            Signer key = Members.find(node.member(), KeyPurpose.ORIGIN, origin.key());
            if (origin.active() && key != null && publishes) {
                Lane lane = new Lane(origin.originId(), Genesis.EVERYBODY);
                BatchReference batch = batch(lane, node.applied(lane) + 1, key);
                nodes.stream()
                        .filter(other -> !cut[node.member()][other.member()])
                        .forEach(other -> other.offer(batch));
            }
        }
    }

    private BatchReference batch(Lane lane, long batchSeq, Signer key) {
        Hash tag = Sha256.digest(new byte[] {(byte) lane.originId()});
        Hash content = Sha256.digest(new byte[] {(byte) batchSeq, (byte) (batchSeq >> 8)});
        OriginPart part = new OriginPart(lane.originId(), batchSeq, 1, 0, tag, content);
        BatchHeader header =
                BatchStatement.over(lane, batchSeq, batchSeq, List.of(part)).signedBy(key, ledgerIdOf());
        return new BatchReference(header, List.of(part), AvailabilityCertificate.ORIGIN_ONLY);
    }

    private Hash ledgerIdOf() {
        return genesis.configs().get(0).configHash();
    }

    /** The node that has come furthest, which operators look at. */
    private @Nullable EpochNode newest() {
        EpochNode newest = null;
        for (EpochNode node : nodes) {
            boolean further = newest == null
                    || node.chain().last().height() > newest.chain().last().height();
            newest = node.isUp() && node.isHonest() && further ? node : newest;
        }
        return newest;
    }

    private void operate() {
        EpochNode seen = newest();
        if (seen == null || seen.epoch() >= plan.size()) {
            return;
        }
        LedgerChain.Final last = seen.chain().last();
        approved.removeIf(change -> change.leaf().firstHeight() - 1 <= last.height()
                || !change.leaf().previousConfig().equals(last.config().configHash()));
        if (approved.isEmpty()) {
            List<Change> wanted = plan.get((int) seen.epoch());
            ConfigProposal change = ConfigProposal.of(last.config(), wanted, last.height() + MARGIN);
            ConfigProposal signed = change.approvedBy(approvals(change, last.registry()));
            laws.approve(signed.leaf());
            approved.add(signed);
        }
        for (ConfigProposal change : approved) {
            nodes.forEach(node -> node.offer(change));
        }
    }

    private List<Approval> approvals(ConfigProposal change, Registry registry) {
        List<Approval> approvals = new ArrayList<>();
        int needed = Quorum.of(registry.validators().size());
        for (Institution validator : registry.validators()) {
            int member = Members.named(validator.name());
            Origin origin = registry.originsOf(validator.id()).get(0);
            Signer key = Members.find(member, KeyPurpose.ORIGIN, origin.key());
            if (key != null && nodes.get(member).isHonest() && approvals.size() < needed) {
                approvals.add(change.approval(origin.originId(), key, ledgerIdOf()));
            }
        }
        return approvals;
    }

    /** Votes of every kind in the present epoch, in every validator's name, under a key that is registered no more. */
    private void haunt() {
        EpochNode node = nodes.get(ghost);
        EpochNode seen = newest();
        if (!node.isUp() || seen == null) {
            return;
        }
        Validators validators = seen.epochs().validators();
        Signer old = Members.signer(ghost, 0, KeyPurpose.VOTE);
        long view = seen.epochs().core().view();
        for (int voter = 0; voter <= validators.size(); voter++) {
            for (Vote.Type type : List.of(Vote.Type.NOTARIZE, Vote.Type.NULLIFY, Vote.Type.FINALIZE)) {
                Hash blockId = type == Vote.Type.NULLIFY ? Hash.ZERO : Sha256.digest(new byte[] {(byte) view});
                byte[] statement = validators.vote(type, view, blockId).signedMessage();
                Message vote = new SignedVote(
                        type, validators.epoch(), view, blockId, voter, ByteString.of(old.sign(statement)));
                carry(node, new Outgoing(Outgoing.ALL, vote));
            }
        }
    }

    /** Virtual time goes by. */
    public void pass(long ms) {
        long end = agenda.nowNanos() + ms * MS;
        boolean[] over = new boolean[1];
        agenda.after(ms * MS, () -> over[0] = true);
        while (!over[0] && agenda.nowNanos() <= end) {
            agenda.step();
        }
    }

    /** True if every node that runs has seen all planned changes and has everything that was published. */
    public boolean isSettled() {
        EpochNode seen = newest();
        return seen != null
                && seen.epoch() == plan.size()
                && nodes.stream()
                        .filter(EpochNode::isUp)
                        .allMatch(node -> node.chain().last().height()
                                        == seen.chain().last().height()
                                && node.chain().waiting().size() == 0);
    }

    /** How far everybody is, for a test that fails. */
    public String places() {
        StringBuilder text = new StringBuilder();
        for (EpochNode node : nodes) {
            text.append("\n  ")
                    .append(Members.name(node.member()))
                    .append(" epoch ")
                    .append(node.epoch());
            text.append(" height ").append(node.chain().last().height());
            text.append(" waiting ").append(node.chain().waiting().size());
            if (node.isUp()) {
                var core = node.epochs().core();
                text.append(" core ").append(node.epochs().validators().epoch());
                text.append(" view ").append(core.view()).append(" settled ").append(core.settledView());
                text.append(' ').append(core.standing()).append(' ').append(core.reason());
            } else {
                text.append(" down");
            }
        }
        return text.toString();
    }
}

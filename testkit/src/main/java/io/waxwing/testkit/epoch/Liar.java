package io.waxwing.testkit.epoch;

import io.waxwing.ledger.chain.LedgerChain;
import io.waxwing.ledger.control.Change;
import io.waxwing.ledger.control.ConfigProposal;
import io.waxwing.ledger.control.KeyPurpose;
import io.waxwing.ledger.control.Registry;
import io.waxwing.ledger.simplex.Block;
import io.waxwing.ledger.simplex.Chain;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The ledger of a leader that puts a CONFIG of its own into every block: everybody but itself is to go. */
final class Liar implements Chain {
    private final int member;
    private final LedgerChain chain;

    Liar(int member, LedgerChain chain) {
        this.member = member;
        this.chain = chain;
    }

    @Override
    public boolean pending() {
        return chain.pending();
    }

    @Override
    public @Nullable Content content(List<Block> path) {
        Content honest = chain.content(path);
        boolean ends = path.stream().anyMatch(Block::endsEpoch);
        if (honest == null || ends || !honest.configs().isEmpty()) {
            return honest;
        }
        ConfigProposal coup = coup(chain.last().height() + path.size() + 2);
        return coup == null ? honest : new Content(honest.batches(), List.of(coup.leaf()), coup.joins());
    }

    /** One removal, which is no more than may change at once, approved by the one that wants it. */
    private @Nullable ConfigProposal coup(long firstHeight) {
        Registry registry = chain.last().registry();
        String own = Members.name(member);
        for (Registry.Institution other : registry.validators()) {
            if (!other.name().equals(own) && registry.institutionNamed(own) != null) {
                ConfigProposal change = ConfigProposal.of(
                        chain.last().config(), List.of(new Change.RemoveMember(other.name())), firstHeight);
                int institution =
                        Objects.requireNonNull(registry.institutionNamed(own)).id();
                Registry.Origin origin = registry.originsOf(institution).get(0);
                return change.approvedBy(List.of(change.approval(
                        origin.originId(),
                        Objects.requireNonNull(Members.find(member, KeyPurpose.ORIGIN, origin.key())),
                        EpochWorld.ledgerId(chain))));
            }
        }
        return null;
    }

    @Override
    public Tip after(List<Block> path) {
        return chain.after(path);
    }

    @Override
    public boolean isValid(List<Block> path, Block block) {
        return chain.isValid(path, block);
    }
}

package io.waxwing.ledger.simplex;

import io.waxwing.ledger.control.Quorum;
import io.waxwing.ledger.control.Registry;
import io.waxwing.ledger.failure.Invariant;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.leaf.ConfigLeaf;
import java.util.List;

/**
 * Who votes in one epoch of one ledger. A validator is named by its index: its place in the registry's order, which is
 * the order of bits in certificates and of turns as leader: leader(v) = (v + seed) mod n.
 */
public record Validators(Hash ledgerId, long epoch, long seed, List<Member> members) {
    /** Most validators of an epoch, so that a block with its justification stays under its limit. */
    public static final int MAX = 64;

    /** An institution that votes, by its number in the registry. */
    public record Member(int institutionId, ByteString voteKey) {}

    public Validators {
        members = List.copyOf(members);
        Invariant.check(!members.isEmpty() && members.size() <= MAX, "an epoch has 1 to " + MAX + " validators");
        Invariant.check(seed >= 0 && seed < 1L << 32, "the epoch's seed has 32 bits");
    }

    /** The validators under a CONFIG; the seed is the first four bytes of its hash. */
    public static Validators of(Hash ledgerId, ConfigLeaf config) {
        List<Member> members = Registry.parse(config.registry()).validators().stream()
                .map(institution -> new Member(institution.id(), institution.voteKey()))
                .toList();
        byte[] hash = config.configHash().toBytes();
        long seed = 0;
        for (int i = 0; i < 4; i++) {
            seed = seed << 8 | (hash[i] & 0xff);
        }
        return new Validators(ledgerId, config.epoch(), seed, members);
    }

    public int size() {
        return members.size();
    }

    public int quorum() {
        return Quorum.of(members.size());
    }

    /** The index of the validator that proposes in that view. */
    public int leader(long view) {
        return (int) ((view % members.size() + seed % members.size()) % members.size());
    }

    public ByteString voteKey(int index) {
        return members.get(index).voteKey();
    }

    public boolean isIndex(int index) {
        return index >= 0 && index < members.size();
    }

    /** The statement of this epoch that a validator signs. */
    public Vote vote(Vote.Type type, long view, Hash blockId) {
        return new Vote(type, ledgerId, epoch, view, blockId);
    }
}

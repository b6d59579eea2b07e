package io.waxwing.ledger.verify;

import io.waxwing.ledger.codec.ByteReader;
import io.waxwing.ledger.codec.ByteWriter;
import io.waxwing.ledger.control.Quorum;
import io.waxwing.ledger.control.Registry;
import io.waxwing.ledger.failure.LedgerFailure;
import io.waxwing.ledger.failure.MalformedException;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.leaf.ConfigLeaf;
import io.waxwing.ledger.leaf.LeafCodec;
import io.waxwing.ledger.merkle.InclusionProof;
import io.waxwing.ledger.note.SignedNote;
import io.waxwing.ledger.note.TrustPolicy;
import io.waxwing.ledger.sign.SignatureCheck;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * trust.chain: the CONFIG leaves from genesis on, each with the checkpoint that proves it. Layout:
 * "evl/trust-chain/v1\n", u16 count, then per entry u32 length || CONFIG leaf, u64 leaf index, u8 n || n hashes of its
 * path, u32 length || checkpoint note. The checkpoint of the genesis entry is signed under its own policy; that of a
 * later entry is the handover checkpoint, signed under the policy before, and its size is the last at which that policy
 * counts.
 */
public record TrustChain(List<Entry> entries) {
    private static final String MAGIC = "evl/trust-chain/v1\n";
    private static final int MAX_ENTRIES = 4096;

    public TrustChain {
        entries = List.copyOf(entries);
        if (entries.isEmpty() || entries.size() > MAX_ENTRIES) {
            throw malformed("a trust chain has 1 to " + MAX_ENTRIES + " entries, got " + entries.size());
        }
    }

    /** A CONFIG leaf with its proof. */
    public record Entry(ByteString configLeaf, long leafIndex, List<Hash> path, ByteString checkpointNote) {
        public Entry {
            path = List.copyOf(path);
        }
    }

    /** One epoch a verifier may rely on: its policy counts for tree sizes in (afterSize, upToSize]. */
    public record Epoch(
            Hash ledgerId, ConfigLeaf config, TrustPolicy policy, Registry registry, long afterSize, long upToSize) {
        Epoch endingAt(long size) {
            return new Epoch(ledgerId, config, policy, registry, afterSize, size);
        }
    }

    /** What a walk gives: the ledger's id and its epochs. */
    public record Walked(Hash ledgerId, List<Epoch> epochs) {
        /** The epoch in whose range the tree size lies. */
        public Epoch epochOf(long treeSize) {
            for (Epoch epoch : epochs) {
                if (treeSize <= epoch.upToSize()) {
                    return epoch;
                }
            }
            throw new IllegalStateException("the last epoch is open");
        }

        /** The epoch under whose registry the leaf was ordered: a later checkpoint over it changes nothing of that. */
        public Epoch epochOfLeaf(long leafIndex) {
            return epochOf(leafIndex + 1);
        }
    }

    public ByteString encode() {
        ByteWriter out = new ByteWriter(4096).ascii(MAGIC).u16(entries.size());
        for (Entry entry : entries) {
            out.u32(entry.configLeaf().size()).string(entry.configLeaf());
            out.u63(entry.leafIndex()).u8(entry.path().size());
            entry.path().forEach(out::hash);
            out.u32(entry.checkpointNote().size()).string(entry.checkpointNote());
        }
        return ByteString.of(out.toBytes());
    }

    public static TrustChain decode(ByteString bytes) {
        ByteReader in = new ByteReader(bytes.toBytes(), MalformedException.RECEIPT);
        String magic = new String(in.bytes(MAGIC.length()), StandardCharsets.US_ASCII);
        if (!magic.equals(MAGIC)) {
            throw malformed("not a trust chain");
        }
        List<Entry> entries = new ArrayList<>();
        for (int left = in.u16(); left > 0; left--) {
            ByteString config = in.string(in.length32(LeafCodec.MAX_BYTES, "a CONFIG leaf"));
            long leafIndex = in.u63("leaf index");
            List<Hash> path = new ArrayList<>();
            for (int hashes = in.u8(); hashes > 0; hashes--) {
                path.add(in.hash());
            }
            entries.add(new Entry(config, leafIndex, path, in.string(in.length32(SignedNote.MAX_BYTES, "a note"))));
        }
        in.expectEnd("a trust chain");
        return new TrustChain(entries);
    }

    /**
     * Walks from the trust file to the last epoch.
     *
     * @throws LedgerFailure WXW-3021 naming the entry that breaks the chain
     */
    public Walked walk(ByteString trustFile, SignatureCheck check) {
        List<Epoch> epochs = new ArrayList<>();
        Hash ledgerId = Hash.ZERO;
        for (int i = 0; i < entries.size(); i++) {
            Entry entry = entries.get(i);
            ConfigLeaf config = LeafCodec.decodeConfig(entry.configLeaf().toBytes());
            if (i == 0) {
                require(config.policy().equals(trustFile), i, "the genesis policy is not the trust file");
                require(entry.leafIndex() == 0, i, "the genesis CONFIG is not the first leaf");
                require(isGenesis(config), i, "its CONFIG is not that of a genesis");
                ledgerId = config.configHash();
            } else {
                checkFollows(config, epochs.get(i - 1), ledgerId, check);
                boolean inside = entry.leafIndex() >= epochs.get(i - 1).afterSize();
                require(inside, i, "its CONFIG stands before the epoch that ordered it");
            }
            TrustPolicy policy = TrustPolicy.parse(config.policy().toBytes());
            TrustPolicy signing = i == 0 ? policy : epochs.get(i - 1).policy();
            long size = checkInclusion(i, entry, signing, check);
            if (i > 0) {
                Epoch before = epochs.remove(i - 1);
                require(size > before.afterSize(), i, "its checkpoint is not after the one before");
                epochs.add(before.endingAt(size));
            }
            Registry registry = Registry.parse(config.registry());
            epochs.add(new Epoch(ledgerId, config, policy, registry, i == 0 ? 0 : size, Long.MAX_VALUE));
        }
        return new Walked(ledgerId, List.copyOf(epochs));
    }

    private static boolean isGenesis(ConfigLeaf config) {
        return config.epoch() == 0
                && config.firstHeight() == 0
                && config.previousConfig().equals(Hash.ZERO);
    }

    private static long checkInclusion(int i, Entry entry, TrustPolicy signing, SignatureCheck check) {
        SignedNote note = SignedNote.parse(entry.checkpointNote().toBytes());
        var verified = new CheckpointCheck(signing, check).verify(note).checkpoint();
        InclusionProof proof = new InclusionProof(entry.leafIndex(), verified.treeSize(), entry.path());
        ConfigLeaf config = LeafCodec.decodeConfig(entry.configLeaf().toBytes());
        require(proof.verify(config.leafHash(), verified.root()), i, "its CONFIG leaf is not under its checkpoint");
        return verified.treeSize();
    }

    private static void checkFollows(ConfigLeaf config, Epoch before, Hash ledgerId, SignatureCheck check) {
        int i = (int) config.epoch();
        require(config.epoch() == before.config().epoch() + 1, i, "its epoch does not follow");
        require(config.previousConfig().equals(before.config().configHash()), i, "it does not name the CONFIG before");
        byte[] message = config.signedMessage(ledgerId);
        Set<Integer> approving = new HashSet<>();
        for (ConfigLeaf.Approval approval : config.approvals()) {
            Registry.Origin origin = before.registry().origin(approval.originId());
            if (origin != null
                    && isValidator(before.registry(), origin)
                    && check.verify(origin.key(), message, approval.signature())) {
                approving.add(origin.institutionId());
            }
        }
        int needed = Quorum.of(before.registry().validators().size());
        require(approving.size() >= needed, i, approving.size() + " institutions approved, " + needed + " are needed");
    }

    private static boolean isValidator(Registry registry, Registry.Origin origin) {
        Registry.Institution institution = registry.institution(origin.institutionId());
        return origin.active() && institution != null && institution.validator();
    }

    private static void require(boolean holds, int entry, String text) {
        if (!holds) {
            throw new LedgerFailure("WXW-3021", "trust chain, epoch " + entry + ": " + text);
        }
    }

    private static MalformedException malformed(String text) {
        return new MalformedException(MalformedException.RECEIPT, text);
    }
}

package io.waxwing.ledger.control;

import io.waxwing.ledger.codec.ByteReader;
import io.waxwing.ledger.codec.ByteWriter;
import io.waxwing.ledger.failure.LedgerFailure;
import io.waxwing.ledger.failure.MalformedException;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.hash.Sha256;
import io.waxwing.ledger.leaf.ConfigLeaf;
import io.waxwing.ledger.leaf.ConfigLeaf.Approval;
import io.waxwing.ledger.leaf.LeafCodec;
import io.waxwing.ledger.sign.Signer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A change on its way: the CONFIG leaf that it would become, with the approvals it has so far, and the join files that
 * prove its new keys. With Q approvals it is a control transaction. Bytes: "evl/change/v1\n", u32 length || CONFIG
 * leaf, u8 count || (u16 length || join file)*.
 */
public record ConfigProposal(ConfigLeaf leaf, List<JoinFile> joins) {
    private static final String MAGIC = "evl/change/v1\n";
    private static final int MAX_JOINS = Genesis.MAX_INSTITUTIONS;

    public ConfigProposal {
        joins = List.copyOf(joins);
    }

    /**
     * What changes make of the CONFIG in force, in the epoch after it; not approved.
     *
     * @param firstHeight the first block under it; the block with the CONFIG is the one before
     * @throws LedgerFailure WXW-3193 if a change makes no sense
     */
    public static ConfigProposal of(ConfigLeaf current, List<Change> changes, long firstHeight) {
        Registry registry = NextRegistry.of(Registry.parse(current.registry()), changes);
        ByteString policy = Genesis.policy(ConfigRules.originLine(current), registry.validators())
                .encode();
        List<JoinFile> joins = new ArrayList<>();
        for (Change change : changes) {
            if (change instanceof Change.AddMember add) {
                joins.add(add.member());
            } else if (change instanceof Change.ReplaceMember replace) {
                joins.add(replace.member());
            } else if (change instanceof Change.AddNode add) {
                joins.add(add.node());
            }
        }
        ConfigLeaf leaf = new ConfigLeaf(
                current.epoch() + 1, firstHeight, current.configHash(), policy, registry.encode(), List.of());
        return new ConfigProposal(leaf, joins);
    }

    /** What is proposed, whenever it begins and whoever has approved: the same for every height that is tried. */
    public Hash intent() {
        ConfigLeaf bare =
                new ConfigLeaf(leaf.epoch(), 0, leaf.previousConfig(), leaf.policy(), leaf.registry(), List.of());
        return Sha256.digest(new ConfigProposal(bare, joins).encode());
    }

    /** The same change beginning elsewhere, which nobody has approved yet. */
    public ConfigProposal at(long firstHeight) {
        return new ConfigProposal(
                new ConfigLeaf(
                        leaf.epoch(), firstHeight, leaf.previousConfig(), leaf.policy(), leaf.registry(), List.of()),
                joins);
    }

    /**
     * An origin's approval: its signature over "evl/config/v1\n" || ledgerId || the leaf's bytes before the approvals.
     */
    public Approval approval(int originId, Signer originKey, Hash ledgerId) {
        return new Approval(originId, ByteString.of(originKey.sign(leaf.signedMessage(ledgerId))));
    }

    /** With these approvals too, by rising originId; the first of an origin stays. */
    public ConfigProposal approvedBy(List<Approval> more) {
        Map<Integer, Approval> all = new TreeMap<>();
        leaf.approvals().forEach(approval -> all.put(approval.originId(), approval));
        more.forEach(approval -> all.putIfAbsent(approval.originId(), approval));
        return new ConfigProposal(leaf.withApprovals(List.copyOf(all.values())), joins);
    }

    public byte[] encode() {
        byte[] encoded = leaf.encode();
        ByteWriter out = new ByteWriter(encoded.length + 4096).ascii(MAGIC);
        out.u32(encoded.length).bytes(encoded).u8(joins.size());
        for (JoinFile join : joins) {
            ByteString file = join.encode();
            out.u16(file.size()).string(file);
        }
        return out.toBytes();
    }

    /** Throws {@link MalformedException} for anything but one proposal; nothing is checked but its form. */
    public static ConfigProposal decode(byte[] bytes) {
        ByteReader in = new ByteReader(bytes, GovernanceCodes.PROPOSAL);
        if (!ByteString.of(in.bytes(MAGIC.length())).equals(ByteString.utf8(MAGIC))) {
            throw in.malformed("not a proposal of a change");
        }
        ConfigLeaf leaf = LeafCodec.decodeConfig(in.bytes(in.length32(LeafCodec.MAX_BYTES, "a CONFIG leaf")));
        List<JoinFile> joins = new ArrayList<>();
        int left = in.u8();
        if (left > MAX_JOINS) {
            throw in.malformed("at most " + MAX_JOINS + " join files, got " + left);
        }
        for (; left > 0; left--) {
            joins.add(JoinFile.parse(in.string(in.u16())));
        }
        in.expectEnd("a proposal");
        return new ConfigProposal(leaf, joins);
    }

    /** What would be different, one line each, {@code -} before and {@code +} after, in the words of the registry. */
    public List<String> differences(ConfigLeaf current) {
        List<String> before = List.of(text(current.registry()).split("\n"));
        List<String> after = List.of(text(leaf.registry()).split("\n"));
        List<String> lines = new ArrayList<>();
        before.stream().filter(line -> !after.contains(line)).forEach(line -> lines.add("- " + line));
        after.stream().filter(line -> !before.contains(line)).forEach(line -> lines.add("+ " + line));
        int needs = Quorum.of(Registry.parse(leaf.registry()).validators().size());
        int needed = Quorum.of(Registry.parse(current.registry()).validators().size());
        if (needs != needed) {
            lines.add("quorum " + needed + " -> " + needs);
        }
        return lines;
    }

    private static String text(ByteString ascii) {
        return new String(ascii.toBytes(), StandardCharsets.US_ASCII);
    }
}

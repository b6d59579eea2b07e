package io.waxwing.ledger.leaf;

import io.waxwing.ledger.codec.ByteReader;
import io.waxwing.ledger.codec.ByteWriter;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.hash.Sha256;
import java.util.ArrayList;
import java.util.List;

/**
 * CONFIG (3): prefix, u32 epoch, u64 firstHeight, 32 prevConfigHash (zeros at genesis), u32 len || policy (the exact
 * bytes of a C2SP tlog-policy file), u32 len || registry, u32 len || approvals = (u16 originId, 64 signature)*.
 */
public record ConfigLeaf(
        long epoch,
        long firstHeight,
        Hash previousConfig,
        ByteString policy,
        ByteString registry,
        List<Approval> approvals)
        implements Leaf {
    private static final String DOMAIN = "evl/config/v1\n";

    public ConfigLeaf {
        approvals = List.copyOf(approvals);
    }

    /** One origin's signature under {@link #signedMessage}. */
    public record Approval(int originId, ByteString signature) {
        static final int ENCODED_BYTES = 66;

        public Approval {
            signature.requireSize(64, "an approval signature");
        }
    }

    /** H over the leaf's bytes without the leaf prefix 0x00: the ledgerId at genesis, configHash in BLOCK leaves. */
    public Hash configHash() {
        return Sha256.digest(encode());
    }

    /** What is approved: "evl/config/v1\n" || ledgerId (zeros at genesis) || all bytes before the approvals. */
    public byte[] signedMessage(Hash ledgerId) {
        ByteWriter out = new ByteWriter(256).ascii(DOMAIN).hash(ledgerId);
        return out.bytes(beforeApprovals().toBytes()).toBytes();
    }

    public ConfigLeaf withApprovals(List<Approval> newApprovals) {
        return new ConfigLeaf(epoch, firstHeight, previousConfig, policy, registry, newApprovals);
    }

    @Override
    public LeafType type() {
        return LeafType.CONFIG;
    }

    @Override
    public byte[] encode() {
        ByteWriter out = beforeApprovals();
        out.u32((long) approvals.size() * Approval.ENCODED_BYTES);
        approvals.forEach(approval -> out.u16(approval.originId()).string(approval.signature()));
        return out.toBytes();
    }

    private ByteWriter beforeApprovals() {
        ByteWriter out = LeafCodec.begin(LeafType.CONFIG, 128 + policy.size() + registry.size());
        out.u32(epoch).u63(firstHeight).hash(previousConfig);
        out.u32(policy.size()).string(policy);
        out.u32(registry.size()).string(registry);
        return out;
    }

    static ConfigLeaf readBody(ByteReader in) {
        long epoch = in.u32();
        long firstHeight = in.u63("firstHeight");
        Hash previous = in.hash();
        ByteString policy = in.string(in.length32(LeafCodec.MAX_BYTES, "the policy"));
        ByteString registry = in.string(in.length32(LeafCodec.MAX_BYTES, "the registry"));
        int length = in.length32(LeafCodec.MAX_BYTES, "the approvals");
        if (length % Approval.ENCODED_BYTES != 0) {
            throw in.malformed("approvals have 66 bytes each, got " + length);
        }
        List<Approval> approvals = new ArrayList<>();
        for (int i = 0; i < length / Approval.ENCODED_BYTES; i++) {
            approvals.add(new Approval(in.u16(), in.string(64)));
        }
        return new ConfigLeaf(epoch, firstHeight, previous, policy, registry, approvals);
    }
}

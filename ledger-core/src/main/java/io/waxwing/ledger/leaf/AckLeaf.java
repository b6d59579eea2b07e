package io.waxwing.ledger.leaf;

import io.waxwing.ledger.codec.ByteReader;
import io.waxwing.ledger.codec.ByteWriter;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import java.util.Arrays;

/**
 * ACK (4), 151 bytes: prefix, u16 recipient (originId), u8 status, 32 topicTag, u64 fromSeq, u64 toSeq, 32 running
 * hash, 64 signature by the recipient's origin key.
 */
public record AckLeaf(
        int recipientId,
        Status status,
        Hash topicTag,
        long fromTopicSeq,
        long toTopicSeq,
        Hash runningHash,
        ByteString signature)
        implements Leaf {
    public static final int ENCODED_BYTES = 151;

    private static final String DOMAIN = "evl/ack/v1\n";

    public AckLeaf {
        signature.requireSize(64, "an ACK signature");
    }

    /** What the recipient says about the events. */
    public enum Status {
        STORED(1),
        DELIVERED(2),
        REJECTED(3),
        MISMATCH(4),
        WITHHELD(5);

        private final int code;

        Status(int code) {
            this.code = code;
        }
    }

    /** "evl/ack/v1\n" || ledgerId || all bytes before the signature. */
    public byte[] signedMessage(Hash ledgerId) {
        return new ByteWriter(200)
                .ascii(DOMAIN)
                .hash(ledgerId)
                .bytes(beforeSignature().toBytes())
                .toBytes();
    }

    @Override
    public LeafType type() {
        return LeafType.ACK;
    }

    @Override
    public byte[] encode() {
        return beforeSignature().string(signature).toBytes();
    }

    private ByteWriter beforeSignature() {
        ByteWriter out = LeafCodec.begin(LeafType.ACK, ENCODED_BYTES);
        out.u16(recipientId).u8(status.code).hash(topicTag);
        return out.u63(fromTopicSeq).u63(toTopicSeq).hash(runningHash);
    }

    static AckLeaf readBody(ByteReader in) {
        int recipient = in.u16();
        int code = in.u8();
        Status status = Arrays.stream(Status.values())
                .filter(candidate -> candidate.code == code)
                .findFirst()
                .orElseThrow(() -> in.malformed("unknown ACK status " + code));
        return new AckLeaf(recipient, status, in.hash(), in.u63("fromSeq"), in.u63("toSeq"), in.hash(), in.string(64));
    }
}

package io.waxwing.ledger.simplex;

import io.waxwing.ledger.codec.ByteReader;
import io.waxwing.ledger.codec.ByteWriter;
import io.waxwing.ledger.control.Quorum;
import io.waxwing.ledger.failure.MalformedException;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.sign.SignatureCheck;
import java.util.List;

/**
 * Q votes of one kind: u8 type, u32 epoch, u64 view, 32 blockId, bitmap of ceil(n / 8) bytes (validator i is bit i % 8
 * of byte i / 8), then the 64-byte signatures in the order of the bits. Exactly Q signatures of distinct validators.
 */
public record Certificate(
        Vote.Type type, long epoch, long view, Hash blockId, ByteString voters, List<ByteString> signatures) {
    private static final int SIGNATURE_BYTES = 64;

    public Certificate {
        signatures = List.copyOf(signatures);
        signatures.forEach(signature -> signature.requireSize(SIGNATURE_BYTES, "a vote's signature"));
        if (bits(voters) != signatures.size()) {
            throw new MalformedException(
                    MalformedException.BLOCK, bits(voters) + " voters but " + signatures.size() + " signatures");
        }
    }

    /** True if exactly Q of these validators (in registry order) signed the vote. */
    public boolean verify(Hash ledgerId, List<ByteString> voteKeys, SignatureCheck check) {
        if (signatures.size() != Quorum.of(voteKeys.size()) || voters.size() != bitmapBytes(voteKeys.size())) {
            return false;
        }
        byte[] message = new Vote(type, ledgerId, epoch, view, blockId).signedMessage();
        byte[] bitmap = voters.toBytes();
        int next = 0;
        for (int i = 0; i < voteKeys.size(); i++) {
            if ((bitmap[i / 8] >>> (i % 8) & 1) == 1) {
                if (!check.verify(voteKeys.get(i), message, signatures.get(next))) {
                    return false;
                }
                next++;
            }
        }
        // A bit at or beyond n counts in the bitmap, but nobody can have signed for it.
        return next == signatures.size();
    }

    public void writeTo(ByteWriter out) {
        out.u8(type.code()).u32(epoch).u63(view).hash(blockId).string(voters);
        signatures.forEach(out::string);
    }

    public byte[] encode() {
        ByteWriter out = new ByteWriter(256);
        writeTo(out);
        return out.toBytes();
    }

    public static Certificate readFrom(ByteReader in, int validators) {
        Vote.Type type = Vote.Type.of(in.u8());
        long epoch = in.u32();
        long view = in.u63("view");
        Hash blockId = in.hash();
        ByteString voters = in.string(bitmapBytes(validators));
        ByteString[] signatures = new ByteString[bits(voters)];
        for (int i = 0; i < signatures.length; i++) {
            signatures[i] = in.string(SIGNATURE_BYTES);
        }
        return new Certificate(type, epoch, view, blockId, voters, List.of(signatures));
    }

    private static int bitmapBytes(int validators) {
        return (validators + 7) / 8;
    }

    private static int bits(ByteString bitmap) {
        int count = 0;
        for (byte octet : bitmap.toBytes()) {
            count += Integer.bitCount(octet & 0xff);
        }
        return count;
    }
}

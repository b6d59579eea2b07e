package io.waxwing.ledger.simplex;

import io.waxwing.ledger.codec.ByteReader;
import io.waxwing.ledger.codec.ByteWriter;
import io.waxwing.ledger.control.Quorum;
import io.waxwing.ledger.failure.MalformedException;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.sign.SignatureCheck;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * Q votes of one kind: u8 type, u32 epoch, u64 view, 32 blockId, bitmap of ceil(n / 8) bytes (validator i is bit i % 8
 * of byte i / 8), then the 64-byte signatures in the order of the bits. Exactly Q signatures of distinct validators.
 */
public record Certificate(
        Vote.Type type, long epoch, long view, Hash blockId, ByteString voters, List<ByteString> signatures)
        implements Message {
    private static final int SIGNATURE_BYTES = 64;

    public Certificate {
        signatures = List.copyOf(signatures);
        signatures.forEach(signature -> signature.requireSize(SIGNATURE_BYTES, "a vote's signature"));
        if (bits(voters) != signatures.size()) {
            throw new MalformedException(
                    MalformedException.BLOCK, bits(voters) + " voters but " + signatures.size() + " signatures");
        }
    }

    /** The certificate of these votes, which say the same and are of distinct validators. */
    public static Certificate of(List<SignedVote> votes, int validators) {
        SignedVote any = votes.get(0);
        byte[] bitmap = new byte[bitmapBytes(validators)];
        SignedVote[] byVoter = new SignedVote[validators];
        for (SignedVote vote : votes) {
            bitmap[vote.voter() / 8] |= (byte) (1 << (vote.voter() % 8));
            byVoter[vote.voter()] = vote;
        }
        List<ByteString> signatures = Arrays.stream(byVoter)
                .filter(Objects::nonNull)
                .map(SignedVote::signature)
                .toList();
        return new Certificate(any.type(), any.epoch(), any.view(), any.blockId(), ByteString.of(bitmap), signatures);
    }

    /** The votes it is made of, by rising index. */
    public List<SignedVote> votes() {
        List<SignedVote> votes = new ArrayList<>(signatures.size());
        byte[] bitmap = voters.toBytes();
        for (int i = 0; i < bitmap.length * 8; i++) {
            if (isSet(bitmap, i)) {
                votes.add(new SignedVote(type, epoch, view, blockId, i, signatures.get(votes.size())));
            }
        }
        return votes;
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
            if (isSet(bitmap, i)) {
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
        requireBelow(in, voters, validators);
        ByteString[] signatures = new ByteString[bits(voters)];
        for (int i = 0; i < signatures.length; i++) {
            signatures[i] = in.string(SIGNATURE_BYTES);
        }
        return new Certificate(type, epoch, view, blockId, voters, List.of(signatures));
    }

    private static void requireBelow(ByteReader in, ByteString voters, int validators) {
        byte[] bitmap = voters.toBytes();
        for (int i = validators; i < bitmap.length * 8; i++) {
            if (isSet(bitmap, i)) {
                throw in.malformed("voter " + i + " of " + validators);
            }
        }
    }

    private static boolean isSet(byte[] bitmap, int index) {
        return (bitmap[index / 8] >>> (index % 8) & 1) == 1;
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

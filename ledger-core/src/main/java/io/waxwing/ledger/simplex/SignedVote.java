package io.waxwing.ledger.simplex;

import io.waxwing.ledger.codec.ByteReader;
import io.waxwing.ledger.codec.ByteWriter;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;

/**
 * A vote with its voter's signature: u8 type, u32 epoch, u64 view, 32 blockId (zeros for NULLIFY), u16 voter, 64
 * signature. The signature is over {@link Vote#signedMessage()}, which also names the ledger.
 */
public record SignedVote(Vote.Type type, long epoch, long view, Hash blockId, int voter, ByteString signature)
        implements Message {
    public static final int ENCODED_BYTES = 111;
    static final int SIGNATURE_BYTES = 64;

    public SignedVote {
        signature.requireSize(SIGNATURE_BYTES, "a vote's signature");
    }

    /** The statement that was signed, if it was signed for that ledger. */
    public Vote vote(Hash ledgerId) {
        return new Vote(type, ledgerId, epoch, view, blockId);
    }

    public void writeTo(ByteWriter out) {
        out.u8(type.code()).u32(epoch).u63(view).hash(blockId).u16(voter).string(signature);
    }

    /** Throws {@link io.waxwing.ledger.failure.MalformedException}, also for a NULLIFY that names a block. */
    public static SignedVote readFrom(ByteReader in) {
        Vote.Type type = Vote.Type.of(in.u8());
        SignedVote read =
                new SignedVote(type, in.u32(), in.u63("view"), in.hash(), in.u16(), in.string(SIGNATURE_BYTES));
        if (type == Vote.Type.NULLIFY && !read.blockId().equals(Hash.ZERO)) {
            throw in.malformed("a nullify vote names no block");
        }
        return read;
    }
}

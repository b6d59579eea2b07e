package io.waxwing.ledger.simplex;

import io.waxwing.ledger.codec.ByteReader;
import io.waxwing.ledger.codec.ByteWriter;
import io.waxwing.ledger.failure.MalformedException;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of consensus messages: u8 tag, then
 *
 * <pre>
 * 1 proposal             111 {@link SignedVote}, u32 length, {@link Block}
 * 2 vote                 111 {@link SignedVote}
 * 3 certificate          {@link Certificate}
 * 4 block request        u32 epoch, 32 blockId
 * 5 block answer         u32 epoch, 32 blockId, u32 length (0: not there), {@link Block}
 * 6 certificate request  u32 epoch, u64 first view
 * </pre>
 *
 * Frames come from the transport. Stateless, for any thread.
 */
public final class MessageCodec {
    /** Most bytes of a message: a block with what stands around it. */
    public static final int MAX_BYTES = Block.MAX_BYTES + 1 + SignedVote.ENCODED_BYTES + 4;

    private MessageCodec() {}

    public static byte[] encode(Message message) {
        ByteWriter out = new ByteWriter(512);
        if (message instanceof Proposal proposal) {
            out.u8(1);
            proposal.statement().writeTo(out);
            writeBlock(out, proposal.block());
        } else if (message instanceof SignedVote vote) {
            vote.writeTo(out.u8(2));
        } else if (message instanceof Certificate certificate) {
            certificate.writeTo(out.u8(3));
        } else if (message instanceof BlockRequest request) {
            out.u8(4).u32(request.epoch()).hash(request.blockId());
        } else if (message instanceof BlockAnswer answer) {
            out.u8(5).u32(answer.epoch()).hash(answer.blockId());
            writeBlock(out, answer.block());
        } else if (message instanceof CertificateRequest request) {
            out.u8(6).u32(request.epoch()).u63(request.fromView());
        }
        return out.toBytes();
    }

    /**
     * The message of an epoch with so many validators.
     *
     * @throws MalformedException for anything but exactly one message; nothing larger than the input is allocated
     */
    public static Message decode(byte[] bytes, int validators) {
        ByteReader in = new ByteReader(bytes, MalformedException.MESSAGE);
        int tag = in.u8();
        Message message = switch (tag) {
            case 1 -> readProposal(in, validators);
            case 2 -> SignedVote.readFrom(in);
            case 3 -> Certificate.readFrom(in, validators);
            case 4 -> new BlockRequest(in.u32(), in.hash());
            case 5 -> new BlockAnswer(in.u32(), in.hash(), readBlock(in, validators));
            case 6 -> new CertificateRequest(in.u32(), in.u63("first view"));
            default -> throw in.malformed("unknown message tag " + tag);
        };
        in.expectEnd("a message");
        return message;
    }

    /**
     * The epoch that a message names, which says how it has to be read; nothing else of it is looked at.
     *
     * @throws MalformedException for bytes that are too short or of an unknown kind
     */
    public static long epochOf(byte[] bytes) {
        ByteReader in = new ByteReader(bytes, MalformedException.MESSAGE);
        int tag = in.u8();
        if (tag >= 1 && tag <= 3) {
            // The type of the vote or of the certificate's votes stands before the epoch.
            in.u8();
        } else if (tag < 1 || tag > 6) {
            throw in.malformed("unknown message tag " + tag);
        }
        return in.u32();
    }

    private static Proposal readProposal(ByteReader in, int validators) {
        SignedVote statement = SignedVote.readFrom(in);
        Block block = readBlock(in, validators);
        if (statement.type() != Vote.Type.PROPOSE || block == null) {
            throw in.malformed("a proposal is a block signed as one");
        }
        return new Proposal(statement, block);
    }

    private static void writeBlock(ByteWriter out, @Nullable Block block) {
        byte[] encoded = block == null ? new byte[0] : block.encode();
        out.u32(encoded.length).bytes(encoded);
    }

    private static @Nullable Block readBlock(ByteReader in, int validators) {
        int length = in.length32(Block.MAX_BYTES, "a block");
        return length == 0 ? null : Block.decode(in.bytes(length), validators);
    }
}

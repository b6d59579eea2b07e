package io.waxwing.node.runtime;

import io.waxwing.ledger.batch.BatchCodec;
import io.waxwing.ledger.batch.BatchReference;
import io.waxwing.ledger.checkpoint.CheckpointRounds.Line;
import io.waxwing.ledger.codec.ByteReader;
import io.waxwing.ledger.codec.ByteWriter;
import io.waxwing.ledger.control.ConfigProposal;
import io.waxwing.ledger.dispute.Dispute;
import io.waxwing.ledger.failure.MalformedException;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.note.NoteSignature;
import io.waxwing.ledger.simplex.Message;
import io.waxwing.ledger.simplex.MessageCodec;
import java.nio.charset.StandardCharsets;

/**
 * What travels on the channel CONSENSUS: u8 kind, then 1 a message ({@link MessageCodec}), 2 a certified batch
 * ({@link BatchCodec}), 3 a cosignature: u64 tree size, u16 length, key name, u32 key id, the signature; 4 a
 * checkpoint: the bytes of its note; 5 a request for one: u64 tree size, answered by the note of that size or of a
 * larger one; 6 a proposed change ({@link ConfigProposal}), approved or not; 7 an approval of one: 32 its intent, u64
 * first height (0: of the change whenever it begins), u16 originId, 64 signature; 8 a {@link Dispute} of the sender.
 */
sealed interface ConsensusFrame {
    /** u64 time and the signature. */
    int COSIGNATURE_BYTES = 72;

    int APPROVAL_BYTES = 64;

    /** A log line and some hundred cosignatures. */
    int MAX_NOTE_BYTES = 32 * 1024;

    /** A message of consensus. */
    record Said(ByteString message) implements ConsensusFrame {}

    /** A certified batch. */
    record Certified(BatchReference batch) implements ConsensusFrame {}

    /** A cosignature. */
    record Cosigned(Line line) implements ConsensusFrame {}

    /** A checkpoint. */
    record Noted(ByteString note) implements ConsensusFrame {}

    /** A request for a checkpoint. */
    record NoteWanted(long treeSize) implements ConsensusFrame {}

    /** A change, undecoded. */
    record Changed(ByteString proposal) implements ConsensusFrame {}

    /** An approval of a change. */
    record Approved(Hash intent, long firstHeight, int originId, ByteString signature) implements ConsensusFrame {}

    /** A challenge, or what is said about one. */
    record Disputed(Dispute dispute) implements ConsensusFrame {}

    private static ByteWriter kind(int kind, int size) {
        return new ByteWriter(size + 1).u8(kind);
    }

    static byte[] of(Message message) {
        byte[] bytes = MessageCodec.encode(message);
        return kind(1, bytes.length).bytes(bytes).toBytes();
    }

    static byte[] of(BatchReference batch) {
        ByteWriter out = kind(2, BatchCodec.encodedSize(batch));
        BatchCodec.write(batch, out);
        return out.toBytes();
    }

    static byte[] of(Line line) {
        NoteSignature signature = line.signature();
        byte[] name = signature.name().getBytes(StandardCharsets.UTF_8);
        ByteWriter out = kind(3, 128).u63(line.treeSize()).u16(name.length).bytes(name);
        return out.u32(signature.keyId() & 0xffff_ffffL)
                .string(signature.signature())
                .toBytes();
    }

    static byte[] ofNote(ByteString note) {
        return kind(4, note.size()).string(note).toBytes();
    }

    static byte[] ofNoteWanted(long treeSize) {
        return kind(5, Long.BYTES).u63(treeSize).toBytes();
    }

    static byte[] of(ConfigProposal change) {
        byte[] bytes = change.encode();
        return kind(6, bytes.length).bytes(bytes).toBytes();
    }

    static byte[] of(Approved approval) {
        return kind(7, 128)
                .hash(approval.intent())
                .u63(approval.firstHeight())
                .u16(approval.originId())
                .string(approval.signature())
                .toBytes();
    }

    static byte[] of(Dispute dispute) {
        byte[] bytes = dispute.encode();
        return kind(8, bytes.length).bytes(bytes).toBytes();
    }

    /**
     * Throws {@link MalformedException} for anything but exactly one frame. How a message is read depends on its epoch,
     * so its bytes are given.
     */
    static ConsensusFrame decode(byte[] bytes) {
        ByteReader in = new ByteReader(bytes, MalformedException.MESSAGE);
        int kind = in.u8();
        byte[] body = in.bytes(in.remaining());
        return switch (kind) {
            case 1 -> new Said(ByteString.of(body));
            case 2 -> new Certified(BatchCodec.decode(body));
            case 3 -> new Cosigned(line(new ByteReader(body, MalformedException.MESSAGE)));
            case 4 -> new Noted(note(body));
            case 5 -> wanted(new ByteReader(body, MalformedException.MESSAGE));
            case 6 -> new Changed(ByteString.of(body));
            case 7 -> approved(new ByteReader(body, MalformedException.MESSAGE));
            case 8 -> new Disputed(Dispute.decode(body));
            default -> throw in.malformed("unknown kind of frame " + kind);
        };
    }

    private static ByteString note(byte[] body) {
        if (body.length > MAX_NOTE_BYTES) {
            throw new MalformedException(MalformedException.MESSAGE, "a note of " + body.length + " bytes");
        }
        return ByteString.of(body);
    }

    private static NoteWanted wanted(ByteReader in) {
        NoteWanted wanted = new NoteWanted(in.u63("tree size"));
        in.expectEnd("a request for a note");
        return wanted;
    }

    private static Approved approved(ByteReader in) {
        Approved approved = new Approved(in.hash(), in.u63("first height"), in.u16(), in.string(APPROVAL_BYTES));
        in.expectEnd("an approval");
        return approved;
    }

    private static Line line(ByteReader in) {
        long treeSize = in.u63("tree size");
        String name = new String(in.bytes(in.u16()), StandardCharsets.UTF_8);
        int keyId = (int) in.u32();
        Line line = new Line(treeSize, new NoteSignature(name, keyId, in.string(COSIGNATURE_BYTES)));
        in.expectEnd("a cosignature");
        return line;
    }
}

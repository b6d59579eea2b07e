package io.waxwing.ledger.simplex;

import io.waxwing.ledger.batch.BatchHeader;
import io.waxwing.ledger.batch.Lane;
import io.waxwing.ledger.codec.ByteReader;
import io.waxwing.ledger.codec.ByteWriter;
import io.waxwing.ledger.failure.MalformedException;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;

/**
 * What this node's keys have bound themselves to; logged and forced before anything is sent (ledger-runtime.md section
 * 2). Encoding: u8 type, then the body given at each record. The vote log puts length and CRC32C around it.
 */
public sealed interface VoteRecord {
    /** u8 type, then the body. */
    byte[] encode();

    /** Type 1, u64 view: this view has been entered. */
    record Enter(long view) implements VoteRecord {
        @Override
        public byte[] encode() {
            return new ByteWriter(9).u8(1).u63(view).toBytes();
        }
    }

    /** Type 2, u64 view, 32 blockId. */
    record Proposed(long view, Hash blockId) implements VoteRecord {
        @Override
        public byte[] encode() {
            return new ByteWriter(41).u8(2).u63(view).hash(blockId).toBytes();
        }
    }

    /** Type 3, u64 view, 32 blockId. */
    record Notarized(long view, Hash blockId) implements VoteRecord {
        @Override
        public byte[] encode() {
            return new ByteWriter(41).u8(3).u63(view).hash(blockId).toBytes();
        }
    }

    /** Type 4, u64 view. */
    record Nullified(long view) implements VoteRecord {
        @Override
        public byte[] encode() {
            return new ByteWriter(9).u8(4).u63(view).toBytes();
        }
    }

    /** Type 5, u64 view, 32 blockId. */
    record Finalized(long view, Hash blockId) implements VoteRecord {
        @Override
        public byte[] encode() {
            return new ByteWriter(41).u8(5).u63(view).hash(blockId).toBytes();
        }
    }

    /**
     * Type 6, 126 signed batch header (which names lane, batchSeq and counts), u64 last journal position the batch
     * took. The journal replays, per lane, what comes after it.
     */
    record BatchSeq(BatchHeader header, long lastJournalSeq) implements VoteRecord {
        public Lane lane() {
            return header.lane();
        }

        public long batchSeq() {
            return header.batchSeq();
        }

        @Override
        public byte[] encode() {
            ByteWriter out = new ByteWriter(1 + BatchHeader.ENCODED_BYTES + 8).u8(6);
            header.writeTo(out);
            return out.u63(lastJournalSeq).toBytes();
        }
    }

    /** Type 7, 32 batchId: this node has signed that it holds the batch. */
    record Avail(Hash batchId) implements VoteRecord {
        @Override
        public byte[] encode() {
            return new ByteWriter(33).u8(7).hash(batchId).toBytes();
        }
    }

    /** Type 8, u64 treeSize, 32 root: never another root for this size, never a smaller size. */
    record Cosigned(long treeSize, Hash root) implements VoteRecord {
        @Override
        public byte[] encode() {
            return new ByteWriter(41).u8(8).u63(treeSize).hash(root).toBytes();
        }
    }

    /** Type 9, u32 epoch: this epoch has been entered. */
    record Epoch(long epoch) implements VoteRecord {
        @Override
        public byte[] encode() {
            return new ByteWriter(5).u8(9).u32(epoch).toBytes();
        }
    }

    /**
     * Type 10, u16 bitmap bytes, certificate: why the view after it was entered, or that its block is final. Kept here
     * because a certificate can need a liar's vote, which nobody sends again after a power failure of all.
     */
    record Certified(Certificate certificate) implements VoteRecord {
        @Override
        public byte[] encode() {
            ByteWriter out = new ByteWriter(512).u8(10).u16(certificate.voters().size());
            certificate.writeTo(out);
            return out.toBytes();
        }
    }

    /**
     * Type 11, 32 vote key: this key was found to have signed what this log does not know. It votes no more, in any
     * epoch, whatever else the log will say.
     */
    record Condemned(ByteString voteKey) implements VoteRecord {
        static final int KEY_BYTES = 32;

        public Condemned {
            voteKey.requireSize(KEY_BYTES, "a vote key");
        }

        @Override
        public byte[] encode() {
            return new ByteWriter(33).u8(11).string(voteKey).toBytes();
        }
    }

    /** Throws {@link MalformedException} for anything but exactly one record. */
    static VoteRecord decode(byte[] bytes) {
        ByteReader in = new ByteReader(bytes, MalformedException.VOTE_RECORD);
        int type = in.u8();
        VoteRecord decoded = switch (type) {
            case 1 -> new Enter(in.u63("view"));
            case 2 -> new Proposed(in.u63("view"), in.hash());
            case 3 -> new Notarized(in.u63("view"), in.hash());
            case 4 -> new Nullified(in.u63("view"));
            case 5 -> new Finalized(in.u63("view"), in.hash());
            case 6 -> new BatchSeq(BatchHeader.readFrom(in), in.u63("journal position"));
            case 7 -> new Avail(in.hash());
            case 8 -> new Cosigned(in.u63("tree size"), in.hash());
            case 9 -> new Epoch(in.u32());
            case 10 -> new Certified(Certificate.readFrom(in, 8 * in.u16()));
            case 11 -> new Condemned(in.string(Condemned.KEY_BYTES));
            default -> throw in.malformed("unknown vote record type " + type);
        };
        in.expectEnd("a vote record");
        return decoded;
    }
}

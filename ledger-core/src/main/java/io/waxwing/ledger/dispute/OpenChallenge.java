package io.waxwing.ledger.dispute;

import io.waxwing.ledger.batch.BatchHeader;
import io.waxwing.ledger.codec.ByteReader;
import io.waxwing.ledger.codec.ByteWriter;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.leaf.EraseLeaf;

/**
 * A challenge as the ledger knows it. When it is served or answered it stays for as long again, so that its challenger
 * has used up a part of its quota, and so that a false answer can be disproved. Bytes: 10 id, 32 key, 126 header, u64
 * holders, u64 BATCH leaf, u64 height and u64 time since when it is what it is, u8 standing, u64 answerers that were
 * convicted, u16 answerer, 32 digest of the answer (zeros before).
 *
 * @param holders that signed for the batch, bit i is origin i
 * @param excluded whose answers were false
 * @param answererId whose answer it was, 0 before
 * @param erased events that nobody has to give; kept beside these bytes, see {@link Disputes}
 */
public record OpenChallenge(
        ChallengeId id,
        ByteString key,
        BatchHeader header,
        long holders,
        long batchLeafIndex,
        long sinceHeight,
        long sinceMs,
        Standing standing,
        long excluded,
        int answererId,
        Hash answer,
        ErasedEvents erased) {

    /** What is the matter with it. */
    public enum Standing {
        /** Nobody has helped yet. */
        OPEN(1),
        /** The challenger says that it has the payloads. */
        SERVED(2),
        /** Somebody has published them. */
        ANSWERED(3);

        private final int code;

        Standing(int code) {
            this.code = code;
        }

        private static Standing of(int code, ByteReader in) {
            for (Standing standing : values()) {
                if (standing.code == code) {
                    return standing;
                }
            }
            throw in.malformed("unknown standing " + code);
        }
    }

    static OpenChallenge of(Dispute.Challenge said, long height, long timeMs) {
        return new OpenChallenge(
                said.id(),
                said.key(),
                said.batch().header(),
                said.batch().batch().certificate().holders(),
                said.batch().leafIndex(),
                height,
                timeMs,
                Standing.OPEN,
                0,
                0,
                Hash.ZERO,
                ErasedEvents.NONE);
    }

    public boolean isOpen() {
        return standing == Standing.OPEN;
    }

    /** What answers to it name. */
    public Dispute.Answer.To recipient() {
        return new Dispute.Answer.To(id, key);
    }

    public Hash batchId() {
        return header.batchId();
    }

    /** True if that origin's answer was false before. */
    public boolean excludes(int originId) {
        return (excluded >>> originId & 1) == 1;
    }

    /** True if that origin has signed that it holds the batch, or wrote it. */
    public boolean isSigner(int originId) {
        return originId == header.lane().originId() || (originId < Long.SIZE && (holders >>> originId & 1) == 1);
    }

    /** The same, with so much time that does not count. */
    OpenChallenge later(long milliseconds) {
        return new OpenChallenge(
                id,
                key,
                header,
                holders,
                batchLeafIndex,
                sinceHeight,
                sinceMs + milliseconds,
                standing,
                excluded,
                answererId,
                answer,
                erased);
    }

    /** The same, and these events were erased. */
    OpenChallenge with(ErasedEvents events) {
        return new OpenChallenge(
                id,
                key,
                header,
                holders,
                batchLeafIndex,
                sinceHeight,
                sinceMs,
                standing,
                excluded,
                answererId,
                answer,
                events);
    }

    /** True if that leaf erases one of its events. */
    boolean isAbout(EraseLeaf leaf) {
        return ErasedEvents.concerns(leaf, batchLeafIndex, header.statement().segmentCount());
    }

    OpenChallenge served(long height, long timeMs) {
        return new OpenChallenge(
                id,
                key,
                header,
                holders,
                batchLeafIndex,
                height,
                timeMs,
                Standing.SERVED,
                excluded,
                0,
                Hash.ZERO,
                erased);
    }

    OpenChallenge answered(Dispute.Answer by, long height, long timeMs) {
        return new OpenChallenge(
                id,
                key,
                header,
                holders,
                batchLeafIndex,
                height,
                timeMs,
                Standing.ANSWERED,
                excluded,
                by.answererId(),
                by.sealed().digest(),
                erased);
    }

    /** The answer was false: it begins again, without that answerer. */
    OpenChallenge disproved(ByteString nextKey, long height, long timeMs) {
        long without = excluded | 1L << answererId;
        return new OpenChallenge(
                id,
                nextKey,
                header,
                holders,
                batchLeafIndex,
                height,
                timeMs,
                Standing.OPEN,
                without,
                0,
                Hash.ZERO,
                erased);
    }

    void writeTo(ByteWriter out) {
        id.writeTo(out);
        out.string(key);
        header.writeTo(out);
        out.raw64(holders).u63(batchLeafIndex).u63(sinceHeight).u63(sinceMs).u8(standing.code);
        out.raw64(excluded).u16(answererId).hash(answer);
    }

    static OpenChallenge readFrom(ByteReader in) {
        return new OpenChallenge(
                ChallengeId.readFrom(in),
                in.string(SealedBatch.KEY_BYTES),
                BatchHeader.readFrom(in),
                in.raw64(),
                in.u63("batch leaf"),
                in.u63("height"),
                in.u63("time"),
                Standing.of(in.u8(), in),
                in.raw64(),
                in.u16(),
                in.hash(),
                ErasedEvents.NONE);
    }
}

package io.waxwing.ledger.dispute;

import io.waxwing.ledger.codec.ByteReader;
import io.waxwing.ledger.codec.ByteWriter;
import io.waxwing.ledger.failure.MalformedException;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.hash.Sha256;
import io.waxwing.ledger.sign.Signer;

/**
 * A control transaction of one origin, about payloads, missing ones or one that is to be erased, or about grants: u8
 * kind, then 10 the challenge it is about, then the body given at each kind, and last, where it is signed, 64 signature
 * of its author's origin key. The kinds differ from the first byte of every other control transaction.
 */
public sealed interface Dispute
        permits Dispute.Challenge, Dispute.Served, Dispute.Answer, Dispute.Disproof, ErasureOrder, Excuse, GrantOrder {
    /** Bytes of a signature. */
    int SIGNATURE_BYTES = 64;

    /** Most bytes of one: an {@link Answer} with the largest batch there may be. */
    int MAX_BYTES = SealedBatch.MAX_BYTES + 256;

    /** The challenge; of an order to erase or a grant, its own name. */
    ChallengeId id();

    /** The origin whose word it is; its share of what may wait for a block is what it uses. */
    int author();

    byte[] encode();

    /**
     * Kind 0xc1, 32 X25519 key, the batch with its proof. "Serve me this final batch." The proof is not signed, since
     * it gets too old.
     */
    record Challenge(ChallengeId id, ByteString key, ProvenBatch batch, ByteString signature) implements Dispute {
        public Challenge {
            key.requireSize(SealedBatch.KEY_BYTES, "a challenge's key");
            signature.requireSize(SIGNATURE_BYTES, "a challenge's signature");
        }

        /** Signs it. */
        public static Challenge of(ChallengeId id, ByteString key, ProvenBatch batch, Signer origin, Hash ledgerId) {
            byte[] message = message(id, key, batch.header().batchId(), ledgerId);
            return new Challenge(id, key, batch, ByteString.of(origin.sign(message)));
        }

        /** "evl/challenge/v1\n" || ledgerId || id || key || batchId. */
        byte[] signedMessage(Hash ledgerId) {
            return message(id, key, batch.header().batchId(), ledgerId);
        }

        private static byte[] message(ChallengeId id, ByteString key, Hash batchId, Hash ledgerId) {
            ByteWriter out = new ByteWriter(160).ascii("evl/challenge/v1\n").hash(ledgerId);
            id.writeTo(out);
            return out.string(key).hash(batchId).toBytes();
        }

        /** The same with a newer proof. */
        public Challenge with(ProvenBatch newer) {
            return new Challenge(id, key, newer, signature);
        }

        @Override
        public int author() {
            return id.originId();
        }

        @Override
        public byte[] encode() {
            ByteWriter out = begin(0xc1, id, 4096).string(key);
            batch.writeTo(out);
            return out.string(signature).toBytes();
        }
    }

    /** Kind 0xc2. "I have it now." */
    record Served(ChallengeId id, ByteString signature) implements Dispute {
        public Served {
            signature.requireSize(SIGNATURE_BYTES, "a signature");
        }

        /** Signs it. */
        public static Served of(ChallengeId id, Signer origin, Hash ledgerId) {
            return new Served(id, ByteString.of(origin.sign(message(id, ledgerId))));
        }

        /** "evl/served/v1\n" || ledgerId || id. */
        byte[] signedMessage(Hash ledgerId) {
            return message(id, ledgerId);
        }

        private static byte[] message(ChallengeId id, Hash ledgerId) {
            ByteWriter out = new ByteWriter(64).ascii("evl/served/v1\n").hash(ledgerId);
            id.writeTo(out);
            return out.toBytes();
        }

        @Override
        public int author() {
            return id.originId();
        }

        @Override
        public byte[] encode() {
            return begin(0xc2, id, 128).string(signature).toBytes();
        }
    }

    /**
     * Kind 0xc3, u16 answerer, the batch encrypted to the challenge's key. "Here it is, for the challenger alone." The
     * key is signed and not sent: an answer to one key of a challenge is none to its next one.
     */
    record Answer(ChallengeId id, int answererId, SealedBatch sealed, ByteString signature) implements Dispute {
        public Answer {
            signature.requireSize(SIGNATURE_BYTES, "an answer's signature");
        }

        /** What is answered: a challenge, as long as it has that key. */
        public record To(ChallengeId id, ByteString key) {}

        /** Signs it. */
        public static Answer of(To to, int answererId, SealedBatch sealed, Signer origin, Hash ledgerId) {
            byte[] message = message(to, answererId, sealed, ledgerId);
            return new Answer(to.id(), answererId, sealed, ByteString.of(origin.sign(message)));
        }

        /** "evl/answer/v1\n" || ledgerId || id || the challenge's key || answerer || H(sealed batch). */
        byte[] signedMessage(To to, Hash ledgerId) {
            return message(to, answererId, sealed, ledgerId);
        }

        private static byte[] message(To to, int answererId, SealedBatch sealed, Hash ledgerId) {
            ByteWriter out = new ByteWriter(160).ascii("evl/answer/v1\n").hash(ledgerId);
            to.id().writeTo(out);
            return out.string(to.key()).u16(answererId).hash(sealed.digest()).toBytes();
        }

        /** What the encryption depends on besides the keys: ledgerId || id || answerer. */
        public static byte[] context(ChallengeId id, int answererId, Hash ledgerId) {
            ByteWriter out = new ByteWriter(64).hash(ledgerId);
            id.writeTo(out);
            return out.u16(answererId).toBytes();
        }

        @Override
        public int author() {
            return answererId;
        }

        @Override
        public byte[] encode() {
            ByteWriter out = begin(0xc3, id, sealed.encodedSize() + 128).u16(answererId);
            sealed.writeTo(out);
            return out.string(signature).toBytes();
        }
    }

    /**
     * Kind 0xc4, 32 private key of the challenge, 32 its next key, the sealed batch of the answer. "What was published
     * is not the batch: decrypt it yourselves." The challenge goes on with the next key.
     */
    record Disproof(ChallengeId id, Hash privateKey, ByteString nextKey, SealedBatch sealed, ByteString signature)
            implements Dispute {
        public Disproof {
            nextKey.requireSize(SealedBatch.KEY_BYTES, "a challenge's key");
            signature.requireSize(SIGNATURE_BYTES, "a signature");
        }

        /** The key that is given away, and the one that takes its place. */
        public record Keys(Hash used, ByteString next) {
            @Override
            public String toString() {
                return "Keys[" + next + "]";
            }
        }

        /** Signs it. */
        public static Disproof of(ChallengeId id, Keys keys, SealedBatch sealed, Signer origin, Hash ledgerId) {
            byte[] message = message(id, keys.next(), sealed, ledgerId);
            return new Disproof(id, keys.used(), keys.next(), sealed, ByteString.of(origin.sign(message)));
        }

        /** "evl/disproof/v1\n" || ledgerId || id || next key || H(sealed batch). */
        byte[] signedMessage(Hash ledgerId) {
            return message(id, nextKey, sealed, ledgerId);
        }

        private static byte[] message(ChallengeId id, ByteString nextKey, SealedBatch sealed, Hash ledgerId) {
            ByteWriter out = new ByteWriter(160).ascii("evl/disproof/v1\n").hash(ledgerId);
            id.writeTo(out);
            return out.string(nextKey).hash(sealed.digest()).toBytes();
        }

        @Override
        public int author() {
            return id.originId();
        }

        @Override
        public byte[] encode() {
            ByteWriter out =
                    begin(0xc4, id, sealed.encodedSize() + 192).hash(privateKey).string(nextKey);
            sealed.writeTo(out);
            return out.string(signature).toBytes();
        }

        @Override
        public String toString() {
            return "Disproof[" + id + "]";
        }
    }

    /** H(bytes). */
    default Hash digest() {
        return Sha256.digest(encode());
    }

    /** Kind and challenge. */
    static ByteWriter begin(int kind, ChallengeId id, int size) {
        ByteWriter out = new ByteWriter(size).u8(kind);
        id.writeTo(out);
        return out;
    }

    /** True if a control transaction that begins with this byte is one of these. */
    static boolean begins(byte first) {
        return (first & 0xf0) == 0xc0;
    }

    /** Throws {@link MalformedException} for anything but one of them; nothing is checked but its form. */
    static Dispute decode(byte[] bytes) {
        ByteReader in = new ByteReader(bytes, MalformedException.DISPUTE);
        if (bytes.length > MAX_BYTES) {
            throw in.malformed("a dispute of " + bytes.length + " bytes");
        }
        int kind = in.u8();
        ChallengeId id = ChallengeId.readFrom(in);
        Dispute read = switch (kind) {
            case 0xc1 -> new Challenge(id, in.string(SealedBatch.KEY_BYTES), ProvenBatch.readFrom(in), signature(in));
            case 0xc2 -> new Served(id, signature(in));
            case 0xc3 -> new Answer(id, in.u16(), SealedBatch.readFrom(in), signature(in));
            case 0xc4 ->
                new Disproof(id, in.hash(), in.string(SealedBatch.KEY_BYTES), SealedBatch.readFrom(in), signature(in));
            case ErasureOrder.KIND -> ErasureOrder.readBody(id, in);
            case Excuse.KIND -> Excuse.readBody(id, in);
            case GrantOrder.KIND -> GrantOrder.readBody(id, in);
            default -> throw in.malformed("unknown kind of dispute " + kind);
        };
        in.expectEnd("a dispute");
        return read;
    }

    private static ByteString signature(ByteReader in) {
        return in.string(SIGNATURE_BYTES);
    }
}

package io.waxwing.ledger.simplex;

import io.waxwing.ledger.codec.ByteWriter;
import io.waxwing.ledger.failure.MalformedException;
import io.waxwing.ledger.hash.Hash;

/**
 * A statement of one validator: "evl/vote/v1\n" || ledgerId || u32 epoch || u8 type || u64 view || 32 blockId (zeros
 * for NULLIFY). The message type, ledger, epoch and view are inside, so no vote can be replayed as another.
 */
public record Vote(Type type, Hash ledgerId, long epoch, long view, Hash blockId) {
    private static final String DOMAIN = "evl/vote/v1\n";

    /** The four messages of Simplex. */
    public enum Type {
        PROPOSE(1),
        NOTARIZE(2),
        NULLIFY(3),
        FINALIZE(4);

        private final int code;

        Type(int code) {
            this.code = code;
        }

        public int code() {
            return code;
        }

        static Type of(int code) {
            return switch (code) {
                case 1 -> PROPOSE;
                case 2 -> NOTARIZE;
                case 3 -> NULLIFY;
                case 4 -> FINALIZE;
                default -> throw new MalformedException(MalformedException.BLOCK, "unknown vote type " + code);
            };
        }
    }

    /** The bytes that are signed. */
    public byte[] signedMessage() {
        ByteWriter out = new ByteWriter(96).ascii(DOMAIN).hash(ledgerId);
        return out.u32(epoch).u8(type.code()).u63(view).hash(blockId).toBytes();
    }
}

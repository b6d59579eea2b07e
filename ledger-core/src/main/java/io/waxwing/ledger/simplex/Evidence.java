package io.waxwing.ledger.simplex;

import io.waxwing.ledger.codec.ByteReader;
import io.waxwing.ledger.codec.ByteWriter;
import io.waxwing.ledger.failure.MalformedException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Two votes of one validator in one view that no honest validator gives: u8 kind, then both {@link SignedVote}s. In one
 * order only, so that a pair has one encoding: the same type by rising block id, NULLIFY before FINALIZE.
 */
public record Evidence(Kind kind, SignedVote first, SignedVote second) {
    public static final int ENCODED_BYTES = 1 + 2 * SignedVote.ENCODED_BYTES;

    /** What the pair proves. The codes differ from every leaf's first byte, since both stand under one root. */
    public enum Kind {
        DOUBLE_PROPOSE(0xe1, Vote.Type.PROPOSE, Vote.Type.PROPOSE),
        DOUBLE_NOTARIZE(0xe2, Vote.Type.NOTARIZE, Vote.Type.NOTARIZE),
        DOUBLE_FINALIZE(0xe3, Vote.Type.FINALIZE, Vote.Type.FINALIZE),
        NULLIFY_AND_FINALIZE(0xe4, Vote.Type.NULLIFY, Vote.Type.FINALIZE),
        /** No pair of votes: the ledger itself finds that payloads are withheld which an institution said it holds. */
        FALSE_AVAIL(0xe5, null, null);

        private final int code;
        private final Vote.@Nullable Type first;
        private final Vote.@Nullable Type second;

        Kind(int code, Vote.@Nullable Type first, Vote.@Nullable Type second) {
            this.code = code;
            this.first = first;
            this.second = second;
        }

        public int code() {
            return code;
        }

        /** The word for people: {@code double-propose} and the like. */
        public String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        private static @Nullable Kind of(Vote.Type first, Vote.Type second) {
            for (Kind kind : values()) {
                if (kind.first == first && kind.second == second) {
                    return kind;
                }
            }
            return null;
        }
    }

    public Evidence {
        if (!isPair(kind, first, second)) {
            throw new MalformedException(MalformedException.EVIDENCE, "these two votes are no " + kind);
        }
    }

    private static boolean isPair(Kind kind, SignedVote first, SignedVote second) {
        return first.voter() == second.voter()
                && first.epoch() == second.epoch()
                && first.view() == second.view()
                && kind.first == first.type()
                && kind.second == second.type()
                && (first.type() != second.type() || first.blockId().compareTo(second.blockId()) < 0);
    }

    /** What two votes of one validator in one view prove together, or null if an honest one may have given both. */
    public static @Nullable Evidence between(SignedVote one, SignedVote other) {
        boolean swap = one.type() == other.type()
                ? one.blockId().compareTo(other.blockId()) > 0
                : one.type() == Vote.Type.FINALIZE;
        SignedVote first = swap ? other : one;
        SignedVote second = swap ? one : other;
        Kind kind = Kind.of(first.type(), second.type());
        return kind != null && isPair(kind, first, second) ? new Evidence(kind, first, second) : null;
    }

    /** The validator that is proven to have lied. */
    public int culprit() {
        return first.voter();
    }

    public long epoch() {
        return first.epoch();
    }

    public long view() {
        return first.view();
    }

    public void writeTo(ByteWriter out) {
        out.u8(kind.code());
        first.writeTo(out);
        second.writeTo(out);
    }

    public byte[] encode() {
        ByteWriter out = new ByteWriter(ENCODED_BYTES);
        writeTo(out);
        return out.toBytes();
    }

    /** Throws {@link MalformedException} for anything but a pair that proves what its kind says. */
    public static Evidence readFrom(ByteReader in) {
        int code = in.u8();
        for (Kind kind : Kind.values()) {
            if (kind.code == code) {
                return new Evidence(kind, SignedVote.readFrom(in), SignedVote.readFrom(in));
            }
        }
        throw in.malformed("unknown kind of evidence " + code);
    }
}

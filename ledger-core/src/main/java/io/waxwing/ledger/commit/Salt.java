package io.waxwing.ledger.commit;

import io.waxwing.ledger.hash.ByteString;

/** 32 random bytes of one event, never on the ledger. Whoever holds it can open every component. */
public record Salt(ByteString bytes) {
    public static final int LENGTH = 32;

    public Salt {
        bytes.requireSize(LENGTH, "a salt");
    }

    public static Salt of(byte[] bytes) {
        return new Salt(ByteString.of(bytes));
    }
}

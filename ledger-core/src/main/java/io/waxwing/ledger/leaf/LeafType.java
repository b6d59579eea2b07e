package io.waxwing.ledger.leaf;

/** The second byte of every leaf. */
public enum LeafType {
    SEGMENT(1),
    BLOCK(2),
    CONFIG(3),
    ACK(4),
    ERASE(5),
    BATCH(6),
    VERDICT(7),
    GRANT(8);

    private final int code;

    LeafType(int code) {
        this.code = code;
    }

    public int code() {
        return code;
    }
}

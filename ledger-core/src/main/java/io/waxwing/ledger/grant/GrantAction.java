package io.waxwing.ledger.grant;

/** What is granted; a statement names one or both, as bits. */
public enum GrantAction {
    PUBLISH(1),
    SUBSCRIBE(2);

    /** Both. */
    public static final int ALL = 3;

    private final int bit;

    GrantAction(int bit) {
        this.bit = bit;
    }

    public int bit() {
        return bit;
    }
}

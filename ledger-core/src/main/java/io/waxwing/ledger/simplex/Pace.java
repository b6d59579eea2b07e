package io.waxwing.ledger.simplex;

/**
 * When to lose patience. The wait D is computed from the current view, the last final view and the nullified views in
 * between, which all honest nodes soon share, and not kept in a counter that could drift apart.
 */
final class Pace {
    /** Turns in a row after which a silent leader is not waited for. */
    static final int SILENT_TURNS = 3;

    // Views that are usually on their way to finality while the next ones begin.
    private static final long PIPELINE = 2;
    private static final int MAX_DOUBLINGS = 16;

    private final Validators validators;
    private final Timing timing;
    private final Accusations accusations;
    private final int self;
    private final int[] missedTurns;
    private boolean armed;
    private long armedNanos;
    private long movedNanos;

    Pace(Setup setup, Accusations accusations) {
        this.validators = setup.validators();
        this.timing = setup.timing();
        this.accusations = accusations;
        this.self = setup.self();
        this.missedTurns = new int[validators.size()];
    }

    /** A new view: its time begins when there is something to wait for. */
    void enter(long nowNanos) {
        armed = false;
        movedNanos = nowNanos;
    }

    /** Something became final, or everything was sent again. */
    void moved(long nowNanos) {
        movedNanos = nowNanos;
    }

    /** Timers run while there is work, and begin anew when there is some again. */
    void arm(boolean work, long nowNanos) {
        if (work && !armed) {
            armedNanos = nowNanos;
            movedNanos = nowNanos;
        }
        armed = work;
    }

    boolean isArmed() {
        return armed;
    }

    /** D in that view. */
    long delayNanos(long view, Certificates certificates) {
        long nullified = certificates.nullifiedBelow(view, MAX_DOUBLINGS);
        long unsettled = view - 1 - certificates.settledView() - PIPELINE;
        return timing.delayNanos(Math.min(MAX_DOUBLINGS, Math.max(nullified, unsettled)));
    }

    /** When this node votes to nullify the view unless it moves on; meaningful only while armed. */
    long nullifyAtNanos(long delayNanos, int leader, boolean proposalSeen) {
        if (isCutOff(leader)) {
            return armedNanos;
        }
        return armedNanos + (proposalSeen ? 3 : 2) * delayNanos;
    }

    /** When a leader proposes an empty block, only to make the blocks before it final. */
    long fillerAtNanos(long delayNanos) {
        return armedNanos + delayNanos / 2;
    }

    long resendAtNanos(long delayNanos) {
        return movedNanos + delayNanos;
    }

    /** The leader was heard, in whatever view. */
    void heard(int leader) {
        missedTurns[leader] = 0;
    }

    /** Its view was nullified and it was not heard. */
    void missed(int leader) {
        if (leader != self) {
            missedTurns[leader] = Math.min(SILENT_TURNS, missedTurns[leader] + 1);
        }
    }

    /**
     * True for a leader that is not waited for. If more are convicted, or seem silent, than a quorum can do without,
     * then hurrying would only keep everybody from being heard: no block of theirs could become final.
     */
    private boolean isCutOff(int leader) {
        if (leader == self) {
            return false;
        }
        int spare = validators.size() - validators.quorum();
        if (accusations.isConvicted(leader)) {
            return accusations.convictedOf(validators.size()) <= spare;
        }
        int written = 0;
        for (int i = 0; i < missedTurns.length; i++) {
            if (missedTurns[i] >= SILENT_TURNS || accusations.isConvicted(i)) {
                written++;
            }
        }
        return missedTurns[leader] >= SILENT_TURNS && written <= spare;
    }
}

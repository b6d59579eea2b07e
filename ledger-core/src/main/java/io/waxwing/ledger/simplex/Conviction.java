package io.waxwing.ledger.simplex;

import java.util.Comparator;

/** Evidence of that kind against a validator, by its index in the epoch, stands in an applied block. */
public record Conviction(int validator, Evidence.Kind kind) implements Comparable<Conviction> {
    private static final Comparator<Conviction> ORDER = Comparator.comparingInt(Conviction::validator)
            .thenComparingInt(conviction -> conviction.kind().code());

    /** What a piece of evidence convicts of. */
    public static Conviction of(Evidence pair) {
        return new Conviction(pair.culprit(), pair.kind());
    }

    @Override
    public int compareTo(Conviction other) {
        return ORDER.compare(this, other);
    }
}

package io.waxwing.testkit.sim;

/**
 * How links behave. Delays in nanoseconds; reordering comes from the spread.
 *
 * @param stragglerPerMille how many of a thousand messages take up to {@code stragglerNanos} longer
 */
public record Weather(
        long delayNanos,
        long spreadNanos,
        int lossPerMille,
        int repeatPerMille,
        int stragglerPerMille,
        long stragglerNanos) {
    private static final long MS = 1_000_000;

    /** A quiet LAN. */
    public static final Weather CALM = new Weather(MS, 2 * MS, 0, 0, 0, 0);

    /** The weather of a scenario, from friendly to hardly usable. */
    public static Weather any(Chance chance) {
        return switch (chance.below(5)) {
            case 0 -> CALM;
            case 1 -> new Weather(20 * MS, 30 * MS, 5, 5, 0, 0);
            case 2 -> new Weather(2 * MS, 20 * MS, 50, 50, 20, 500 * MS);
            case 3 -> new Weather(5 * MS, 100 * MS, 20, 100, 50, 2000 * MS);
            default -> new Weather(MS, 10 * MS, 200, 20, 10, 5000 * MS);
        };
    }
}

package io.waxwing.node.check;

/** One thing that is damaged or missing: where, and what is wrong with it. */
public record Finding(String place, String problem) {
    @Override
    public String toString() {
        return place + ": " + problem;
    }
}

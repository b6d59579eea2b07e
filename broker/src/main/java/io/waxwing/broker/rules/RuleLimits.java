package io.waxwing.broker.rules;

/**
 * Bounds of what is asked of events.
 *
 * @param maxSchemas topics that have one
 * @param maxSigners of the node
 * @param schemaBytes of one schema
 * @param steps of the check of one event: parts of the schema that are looked at, and characters that patterns look at
 */
public record RuleLimits(int maxSchemas, int maxSigners, int schemaBytes, int steps) {
    /** Most bytes that may be set for one schema. */
    public static final int SCHEMA_BYTES_MAX = 1 << 20;
    /** Most steps that may be set. */
    public static final int STEPS_MAX = 10_000_000;

    /** The same for a schema of any size that could ever be given, in so many steps. */
    RuleLimits of(int otherSteps) {
        return new RuleLimits(maxSchemas, maxSigners, SCHEMA_BYTES_MAX, otherSteps);
    }
}

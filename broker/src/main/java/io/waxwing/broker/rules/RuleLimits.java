package io.waxwing.broker.rules;

/**
 * Bounds of what is asked of events.
 *
 * @param maxSchemas topics that have one
 * @param maxSigners of the node
 * @param schemaBytes of one schema
 * @param steps of the check of one event: parts of the schema that are looked at, and characters that patterns look at
 */
public record RuleLimits(int maxSchemas, int maxSigners, int schemaBytes, int steps) {}

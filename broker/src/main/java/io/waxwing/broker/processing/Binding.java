package io.waxwing.broker.processing;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.math.RoundingMode;
import org.jspecify.annotations.Nullable;

/**
 * A name for a place in an event's JSON data.
 *
 * @param at RFC 6901
 * @param scale 0 to 9: CESQL has whole numbers only, so a condition sees a number times ten to this, rounded to the
 *     nearest
 */
record Binding(JsonPointer at, int scale) {
    static final int SCALE_MAX = 9;
    /** No number that a condition can use has an exponent beyond it; moving the point of others would fill memory. */
    private static final int EXPONENT_MAX = 32;

    /** Null if nothing is there. */
    @Nullable JsonNode in(JsonNode data) {
        JsonNode found = data.at(at);
        return found.isMissingNode() ? null : found;
    }

    /** What a condition sees: null if nothing is there, or null; objects and arrays as JSON. */
    @Nullable String text(JsonNode data) {
        JsonNode found = in(data);
        if (found == null || found.isNull()) {
            return null;
        }
        if (!found.isNumber()) {
            return found.isContainerNode() ? found.toString() : found.asText();
        }
        BigDecimal number = found.decimalValue();
        boolean usable = Math.abs((long) number.scale()) <= EXPONENT_MAX && number.precision() <= EXPONENT_MAX;
        if (!usable) {
            return found.asText();
        }
        BigDecimal moved = number.movePointRight(scale);
        return scale == 0
                ? withoutEnd(moved)
                : moved.setScale(0, RoundingMode.HALF_EVEN).toPlainString();
    }

    /** 12.0 is a whole number; 12.5 stays what it is, and is none. */
    private static String withoutEnd(BigDecimal number) {
        BigDecimal stripped = number.stripTrailingZeros();
        return (stripped.scale() < 0 ? stripped.setScale(0) : stripped).toPlainString();
    }
}

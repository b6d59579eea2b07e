package io.waxwing.bus.filter;

import io.waxwing.bus.event.Attributes;
import io.waxwing.bus.event.Event;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A CESQL expression that decides whether an event passes. It does if the expression gives the Boolean true and nothing
 * went wrong on the way (CESQL section 1.2); so evaluation ends at the first error, which the specification allows.
 *
 * <p>Bounds: a text of {@value #MAX_CHARS} characters, {@value #MAX_NODES} operators, literals, attributes and calls,
 * {@value #MAX_DEPTH} of them inside each other, values of {@value #MAX_VALUE_CHARS} characters. LIKE takes time in
 * proportion to value times pattern, whatever stands in them. May be used by several threads at once.
 */
public final class Cesql {
    /** Of CloudEvents; what events have that were published without saying so. */
    private static final String VERSION = "1.0";

    public static final int MAX_CHARS = 2_048;
    public static final int MAX_NODES = 256;
    public static final int MAX_DEPTH = 32;
    /** Longer attributes, and longer results of functions, are errors: the event does not pass. */
    public static final int MAX_VALUE_CHARS = 4_096;

    private final String text;
    private final Node root;

    private Cesql(String text, Node root) {
        this.text = text;
        this.root = root;
    }

    /** Compiles it. @throws RefusedException WXW-1015 with the place if it is no expression or beyond the bounds */
    public static Cesql parse(String text) {
        return new Cesql(text, new Parser(text).parse());
    }

    /**
     * What an expression says of an event.
     *
     * @param problem why there is no answer, so that the event does not pass; empty if there is one
     */
    public record Judgement(boolean passes, String problem) {}

    /** The same as {@link #matches}, with the reason if the expression has no Boolean for this event. */
    public Judgement judge(UnaryOperator<@Nullable String> attributes) {
        try {
            Object value = evaluate(attributes);
            return value instanceof Boolean passes
                    ? new Judgement(passes, "")
                    : new Judgement(false, "it gives '" + value + "', no Boolean");
        } catch (EvaluationException wrong) {
            return new Judgement(false, String.valueOf(wrong.getMessage()));
        }
    }

    /** Whether an event passes; {@code attributes} gives an attribute by its name, null if the event has none. */
    public boolean matches(UnaryOperator<@Nullable String> attributes) {
        try {
            return Boolean.TRUE.equals(evaluate(attributes));
        } catch (EvaluationException wrong) {
            return false;
        }
    }

    /**
     * Whether an event passes, by its CloudEvents attributes and what the bus adds to a delivered one:
     * {@code wxwtopic}, {@code wxweventid} and, if it is history, {@code wxwreplay}.
     */
    public boolean passes(Event event, boolean replayed) {
        return matches(name -> attribute(event, replayed, name));
    }

    /** What an expression finds under a name: an attribute, or what the bus adds; null if the event has it not. */
    public static @Nullable String attribute(Event event, boolean replayed, String name) {
        return switch (name) {
            case "wxwtopic" -> event.topic();
            case "wxweventid" -> Objects.toString(event.eventId(), null);
            case "wxwreplay" -> replayed ? "true" : null;
            case Attributes.SPECVERSION ->
                Objects.requireNonNullElse(event.attributes().get(name), VERSION);
            default ->
                Attributes.isCloudEvents(name) && !name.equals("data")
                        ? event.attributes().get(name)
                        : null;
        };
    }

    /** The value: a Boolean, an Integer or a String. @throws EvaluationException at the first error */
    Object evaluate(UnaryOperator<@Nullable String> attributes) throws EvaluationException {
        return root.evaluate(attributes);
    }

    @Override
    public String toString() {
        return text;
    }
}

package io.waxwing.broker.processing;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What stands between <code>${</code> and <code>}</code> in a template: {@code data} for all of the data, a JSON
 * Pointer into them, or the name of a binding or an attribute; with a {@code ?} behind it, it may be missing.
 */
record Reference(String name, @Nullable JsonPointer at, boolean optional) {
    private static final String DATA = "data";
    private static final Pattern NAME = Pattern.compile("[a-z0-9]{1,64}");

    /** Throws {@link IllegalArgumentException} with what is wanted. */
    static Reference of(String text) {
        boolean optional = text.endsWith("?");
        String name = optional ? text.substring(0, text.length() - 1) : text;
        if (name.startsWith("/")) {
            return new Reference(name, JsonPointer.compile(name), optional);
        }
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("'" + text
                    + "': want data, a JSON Pointer such as /temp, or a name of lower case letters and digits");
        }
        return new Reference(name, null, optional);
    }

    /** The value, JSON's null for what may be missing and is. */
    JsonNode in(SourceEvent source) throws ProjectionException {
        JsonNode found = found(source);
        if (found != null) {
            return found;
        }
        if (optional) {
            return NullNode.getInstance();
        }
        boolean ofData = at != null || name.equals(DATA) || source.binding(name) != null;
        throw new ProjectionException(
                ofData && source.data() == null
                        ? "${" + name + "}: the event's data are no JSON"
                        : "${" + name + "}: the event has nothing there");
    }

    private @Nullable JsonNode found(SourceEvent source) {
        Binding binding = at == null ? source.binding(name) : new Binding(at, 0);
        if (binding == null && !name.equals(DATA)) {
            String text = source.text(name);
            return text == null ? null : TextNode.valueOf(text);
        }
        JsonNode data = source.data();
        return data == null || binding == null ? data : binding.in(data);
    }

    /** What is not there on purpose cannot be bound. */
    static boolean mayBind(String name, Map<String, Binding> others) {
        return NAME.matcher(name).matches() && !name.equals(DATA) && !others.containsKey(name);
    }
}

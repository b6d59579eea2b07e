package io.waxwing.http.exchange;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.waxwing.bus.failure.FailureCode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A request's body as a JSON object with known members. Whatever is wrong is a {@link ProblemException} 400 with the
 * place in the body: WXW-1007 for what is no JSON, WXW-1302 for the rest.
 */
public final class JsonBody {
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
            // Numbers that are kept are given back as they came.
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    private final JsonNode root;
    // Where it stands in the body (RFC 6901).
    private final String at;

    private JsonBody(JsonNode root, String at) {
        this.root = root;
        this.at = at;
    }

    /** Reads it; an empty body is an empty object. */
    public static JsonBody of(byte[] body, Set<String> known) {
        JsonNode root;
        try {
            root = body.length == 0 ? JSON.createObjectNode() : JSON.readTree(body);
        } catch (IOException notJson) {
            // Also of broken characters, which Jackson does not take for broken JSON.
            throw Problem.of(FailureCode.JSON, "the body is no JSON").asException();
        }
        return of(root, known, "");
    }

    /** The same for an object that was read already and stands at {@code at} in the body. */
    public static JsonBody of(JsonNode root, Set<String> known, String at) {
        if (!root.isObject()) {
            throw refused("want an object", at);
        }
        Iterator<String> names = root.fieldNames();
        while (names.hasNext()) {
            String name = names.next();
            if (!known.contains(name)) {
                throw refused(
                        "unknown member, want " + (known.isEmpty() ? "none" : String.join(", ", new TreeSet<>(known))),
                        at + "/" + name.replace("~", "~0").replace("/", "~1"));
            }
        }
        return new JsonBody(root, at);
    }

    /** A member of any kind; null if it is not there. */
    public @Nullable JsonNode node(String name) {
        JsonNode value = root.get(name);
        return value == null || value.isNull() ? null : value;
    }

    /** A member that is an object with known members; null if it is not there. */
    public @Nullable JsonBody object(String name, Set<String> known) {
        JsonNode value = node(name);
        return value == null ? null : of(value, known, pointer(name));
    }

    /** All of it; may be changed. */
    public JsonNode root() {
        return root;
    }

    /** Where a member stands in the body. */
    public String pointer(String name) {
        return at + "/" + name;
    }

    /** A problem 400 at a place. */
    public static ProblemException refused(String detail, String pointer) {
        return Problem.of(FailureCode.PARAMETER, detail).at(pointer).asException();
    }

    public boolean has(String name) {
        return root.hasNonNull(name);
    }

    /** A text, null if it is not there. */
    public @Nullable String text(String name) {
        JsonNode value = root.get(name);
        if (value == null || value.isNull()) {
            return null;
        }
        if (!value.isTextual()) {
            throw refused("want a text", pointer(name));
        }
        return value.textValue();
    }

    /** True or false, {@code absent} if it is not there. */
    public boolean flag(String name, boolean absent) {
        JsonNode value = root.get(name);
        if (value == null || value.isNull()) {
            return absent;
        }
        if (!value.isBoolean()) {
            throw refused("want true or false", pointer(name));
        }
        return value.booleanValue();
    }

    /** A whole number in a range, {@code absent} if it is not there. */
    public long number(String name, long min, long max, long absent) {
        JsonNode value = root.get(name);
        return value == null || value.isNull() ? absent : number(value, min, max, pointer(name));
    }

    private static long number(JsonNode value, long min, long max, String pointer) {
        boolean legal = value.isIntegralNumber()
                && value.canConvertToLong()
                && value.longValue() >= min
                && value.longValue() <= max;
        if (!legal) {
            throw refused("want a whole number from " + min + " to " + max, pointer);
        }
        return value.longValue();
    }

    /** A list of whole numbers, {@code absent} if it is not there. */
    public List<Long> numbers(String name, int most, long min, long max, List<Long> absent) {
        JsonNode list = list(name, most);
        if (list == null) {
            return absent;
        }
        List<Long> numbers = new ArrayList<>();
        for (int i = 0; i < list.size(); i++) {
            numbers.add(number(list.get(i), min, max, pointer(name) + "/" + i));
        }
        return numbers;
    }

    /** A list of at least one text. */
    public List<String> texts(String name, int most) {
        JsonNode list = list(name, most);
        if (list == null || list.isEmpty()) {
            throw refused("want a list of 1 to " + most + " texts", pointer(name));
        }
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < list.size(); i++) {
            if (!list.get(i).isTextual()) {
                throw refused("want a text", pointer(name) + "/" + i);
            }
            texts.add(list.get(i).textValue());
        }
        return texts;
    }

    private @Nullable JsonNode list(String name, int most) {
        JsonNode value = root.get(name);
        if (value == null || value.isNull()) {
            return null;
        }
        if (!value.isArray() || value.size() > most) {
            throw refused("want a list of at most " + most, pointer(name));
        }
        return value;
    }
}

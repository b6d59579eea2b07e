package io.waxwing.bus.event;

import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The headers of an event: CloudEvents attributes ({@code [a-z0-9]+}) and transport headers (names with a dot or a
 * dash, such as {@code mqtt.response-topic}, which CloudEvents consumers never see). Sorted by name, each name once.
 *
 * <p>{@link #encoded()} is component c1 of the payload commitment: per header {@code name ": " value LF} in UTF-8. So
 * what is stored, what is committed to and what is delivered are the same bytes.
 */
public final class Attributes {
    public static final Attributes NONE = new Attributes(new String[0], new String[0], new byte[0]);
    /** Longest name. */
    public static final int MAX_NAME_CHARS = 64;

    public static final String ID = "id";
    public static final String SOURCE = "source";
    public static final String SPECVERSION = "specversion";
    public static final String TYPE = "type";
    public static final String TIME = "time";
    public static final String SUBJECT = "subject";
    public static final String DATACONTENTTYPE = "datacontenttype";
    /** The type of an event whose publisher gave only bytes. */
    public static final String RAW_TYPE = "io.waxwing.raw";

    private final String[] names;
    private final String[] values;
    private final byte[] encoded;

    private Attributes(String[] names, String[] values, byte[] encoded) {
        this.names = names;
        this.values = values;
        this.encoded = encoded;
    }

    /** Checks and sorts. @throws RefusedException WXW-1004 if a name or value is not legal */
    public static Attributes of(Map<String, String> headers) {
        return new Builder().putAll(headers).build();
    }

    /** Reads what {@link #encoded()} wrote. @throws RefusedException WXW-1004 if the bytes are not canonical */
    public static Attributes decode(byte[] encoded) {
        List<String> names = new ArrayList<>();
        List<String> values = new ArrayList<>();
        String text = new String(encoded, StandardCharsets.UTF_8);
        for (int start = 0; start < text.length(); ) {
            int end = text.indexOf('\n', start);
            int colon = text.indexOf(": ", start);
            if (end < 0 || colon < 0 || colon > end) {
                throw new RefusedException(FailureCode.ATTRIBUTE, "header bytes are not 'name: value' lines");
            }
            names.add(text.substring(start, colon));
            values.add(text.substring(colon + 2, end));
            start = end + 1;
        }
        return new Attributes(names.toArray(String[]::new), values.toArray(String[]::new), encoded.clone());
    }

    public @Nullable String get(String name) {
        int at = Arrays.binarySearch(names, name);
        return at < 0 ? null : values[at];
    }

    /** The first name that begins with {@code prefix}, or null. */
    public @Nullable String firstWith(String prefix) {
        int at = Arrays.binarySearch(names, prefix);
        int first = at < 0 ? -at - 1 : at;
        return first < names.length && names[first].startsWith(prefix) ? names[first] : null;
    }

    public int size() {
        return names.length;
    }

    /** Calls {@code each} with every name and value, in the order of names. */
    public void forEach(BiConsumer<String, String> each) {
        for (int i = 0; i < names.length; i++) {
            each.accept(names[i], values[i]);
        }
    }

    /** Component c1; the array itself, read only. */
    public byte[] encoded() {
        return encoded;
    }

    /** True if {@code name} is an attribute in the sense of CloudEvents, not a transport header. */
    public static boolean isCloudEvents(String name) {
        return name.indexOf('.') < 0 && name.indexOf('-') < 0;
    }

    /** Legal names: 1 to {@value #MAX_NAME_CHARS} of {@code [a-z0-9.-]}, the first one a letter or a digit. */
    public static boolean isLegalName(String name) {
        if (name.isEmpty() || name.length() > MAX_NAME_CHARS) {
            return false;
        }
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean alphanumeric = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
            if (!alphanumeric && (i == 0 || (c != '.' && c != '-'))) {
                return false;
            }
        }
        return true;
    }

    /** Legal values: any text without control characters (U+0000–1F, U+007F–9F) and lone surrogates. */
    public static boolean isLegalValue(String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c < 0x20 || (c >= 0x7f && c <= 0x9f)) {
                return false;
            }
            if (Character.isSurrogate(c)) {
                boolean pair = Character.isHighSurrogate(c)
                        && i + 1 < value.length()
                        && Character.isLowSurrogate(value.charAt(i + 1));
                if (!pair) {
                    return false;
                }
                i++;
            }
        }
        return true;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Attributes that && Arrays.equals(encoded, that.encoded);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(encoded);
    }

    @Override
    public String toString() {
        return "Attributes" + Arrays.toString(names);
    }

    /** Events that differ in their {@code id} alone: what they have in common is checked and encoded once. */
    public static final class Series {
        private final Attributes common;
        private final int at;
        private final byte[] before;
        private final byte[] behind;

        /** {@code common} has an id, which is of no event of the series. */
        public Series(Attributes common) {
            this.common = common;
            this.at = Arrays.binarySearch(common.names, ID);
            if (at < 0) {
                throw new IllegalArgumentException("no id among " + common);
            }
            int start = 0;
            for (int i = 0; i < at; i++) {
                start += lineBytes(common.names[i], common.values[i]);
            }
            before = Arrays.copyOf(common.encoded, start + ID.length() + 2);
            behind = Arrays.copyOfRange(
                    common.encoded, start + lineBytes(ID, common.values[at]) - 1, common.encoded.length);
        }

        private static int lineBytes(String name, String value) {
            return name.length() + 2 + value.getBytes(StandardCharsets.UTF_8).length + 1;
        }

        /** Those of the event with this id. @throws RefusedException WXW-1004 */
        public Attributes with(String id) {
            if (!isLegalValue(id)) {
                throw new RefusedException(
                        FailureCode.ATTRIBUTE, "value of 'id' has a control character or a lone surrogate");
            }
            String[] values = common.values.clone();
            values[at] = id;
            byte[] idBytes = id.getBytes(StandardCharsets.UTF_8);
            byte[] encoded = Arrays.copyOf(before, before.length + idBytes.length + behind.length);
            System.arraycopy(idBytes, 0, encoded, before.length, idBytes.length);
            System.arraycopy(behind, 0, encoded, before.length + idBytes.length, behind.length);
            return new Attributes(common.names, values, encoded);
        }
    }

    /** Collects headers and checks each. */
    public static final class Builder {
        private final TreeMap<String, String> headers = new TreeMap<>();

        /** A later value replaces an earlier one. @throws RefusedException WXW-1004 */
        public Builder put(String name, String value) {
            if (!isLegalName(name)) {
                throw new RefusedException(
                        FailureCode.ATTRIBUTE,
                        "name '" + printable(name) + "': want 1 to " + MAX_NAME_CHARS + " of a-z, 0-9, '.', '-'");
            }
            if (!isLegalValue(value)) {
                throw new RefusedException(
                        FailureCode.ATTRIBUTE, "value of '" + name + "' has a control character or a lone surrogate");
            }
            headers.put(name, value);
            return this;
        }

        public Builder putAll(Map<String, String> all) {
            all.forEach(this::put);
            return this;
        }

        public boolean has(String name) {
            return headers.containsKey(name);
        }

        public Attributes build() {
            if (headers.isEmpty()) {
                return NONE;
            }
            StringBuilder text = new StringBuilder(32 * headers.size());
            headers.forEach((name, value) ->
                    text.append(name).append(": ").append(value).append('\n'));
            return new Attributes(
                    headers.keySet().toArray(String[]::new),
                    headers.values().toArray(String[]::new),
                    text.toString().getBytes(StandardCharsets.UTF_8));
        }

        private static String printable(String name) {
            String shown = name.length() > MAX_NAME_CHARS ? name.substring(0, MAX_NAME_CHARS) + "…" : name;
            return shown.replaceAll("\\p{Cntrl}", "?");
        }
    }
}

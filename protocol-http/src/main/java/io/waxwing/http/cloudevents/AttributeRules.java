package io.waxwing.http.cloudevents;

import io.waxwing.bus.event.Attributes;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Collects one event's attributes and checks each against CloudEvents 1.0.2, section "Context Attributes". Values are
 * kept exactly as they came, since a publisher may have signed them.
 */
final class AttributeRules {
    /** What the bus adds beside an event; no publisher may send one of these. */
    static final Set<String> ADDED_BY_THE_BUS = Set.of("wxweventid", "wxwtopic", "wxwdelivery", "wxwreplay", "wxwlate");

    static final String VERSION = "1.0";
    private static final List<String> REQUIRED =
            List.of(Attributes.SPECVERSION, Attributes.ID, Attributes.SOURCE, Attributes.TYPE);
    private static final Set<String> CORE = Set.of(
            Attributes.SPECVERSION,
            Attributes.ID,
            Attributes.SOURCE,
            Attributes.TYPE,
            Attributes.SUBJECT,
            Attributes.TIME,
            Attributes.DATACONTENTTYPE,
            "dataschema");
    private static final Pattern TIMESTAMP = Pattern.compile(
            "[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]+)?([Zz]|[+-][0-9]{2}:[0-9]{2})");
    private static final String TOKEN = "[A-Za-z0-9!#$%&'*+.^_`|~-]+";
    private static final Pattern MEDIA_TYPE =
            Pattern.compile(TOKEN + "/" + TOKEN + "(\\s*;\\s*" + TOKEN + "=(" + TOKEN + "|\"[^\"]*\"))*\\s*;?\\s*");

    private final Attributes.Builder builder = new Attributes.Builder();

    static boolean isCore(String name) {
        return CORE.contains(name);
    }

    /** Adds one attribute. @throws NotACloudEvent naming {@code pointer} */
    void put(String name, String value, @Nullable String pointer) {
        if (ADDED_BY_THE_BUS.contains(name)) {
            throw NotACloudEvent.of(
                    FailureCode.ATTRIBUTE, "'" + name + "' is added by the bus and cannot be published", pointer);
        }
        if (name.equals("data") || !Attributes.isCloudEvents(name)) {
            throw NotACloudEvent.of(
                    FailureCode.CLOUDEVENT, "'" + shown(name) + "' is no attribute name, want a-z and 0-9", pointer);
        }
        if (builder.has(name)) {
            throw NotACloudEvent.of(FailureCode.CLOUDEVENT, "attribute '" + name + "' is given twice", pointer);
        }
        String wrong = isCore(name) ? wrongValue(name, value) : null;
        if (wrong != null) {
            FailureCode code = name.equals(Attributes.SPECVERSION) && !value.isEmpty()
                    ? FailureCode.CLOUDEVENT_VERSION
                    : FailureCode.CLOUDEVENT;
            throw NotACloudEvent.of(code, wrong, pointer);
        }
        try {
            builder.put(name, value);
        } catch (RefusedException notLegal) {
            throw new NotACloudEvent(notLegal.refusal(), pointer);
        }
    }

    boolean has(String name) {
        return builder.has(name);
    }

    /** All attributes. @throws NotACloudEvent with {@code pointer} (the event itself) if a required one is missing */
    Attributes complete(@Nullable String pointer) {
        for (String name : REQUIRED) {
            if (!builder.has(name)) {
                throw NotACloudEvent.of(FailureCode.CLOUDEVENT, "attribute '" + name + "' is missing", pointer);
            }
        }
        return builder.build();
    }

    private static @Nullable String wrongValue(String name, String value) {
        if (value.isEmpty()) {
            return "attribute '" + name + "' is empty";
        }
        return switch (name) {
            case Attributes.SPECVERSION ->
                value.equals(VERSION) ? null : "specversion is '" + shown(value) + "', want " + VERSION;
            case Attributes.SOURCE -> uri(value) == null ? "source is no URI-reference" : null;
            case "dataschema" -> isAbsolute(value) ? null : "dataschema is no absolute URI";
            case Attributes.TIME ->
                isTimestamp(value)
                        ? null
                        : "time is '" + shown(value) + "', want RFC 3339, for example 2026-03-01T08:00:06Z";
            case Attributes.DATACONTENTTYPE ->
                MEDIA_TYPE.matcher(value).matches()
                        ? null
                        : "datacontenttype is '" + shown(value) + "', want a media type";
            default -> null;
        };
    }

    private static @Nullable URI uri(String value) {
        try {
            return new URI(value);
        } catch (URISyntaxException notOne) {
            return null;
        }
    }

    private static boolean isAbsolute(String value) {
        URI uri = uri(value);
        return uri != null && uri.isAbsolute();
    }

    private static boolean isTimestamp(String value) {
        if (!TIMESTAMP.matcher(value).matches()) {
            return false;
        }
        try {
            // Java reads at most nine digits of a fraction; RFC 3339 allows more.
            String nineDigits = value.toUpperCase(Locale.ROOT).replaceFirst("(\\.[0-9]{9})[0-9]+", "$1");
            OffsetDateTime.parse(nineDigits);
            return true;
        } catch (DateTimeException notADate) {
            return false;
        }
    }

    /** True if this datacontenttype (null: absent) says that the data are JSON. */
    static boolean isJson(@Nullable String contentType) {
        if (contentType == null) {
            return true;
        }
        String type = essence(contentType);
        return type.endsWith("/json") || type.endsWith("+json");
    }

    static boolean isText(String contentType) {
        String type = essence(contentType);
        return type.startsWith("text/") || type.endsWith("/xml") || type.endsWith("+xml");
    }

    /** {@code type/subtype} in lower case, without parameters. */
    static String essence(String contentType) {
        int semicolon = contentType.indexOf(';');
        return (semicolon < 0 ? contentType : contentType.substring(0, semicolon))
                .strip()
                .toLowerCase(Locale.ROOT);
    }

    static String shown(String text) {
        return (text.length() > 64 ? text.substring(0, 64) + "…" : text).replaceAll("\\p{Cntrl}", "?");
    }
}

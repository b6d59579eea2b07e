package io.waxwing.http.cloudevents;

import io.waxwing.bus.event.Attributes;
import io.waxwing.bus.event.Payload;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.http.exchange.PercentText;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Binary mode: one {@code ce-} header per attribute, Content-Type is datacontenttype, the body is the data. */
public final class BinaryMode {
    public static final String PREFIX = "ce-";

    private BinaryMode() {}

    /**
     * Reads an event.
     *
     * @param headers names in lower case with the prefix, each at most once
     * @param contentType the request's, null if it has none
     * @throws NotACloudEvent WXW-1004, WXW-1005, WXW-1006
     */
    public static CloudEvent read(
            Iterable<Map.Entry<String, String>> headers, @Nullable String contentType, byte[] body) {
        AttributeRules attributes = new AttributeRules();
        for (Map.Entry<String, String> header : headers) {
            String name = header.getKey().substring(PREFIX.length());
            if (name.equals(Attributes.DATACONTENTTYPE)) {
                throw NotACloudEvent.of(
                        FailureCode.CLOUDEVENT, "datacontenttype is the Content-Type header in binary mode", null);
            }
            attributes.put(name, decode(header.getKey(), header.getValue()), null);
        }
        if (contentType != null) {
            attributes.put(Attributes.DATACONTENTTYPE, contentType, null);
        }
        return new CloudEvent(attributes.complete(null), Payload.of(body));
    }

    /** First quotes, then one percent pass (binding 3.1.3.2). */
    private static String decode(String name, String value) {
        for (int i = 0; i < value.length(); i++) {
            if (value.charAt(i) > 0x7e) {
                throw NotACloudEvent.of(
                        FailureCode.CLOUDEVENT,
                        "header " + name + " has non-ASCII characters: percent-encode them",
                        null);
            }
        }
        try {
            return PercentText.decode(unquote(name, value), false, FailureCode.CLOUDEVENT, "header " + name);
        } catch (RefusedException notEncoded) {
            throw new NotACloudEvent(notEncoded.refusal(), null);
        }
    }

    private static String unquote(String name, String value) {
        if (value.length() < 2 || value.charAt(0) != '"') {
            return value;
        }
        StringBuilder out = new StringBuilder(value.length());
        int i = 1;
        for (; i < value.length() - 1; i++) {
            char c = value.charAt(i);
            if (c == '"') {
                break;
            }
            if (c == '\\') {
                i++;
                c = value.charAt(i);
            }
            out.append(c);
        }
        if (i != value.length() - 1 || value.charAt(i) != '"') {
            throw NotACloudEvent.of(FailureCode.CLOUDEVENT, "header " + name + " begins a quoted string wrongly", null);
        }
        return out.toString();
    }

    /** The value as it goes into a header: space, {@code "}, {@code %} and all beyond printable ASCII encoded. */
    public static String encode(String value) {
        StringBuilder out = new StringBuilder(value.length() + 8);
        for (byte b : value.getBytes(StandardCharsets.UTF_8)) {
            int c = b & 0xff;
            if (c <= 0x20 || c > 0x7e || c == '"' || c == '%') {
                out.append('%')
                        .append(Character.toUpperCase(Character.forDigit(c >> 4, 16)))
                        .append(Character.toUpperCase(Character.forDigit(c & 15, 16)));
            } else {
                out.append((char) c);
            }
        }
        return out.toString();
    }
}

package io.waxwing.http.cloudevents;

import io.waxwing.bus.failure.FailureCode;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How a request carries events (CloudEvents HTTP binding 1.0.2, section 3), told by its Content-Type alone. */
public enum ContentMode {
    /** Attributes in {@code ce-} headers, or a plain body without any. */
    BINARY,
    STRUCTURED,
    BATCHED;

    private static final String STRUCTURED_PREFIX = "application/cloudevents";
    private static final String BATCH_PREFIX = "application/cloudevents-batch";

    /** The mode of a Content-Type. @throws NotACloudEvent WXW-1305 for an event format or charset we do not read */
    public static ContentMode of(@Nullable String contentType) {
        if (contentType == null) {
            return BINARY;
        }
        String type = AttributeRules.essence(contentType);
        if (!type.startsWith(STRUCTURED_PREFIX)) {
            return BINARY;
        }
        ContentMode mode = type.startsWith(BATCH_PREFIX) ? BATCHED : STRUCTURED;
        String wanted = (mode == BATCHED ? BATCH_PREFIX : STRUCTURED_PREFIX) + "+json";
        if (!type.equals(wanted)) {
            throw NotACloudEvent.of(
                    FailureCode.MEDIA_TYPE,
                    "event format '" + AttributeRules.shown(type) + "', want " + STRUCTURED_PREFIX + "+json or "
                            + BATCH_PREFIX + "+json",
                    null);
        }
        String parameters = contentType
                .substring(Math.min(contentType.length(), wanted.length()))
                .toLowerCase(Locale.ROOT);
        if (parameters.contains("charset=") && !parameters.contains("utf-8")) {
            throw NotACloudEvent.of(FailureCode.MEDIA_TYPE, "JSON events are UTF-8, got another charset", null);
        }
        return mode;
    }
}

package io.waxwing.stomp.frame;

import io.waxwing.bus.event.Payload;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One frame. Of a header that came more than once the first value counts (H4), so each name is there once.
 *
 * @param command what it is
 * @param headers in the order of the wire, neither escaped nor trimmed any more; read only
 * @param body of SEND, MESSAGE and ERROR; else empty
 */
public record Frame(Command command, Map<String, String> headers, Payload body) {
    public static final String DESTINATION = "destination";
    public static final String CONTENT_LENGTH = "content-length";
    public static final String CONTENT_TYPE = "content-type";
    public static final String RECEIPT = "receipt";
    public static final String RECEIPT_ID = "receipt-id";
    public static final String TRANSACTION = "transaction";
    public static final String SUBSCRIPTION = "subscription";
    public static final String MESSAGE_ID = "message-id";
    public static final String ACK = "ack";
    public static final String ID = "id";

    public Frame {
        headers = Collections.unmodifiableMap(headers);
    }

    public @Nullable String header(String name) {
        return headers.get(name);
    }

    /** A frame without a body. */
    public static Builder of(Command command) {
        return new Builder(command);
    }

    /** Collects headers; the first of a name stays. */
    public static final class Builder {
        private final Command command;
        private final Map<String, String> headers = new LinkedHashMap<>();

        private Builder(Command command) {
            this.command = command;
        }

        public Builder with(String name, String value) {
            headers.putIfAbsent(name, value);
            return this;
        }

        /** The header if there is a value. */
        public Builder withAny(String name, @Nullable String value) {
            return value == null ? this : with(name, value);
        }

        public Frame build() {
            return body(Payload.EMPTY);
        }

        public Frame body(Payload body) {
            return new Frame(command, headers, body);
        }
    }
}

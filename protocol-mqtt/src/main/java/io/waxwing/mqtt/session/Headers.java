package io.waxwing.mqtt.session;

/**
 * Transport headers in which an MQTT PUBLISH's own properties travel through the bus, so that MQTT 5 subscribers get
 * them back unaltered (requirement D-2). They are part of what the publisher committed to. Text is escaped by
 * {@link HeaderText} where it could hold control characters.
 */
final class Headers {
    /** Escaped text. */
    static final String RESPONSE_TOPIC = "mqtt.response-topic";
    /** Base64url without padding. */
    static final String CORRELATION_DATA = "mqtt.correlation-data";
    /** 0 or 1. */
    static final String PAYLOAD_FORMAT = "mqtt.payload-format";
    /** Seconds, 0 to 4294967295. */
    static final String MESSAGE_EXPIRY = "mqtt.message-expiry";
    /** Unix milliseconds from which {@link #MESSAGE_EXPIRY} counts; present with it. */
    static final String PUBLISHED_AT = "mqtt.published-at";
    /** Escaped text; only if it cannot be the {@code datacontenttype} attribute. */
    static final String CONTENT_TYPE = "mqtt.content-type";
    /** "1" if the publisher set RETAIN, for Retain As Published. */
    static final String RETAIN = "mqtt.retain";
    /**
     * All user properties in order: {@code name=value} joined by {@code &}, both escaped; a name without {@code =} has
     * its value in the CloudEvents attribute of that name.
     */
    static final String USER_PROPERTIES = "mqtt.user-properties";

    /** User property of PUBLISH: which acknowledgement its publisher wants, {@code durable} or {@code ordered}. */
    static final String WAIT = "wait";
    /** User property of CONNECT or SUBSCRIBE, value "1": add CloudEvents attributes and the eventId to deliveries. */
    static final String WANT_ATTRIBUTES = "wxw-attributes";
    /** User property we add to acks and deliveries. */
    static final String EVENT_ID = "wxweventid";

    private Headers() {}
}

package io.waxwing.mqtt.session;

import io.waxwing.bus.event.Attributes;
import io.waxwing.bus.event.Event;
import io.waxwing.bus.event.EventId;
import io.waxwing.mqtt.packet.Bytes;
import io.waxwing.mqtt.packet.PacketSize;
import io.waxwing.mqtt.packet.Properties;
import io.waxwing.mqtt.packet.Property;
import java.util.Base64;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The MQTT 5 properties of an event on its way out: the publisher's own unaltered (D-2), ours behind them. */
final class PublishMaker {
    /** No expiry. */
    static final long NEVER = -1;

    private static final long NOT_A_NUMBER = -1;

    private PublishMaker() {}

    /**
     * Whole seconds an event has left: its interval less the time waited; {@link #NEVER} if it does not expire, 0 if it
     * has.
     */
    static long secondsLeft(Event event, long wallMillis) {
        String interval = event.attributes().get(Headers.MESSAGE_EXPIRY);
        String from = event.attributes().get(Headers.PUBLISHED_AT);
        if (interval == null || from == null) {
            return NEVER;
        }
        long seconds = number(interval);
        long fromMillis = number(from);
        if (seconds == NOT_A_NUMBER || fromMillis == NOT_A_NUMBER) {
            return NEVER;
        }
        long waited = Math.max(0, wallMillis - fromMillis) / 1_000;
        return Math.max(0, seconds - waited);
    }

    /** Whether the event may only be sent at once: its publisher gave an interval of 0. */
    static boolean isMomentary(Event event) {
        return "0".equals(event.attributes().get(Headers.MESSAGE_EXPIRY));
    }

    /** All properties for a subscriber of MQTT 5. */
    static Properties properties(Event event, long secondsLeft, Sent as) {
        Properties.Builder properties = properties(event, secondsLeft, as.withAttributes());
        for (int identifier : as.identifiers()) {
            properties.add(Property.SUBSCRIPTION_IDENTIFIER, identifier);
        }
        return properties.build();
    }

    /** Properties for a subscriber of MQTT 5, subscription identifiers not included. */
    static Properties.Builder properties(Event event, long secondsLeft, boolean withAttributes) {
        Properties.Builder out = Properties.builder();
        Attributes attributes = event.attributes();
        String format = attributes.get(Headers.PAYLOAD_FORMAT);
        if (format != null && (format.equals("0") || format.equals("1"))) {
            out.add(Property.PAYLOAD_FORMAT_INDICATOR, number(format));
        }
        if (secondsLeft != NEVER) {
            out.add(Property.MESSAGE_EXPIRY_INTERVAL, secondsLeft);
        }
        contentType(attributes, out);
        String responseTopic = attributes.get(Headers.RESPONSE_TOPIC);
        if (responseTopic != null) {
            text(Property.RESPONSE_TOPIC, HeaderText.unescape(responseTopic), out);
        }
        String correlation = attributes.get(Headers.CORRELATION_DATA);
        Bytes data = correlation == null ? null : base64(correlation);
        if (data != null) {
            out.add(Property.CORRELATION_DATA, data);
        }
        Set<String> given = withAttributes ? new HashSet<>() : Set.of();
        publishers(attributes, out, withAttributes ? given : null);
        if (withAttributes) {
            ours(event, given, out);
        }
        return out;
    }

    /** The publisher's user properties in their order; names go to {@code given} if it is there. */
    private static void publishers(Attributes attributes, Properties.Builder out, @Nullable Set<String> given) {
        String text = attributes.get(Headers.USER_PROPERTIES);
        if (text == null) {
            return;
        }
        for (int start = 0; start <= text.length(); ) {
            int end = text.indexOf('&', start);
            end = end < 0 ? text.length() : end;
            int equals = text.indexOf('=', start);
            boolean inPlace = equals >= 0 && equals < end;
            String name = HeaderText.unescape(text.substring(start, inPlace ? equals : end));
            String value = inPlace ? HeaderText.unescape(text.substring(equals + 1, end)) : attributes.get(name);
            if (value != null && isText(name) && isText(value)) {
                out.user(name, value);
            }
            if (given != null) {
                given.add(name);
            }
            start = end + 1;
        }
    }

    private static void ours(Event event, Set<String> given, Properties.Builder out) {
        event.attributes().forEach((name, value) -> {
            boolean already = given.contains(name) || name.equals(Attributes.DATACONTENTTYPE);
            if (!already && Attributes.isCloudEvents(name) && isText(value)) {
                out.user(name, value);
            }
        });
        EventId eventId = event.eventId();
        if (eventId != null) {
            out.user(Headers.EVENT_ID, eventId.toString());
        }
    }

    private static void contentType(Attributes attributes, Properties.Builder out) {
        String attribute = attributes.get(Attributes.DATACONTENTTYPE);
        String escaped = attributes.get(Headers.CONTENT_TYPE);
        if (attribute != null) {
            text(Property.CONTENT_TYPE, attribute, out);
        } else if (escaped != null) {
            text(Property.CONTENT_TYPE, HeaderText.unescape(escaped), out);
        }
    }

    private static void text(Property property, String value, Properties.Builder out) {
        if (isText(value)) {
            out.add(property, value);
        }
    }

    /** What other protocols put into headers may not be legal in an MQTT string: too long, or with U+0000. */
    private static boolean isText(String value) {
        boolean fits =
                value.length() <= PacketSize.FIELD_MAX / 3 || PacketSize.utf8Length(value) <= PacketSize.FIELD_MAX;
        return fits && value.indexOf('\0') < 0;
    }

    private static @Nullable Bytes base64(String text) {
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(text);
            return bytes.length > PacketSize.FIELD_MAX ? null : Bytes.of(bytes);
        } catch (IllegalArgumentException notOurs) {
            return null; // Some other protocol's header of the same name.
        }
    }

    /** Headers may come from other protocols, so they need not be numbers. */
    private static long number(String text) {
        long value = 0;
        for (int i = 0; i < text.length(); i++) {
            int digit = Character.digit(text.charAt(i), 10);
            if (digit < 0 || value > (Long.MAX_VALUE - 9) / 10) {
                return NOT_A_NUMBER;
            }
            value = value * 10 + digit;
        }
        return value;
    }
}

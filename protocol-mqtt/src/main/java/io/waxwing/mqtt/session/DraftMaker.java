package io.waxwing.mqtt.session;

import io.waxwing.bus.event.Attributes;
import io.waxwing.bus.event.EventDraft;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.bus.topic.AckPolicy;
import io.waxwing.mqtt.packet.Bytes;
import io.waxwing.mqtt.packet.ConnectWill;
import io.waxwing.mqtt.packet.Properties;
import io.waxwing.mqtt.packet.Property;
import io.waxwing.mqtt.packet.Publish;
import io.waxwing.mqtt.packet.UserProperty;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes event drafts of what one client publishes. If user properties give {@code specversion}, {@code id},
 * {@code source} and {@code type}, the packet is that CloudEvent (MQTT binding, binary mode); else its payload is
 * wrapped in an event of type {@link Attributes#RAW_TYPE} whose source is the client and whose id is new.
 */
final class DraftMaker {
    private static final Set<String> NOT_ATTRIBUTES = Set.of(Headers.WAIT, "data", Attributes.DATACONTENTTYPE);

    private final String institution;
    private final String owner;
    private final String clientId;
    private final String nonce;
    // Made for the first event: most clients of a large node never publish.
    private @Nullable String source;
    private @Nullable String publisher;
    private Attributes.@Nullable Series plain;
    private long drafts;

    /** {@code nonce} makes the ids of wrapped events unique across connections and restarts. */
    DraftMaker(String institution, String clientId, String nonce) {
        this(institution, "", clientId, nonce);
    }

    /** {@code owner} is who the client has shown to be, empty for nobody. */
    DraftMaker(String institution, String owner, String clientId, String nonce) {
        this.institution = institution;
        this.owner = owner;
        this.clientId = clientId;
        this.nonce = nonce;
    }

    private String source() {
        String made = source;
        if (made == null) {
            String user = owner.isEmpty() ? "" : HeaderText.uriSegment(owner) + "/";
            made = "//" + institution + "/mqtt/" + user + HeaderText.uriSegment(clientId);
            source = made;
        }
        return made;
    }

    /** The name of the client's session, see {@link #publisherOf}. */
    String publisher() {
        String made = publisher;
        if (made == null) {
            made = publisherOf(owner, clientId);
            publisher = made;
        }
        return made;
    }

    /** The name of a client's session, as it stands in {@link io.waxwing.bus.event.Event#publisher()}. */
    static String publisherOf(String owner, String clientId) {
        return "mqtt/" + (owner.isEmpty() ? "" : owner + "/") + clientId;
    }

    /** @throws RefusedException WXW-1004 to 1006 if the attributes given are not those of a CloudEvent 1.0 */
    EventDraft draft(Publish packet, long nowNanos, long wallMillis) {
        Properties properties = packet.properties();
        boolean identified = !properties.isEmpty() && isCloudEvent(properties);
        if (properties.isEmpty() && !packet.retain()) {
            return draft(packet, plain().with(nextId()), false, null, nowNanos);
        }
        Attributes.Builder headers = new Attributes.Builder();
        if (!identified) {
            headers = wrap(headers, nextId());
        }
        if (packet.retain()) {
            headers.put(Headers.RETAIN, "1");
        }
        if (!properties.isEmpty()) {
            users(properties.userProperties(), identified, headers);
            own(properties, wallMillis, headers);
        }
        AckPolicy wanted = wanted(properties.userProperty(Headers.WAIT));
        return draft(packet, headers.build(), identified, wanted, nowNanos);
    }

    private EventDraft draft(
            Publish packet, Attributes headers, boolean identified, @Nullable AckPolicy wanted, long nowNanos) {
        return new EventDraft(
                packet.topic(),
                headers,
                packet.payload(),
                packet.qos(),
                packet.retain(),
                identified,
                wanted,
                publisher(),
                nowNanos);
    }

    private String nextId() {
        return nonce + "-" + Long.toString(++drafts, 36);
    }

    private Attributes.Series plain() {
        Attributes.Series made = plain;
        if (made == null) {
            made = new Attributes.Series(wrap(new Attributes.Builder(), "").build());
            plain = made;
        }
        return made;
    }

    private Attributes.Builder wrap(Attributes.Builder headers, String id) {
        return headers.put(Attributes.SPECVERSION, "1.0")
                .put(Attributes.ID, id)
                .put(Attributes.SOURCE, source())
                .put(Attributes.TYPE, Attributes.RAW_TYPE);
    }

    /** The will's event. @throws RefusedException as {@link #draft} */
    EventDraft will(ConnectWill will, long nowNanos, long wallMillis) {
        Publish packet =
                new Publish(false, will.qos(), will.retain(), will.topic(), 0, will.payload(), will.properties());
        EventDraft draft = draft(packet, nowNanos, wallMillis);
        // Its identity is its own, and says after a crash whether the will is published already.
        return new EventDraft(
                draft.topic(),
                draft.attributes(),
                draft.payload(),
                draft.qos(),
                draft.retain(),
                true,
                draft.ackWanted(),
                draft.publisher(),
                draft.receivedNanos());
    }

    private static boolean isCloudEvent(Properties properties) {
        String version = properties.userProperty(Attributes.SPECVERSION);
        String id = properties.userProperty(Attributes.ID);
        String source = properties.userProperty(Attributes.SOURCE);
        String type = properties.userProperty(Attributes.TYPE);
        if (version == null || id == null || source == null || type == null) {
            return false;
        }
        if (!version.equals("1.0")) {
            throw new RefusedException(FailureCode.CLOUDEVENT_VERSION, "want specversion 1.0");
        }
        if (id.isEmpty() || source.isEmpty() || type.isEmpty()) {
            throw new RefusedException(FailureCode.CLOUDEVENT, "id, source and type are not empty");
        }
        String time = properties.userProperty(Attributes.TIME);
        if (time != null) {
            checkTime(time);
        }
        return true;
    }

    private static void checkTime(String time) {
        try {
            OffsetDateTime.parse(time);
        } catch (DateTimeException notOne) {
            throw new RefusedException(FailureCode.CLOUDEVENT, "time is not an RFC 3339 timestamp");
        }
    }

    /** All user properties into one header; of a CloudEvent, its attributes besides, each under its own name. */
    private static void users(List<UserProperty> users, boolean identified, Attributes.Builder headers) {
        if (users.isEmpty()) {
            return;
        }
        Set<String> taken = new HashSet<>();
        StringBuilder text = new StringBuilder();
        for (UserProperty user : users) {
            text.append(text.isEmpty() ? "" : "&").append(HeaderText.escape(user.name()));
            if (identified && isAttribute(user) && taken.add(user.name())) {
                headers.put(user.name(), user.value());
            } else {
                text.append('=').append(HeaderText.escape(user.value()));
            }
        }
        headers.put(Headers.USER_PROPERTIES, text.toString());
    }

    private static boolean isAttribute(UserProperty user) {
        String name = user.name();
        boolean required = name.equals(Attributes.ID) || name.equals(Attributes.SOURCE) || name.equals(Attributes.TYPE);
        return required // An illegal value of these is refused by put, not passed over.
                || (Attributes.isLegalName(name)
                        && Attributes.isCloudEvents(name)
                        && !NOT_ATTRIBUTES.contains(name)
                        && Attributes.isLegalValue(user.value()));
    }

    private static void own(Properties properties, long wallMillis, Attributes.Builder headers) {
        String contentType = properties.text(Property.CONTENT_TYPE);
        if (contentType != null) {
            boolean attribute = !contentType.isEmpty() && Attributes.isLegalValue(contentType);
            headers.put(
                    attribute ? Attributes.DATACONTENTTYPE : Headers.CONTENT_TYPE,
                    attribute ? contentType : HeaderText.escape(contentType));
        }
        String responseTopic = properties.text(Property.RESPONSE_TOPIC);
        if (responseTopic != null) {
            headers.put(Headers.RESPONSE_TOPIC, HeaderText.escape(responseTopic));
        }
        Bytes correlation = properties.binary(Property.CORRELATION_DATA);
        if (correlation != null) {
            headers.put(
                    Headers.CORRELATION_DATA,
                    Base64.getUrlEncoder().withoutPadding().encodeToString(correlation.array()));
        }
        if (properties.has(Property.PAYLOAD_FORMAT_INDICATOR)) {
            headers.put(Headers.PAYLOAD_FORMAT, Long.toString(properties.number(Property.PAYLOAD_FORMAT_INDICATOR, 0)));
        }
        if (properties.has(Property.MESSAGE_EXPIRY_INTERVAL)) {
            headers.put(Headers.MESSAGE_EXPIRY, Long.toString(properties.number(Property.MESSAGE_EXPIRY_INTERVAL, 0)));
            headers.put(Headers.PUBLISHED_AT, Long.toString(wallMillis));
        }
    }

    /** Other values than ours are some application's own business. */
    private static @Nullable AckPolicy wanted(@Nullable String wait) {
        if (wait == null) {
            return null;
        }
        return switch (wait) {
            case "durable" -> AckPolicy.DURABLE;
            case "ordered" -> AckPolicy.ORDERED;
            default -> null;
        };
    }
}

package io.waxwing.stomp.session;

import io.waxwing.bus.event.Attributes;
import io.waxwing.bus.event.EventDraft;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.Refusal;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.bus.topic.AckPolicy;
import io.waxwing.bus.topic.Topic;
import io.waxwing.stomp.frame.Frame;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes events of SEND frames. With headers {@code ce_<attribute>} a frame is that CloudEvent; without, its body is
 * wrapped in an event of type {@link Attributes#RAW_TYPE} whose id is its {@code message-id}, or new.
 */
final class DraftMaker {
    /** Before an attribute's name. */
    static final String PREFIX = "ce_";
    /** Which acknowledgement is wanted: {@code durable} or {@code ordered}. */
    static final String WAIT = "wait";
    /** Unix milliseconds after which nobody wants it. */
    static final String EXPIRES = "expires";

    static final String EXPIRY_TIME = "expirytime";

    /** Of the request, or said by the server to subscribers: never passed on from a publisher (H8). */
    static final Set<String> NOT_PASSED_ON = Set.of(
            Frame.DESTINATION,
            Frame.CONTENT_LENGTH,
            Frame.CONTENT_TYPE,
            Frame.RECEIPT,
            Frame.TRANSACTION,
            Frame.SUBSCRIPTION,
            Frame.MESSAGE_ID,
            Frame.ACK,
            "login",
            "passcode",
            WAIT,
            MessageMaker.EVENT_ID,
            MessageMaker.REDELIVERED,
            StartWords.HEADER);

    private static final Set<String> CORE = Set.of(
            Attributes.SPECVERSION,
            Attributes.ID,
            Attributes.SOURCE,
            Attributes.TYPE,
            Attributes.TIME,
            Attributes.SUBJECT,
            Attributes.DATACONTENTTYPE,
            "dataschema",
            "data",
            EXPIRY_TIME);

    private static final int EXTENSION_CHARS = 20;

    private final String source;
    private final String publisher;
    private final String idPrefix;
    private long drafts;

    /**
     * One for each connection.
     *
     * @param name of whoever was let in, or as the client calls itself, unproven; may be empty
     * @param nonce makes ids unique across connections and restarts
     */
    DraftMaker(String institution, String name, String nonce) {
        this.source = "//" + institution + "/stomp" + (name.isEmpty() ? "" : "/" + segment(name));
        this.publisher = "stomp/" + nonce;
        this.idPrefix = nonce + "-";
    }

    /**
     * The event of a frame.
     *
     * @param ifNotSaid which acknowledgement is wanted if the frame does not say; null: the topic's policy decides
     * @throws RefusedException with the reason, for anything its publisher can mend
     */
    EventDraft draft(Frame send, @Nullable AckPolicy ifNotSaid, long nowNanos) {
        String topic = Destination.of(send.header(Frame.DESTINATION)).name();
        Refusal refusal = Topic.check(topic);
        if (refusal != null) {
            throw refusal.asException();
        }
        Attributes.Builder attributes = new Attributes.Builder();
        boolean event = send.headers().keySet().stream().anyMatch(name -> name.startsWith(PREFIX));
        boolean identified = event || send.header(Frame.MESSAGE_ID) != null;
        if (event) {
            given(send, attributes);
        } else {
            wrapped(send, attributes);
        }
        UserHeaders users = new UserHeaders();
        contentType(send, attributes, users);
        expiry(send, attributes);
        own(send, attributes, users);
        if (!users.isEmpty()) {
            attributes.put(UserHeaders.NAME, users.toString());
        }
        AckPolicy said = wanted(send);
        return new EventDraft(
                topic,
                attributes.build(),
                send.body(),
                1,
                false,
                identified,
                said == null ? ifNotSaid : said,
                publisher,
                nowNanos);
    }

    /** What the frame's {@code wait} asks for. */
    static @Nullable AckPolicy wanted(Frame frame) {
        String wait = frame.header(WAIT);
        if (wait == null) {
            return null;
        }
        return switch (wait) {
            case "durable" -> AckPolicy.DURABLE;
            case "ordered" -> AckPolicy.ORDERED;
            default -> throw new RefusedException(FailureCode.PARAMETER, "wait: want durable or ordered");
        };
    }

    private static void given(Frame send, Attributes.Builder attributes) {
        for (Map.Entry<String, String> header : send.headers().entrySet()) {
            if (header.getKey().startsWith(PREFIX)) {
                attribute(header.getKey().substring(PREFIX.length()), header.getValue(), attributes);
            }
        }
        for (String name : new String[] {Attributes.SPECVERSION, Attributes.ID, Attributes.SOURCE, Attributes.TYPE}) {
            if (!attributes.has(name)) {
                throw new RefusedException(FailureCode.CLOUDEVENT, "header " + PREFIX + name + " is missing");
            }
        }
    }

    private static void attribute(String name, String value, Attributes.Builder attributes) {
        if (name.startsWith("wxw")) {
            throw new RefusedException(FailureCode.ATTRIBUTE, "names that begin with wxw are added by the bus");
        }
        if (!Attributes.isCloudEvents(name) || name.equals("data") || name.equals(Attributes.DATACONTENTTYPE)) {
            throw new RefusedException(
                    FailureCode.CLOUDEVENT,
                    "a header that begins with " + PREFIX
                            + " names no attribute (datacontenttype is the header content-type)");
        }
        if (name.equals(Attributes.SPECVERSION) && !value.equals("1.0")) {
            throw new RefusedException(FailureCode.CLOUDEVENT_VERSION, "want specversion 1.0");
        }
        if (value.isEmpty() && CORE.contains(name)) {
            throw new RefusedException(FailureCode.CLOUDEVENT, "header " + PREFIX + name + " is empty");
        }
        if (name.equals(Attributes.TIME) || name.equals(EXPIRY_TIME)) {
            checkTime(name, value);
        }
        attributes.put(name, value);
    }

    private static void checkTime(String name, String value) {
        try {
            OffsetDateTime.parse(value);
        } catch (DateTimeException notOne) {
            throw new RefusedException(
                    FailureCode.CLOUDEVENT, "header " + PREFIX + name + " is not an RFC 3339 timestamp");
        }
    }

    private void wrapped(Frame send, Attributes.Builder attributes) {
        String messageId = send.header(Frame.MESSAGE_ID);
        if (messageId != null && messageId.isEmpty()) {
            throw new RefusedException(FailureCode.PARAMETER, "header message-id is empty");
        }
        attributes
                .put(Attributes.SPECVERSION, "1.0")
                .put(Attributes.ID, messageId == null ? idPrefix + Long.toString(++drafts, 36) : messageId)
                .put(Attributes.SOURCE, source)
                .put(Attributes.TYPE, Attributes.RAW_TYPE);
    }

    private static void contentType(Frame send, Attributes.Builder attributes, UserHeaders users) {
        String type = send.header(Frame.CONTENT_TYPE);
        if (type == null) {
            return;
        }
        if (!type.isEmpty() && Attributes.isLegalValue(type)) {
            attributes.put(Attributes.DATACONTENTTYPE, type);
        } else {
            users.add(Frame.CONTENT_TYPE, type);
        }
    }

    private static void expiry(Frame send, Attributes.Builder attributes) {
        String expires = send.header(EXPIRES);
        if (expires == null || attributes.has(EXPIRY_TIME)) {
            return;
        }
        try {
            long millis = Long.parseLong(expires);
            if (millis > 0) { // Clients write 0 for never.
                attributes.put(EXPIRY_TIME, Instant.ofEpochMilli(millis).toString());
            }
        } catch (NumberFormatException | DateTimeException notOne) {
            throw new RefusedException(FailureCode.PARAMETER, "expires: want Unix milliseconds");
        }
    }

    private static void own(Frame send, Attributes.Builder attributes, UserHeaders users) {
        send.headers().forEach((name, value) -> {
            if (NOT_PASSED_ON.contains(name) || name.startsWith(PREFIX)) {
                return;
            }
            boolean extension = isExtension(name) && !attributes.has(name) && Attributes.isLegalValue(value);
            if (extension) {
                attributes.put(name, value);
            }
            users.add(name, extension ? null : value);
        });
    }

    /** Letters and digits, and nothing that means something already. */
    private static boolean isExtension(String name) {
        return name.length() <= EXTENSION_CHARS
                && Attributes.isLegalName(name)
                && Attributes.isCloudEvents(name)
                && !CORE.contains(name)
                && !name.startsWith("wxw");
    }

    /** What a URI's path segment may hold, all else as a dash: a name for people, not an identity. */
    private static String segment(String login) {
        String plain = login.replaceAll("[^A-Za-z0-9._~-]", "-");
        return plain.length() > Attributes.MAX_NAME_CHARS ? plain.substring(0, Attributes.MAX_NAME_CHARS) : plain;
    }
}

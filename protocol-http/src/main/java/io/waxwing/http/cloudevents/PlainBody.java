package io.waxwing.http.cloudevents;

import io.waxwing.bus.event.Attributes;
import io.waxwing.bus.event.Payload;
import org.jspecify.annotations.Nullable;

/** A body that is no CloudEvent becomes one: {@code curl -d hello …/events} publishes. */
public final class PlainBody {
    /** What curl says about any {@code -d}; it would be a false statement about the data. */
    private static final String CURL_DEFAULT = "application/x-www-form-urlencoded";

    private PlainBody() {}

    /**
     * Wraps a body; its source is the institution's HTTP port and, if it is known, who publishes: so one user's
     * Idempotency-Key is never another's.
     *
     * @param user empty if nobody is asked who he is
     * @param id the Idempotency-Key or a generated one
     * @throws NotACloudEvent WXW-1005 if the Content-Type is no media type, WXW-1004 if the id has control characters
     */
    public static CloudEvent wrap(
            String institution, String user, String id, @Nullable String contentType, byte[] body) {
        AttributeRules attributes = new AttributeRules();
        attributes.put(Attributes.SPECVERSION, AttributeRules.VERSION, null);
        attributes.put(Attributes.ID, id, null);
        attributes.put(Attributes.SOURCE, "//" + institution + "/http" + (user.isEmpty() ? "" : "/" + user), null);
        attributes.put(Attributes.TYPE, Attributes.RAW_TYPE, null);
        if (contentType != null && !AttributeRules.essence(contentType).equals(CURL_DEFAULT)) {
            attributes.put(Attributes.DATACONTENTTYPE, contentType, null);
        }
        return new CloudEvent(attributes.complete(null), Payload.of(body));
    }
}

package io.waxwing.broker.processing;

import com.fasterxml.jackson.databind.JsonNode;
import io.waxwing.broker.jdbc.Row;
import io.waxwing.bus.event.Attributes;
import io.waxwing.bus.event.Event;
import io.waxwing.bus.event.EventDraft;
import io.waxwing.bus.event.Payload;
import io.waxwing.bus.topic.AckPolicy;
import io.waxwing.bus.topic.DeliveryClass;
import io.waxwing.http.exchange.JsonBody;
import io.waxwing.ledger.hash.Hmac;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Makes the event of an event. Its identity follows from the rule and the source event alone, so that a second try is a
 * duplicate of the first one. Pure.
 *
 * @param rule what is wanted
 * @param id of the rule, without its owner
 * @param source CloudEvents source of what the rule makes
 * @param secret of the rule: nobody else can tell an identity before it is there, and so take it away
 * @param maxBytes of data that are projected
 */
record Derivation(Rule rule, String id, String source, String secret, int maxBytes) {
    /** How many rules an event has gone through. */
    static final String HOPS = "wxwhops";
    /** The rule that made an event. */
    static final String RULE = "wxwrule";
    /** The eventId of the event that an event was made of. */
    static final String CAUSE = "wxwcause";
    /** Why an event is a dead letter. */
    static final String ERROR = "wxwerror";

    private static final int ERROR_CHARS_MAX = 512;
    private static final int IDENTITY_CHARS = 32;
    private static final String HOPS_TEXT = "[0-9]{1,6}";
    private static final String JSON_TYPE = "application/json";
    /** What is said of the source event and not of what is made of it. */
    private static final Set<String> ITS_OWN = Set.of("dssematerial");

    /** Rules that an event has gone through; very many if it says something else than a number. */
    static int hops(Event event) {
        String text = event.attributes().get(HOPS);
        return text == null ? 0 : text.matches(HOPS_TEXT) ? Integer.parseInt(text) : Integer.MAX_VALUE;
    }

    /** Throws {@link ProjectionException} if the projection does not fit the event. */
    EventDraft draft(Event of, String topic) throws ProjectionException {
        Template project = rule.project();
        Attributes.Builder made = attributes(of, "", project == null);
        if (rule.type() != null) {
            made.put(Attributes.TYPE, rule.type());
        }
        made.put(HOPS, Integer.toString(hops(of) + 1));
        if (project == null) {
            return draft(topic, made, of.payload());
        }
        made.put(Attributes.DATACONTENTTYPE, JSON_TYPE);
        byte[] data = project.fill(new SourceEvent(of, rule.bindings()), maxBytes);
        return draft(topic, made, Payload.of(data));
    }

    /** What goes into the columns of a table, of at most {@code maxBytes} as JSON. */
    Row row(Event of, Rule.TableTarget target) throws ProjectionException {
        byte[] filled = target.values().fill(new SourceEvent(of, rule.bindings()), maxBytes);
        List<JsonNode> values = new ArrayList<>();
        JsonBody.of(filled, Set.copyOf(target.table().columns()))
                .root()
                .elements()
                .forEachRemaining(values::add);
        return new Row(identity("", of), values);
    }

    /** The source event for the topic of dead letters, with the reason. */
    EventDraft deadLetter(Event of, String topic, String why) {
        String shown = why.replaceAll("[\\p{Cntrl}\\p{Cs}]", "?");
        Attributes.Builder made = attributes(of, "dead-", true)
                .put(ERROR, shown.length() > ERROR_CHARS_MAX ? shown.substring(0, ERROR_CHARS_MAX) : shown)
                // Nothing that comes of it may be taken for a fresh event.
                .put(HOPS, Integer.toString(Math.min(hops(of), 999_998) + 1));
        return draft(topic, made, of.payload());
    }

    /** The same as an event that is never kept here: for who posts it. */
    static Event unkept(EventDraft draft) {
        return new Event(draft.topic(), draft.attributes(), draft.payload(), 1, DeliveryClass.LOCAL, null, 0, 0, "");
    }

    private static EventDraft draft(String topic, Attributes.Builder attributes, Payload data) {
        return new EventDraft(
                topic, attributes.build(), data, 1, false, true, AckPolicy.DURABLE, "", System.nanoTime());
    }

    /** {@code all}: of the source event everything that is true of a copy too. */
    private Attributes.Builder attributes(Event of, String kind, boolean all) {
        Attributes.Builder made = new Attributes.Builder();
        of.attributes().forEach((name, value) -> {
            boolean kept = all
                    ? Attributes.isCloudEvents(name) && !ITS_OWN.contains(name)
                    : name.equals("partitionkey") || name.equals(Attributes.SUBJECT);
            if (kept || name.equals(Attributes.TIME) || name.equals(Attributes.TYPE)) {
                made.put(name, value);
            }
        });
        if (!made.has(Attributes.TYPE)) {
            made.put(Attributes.TYPE, Attributes.RAW_TYPE);
        }
        if (isNamed(of)) {
            made.put(CAUSE, String.valueOf(of.eventId()));
        }
        return made.put(Attributes.SPECVERSION, "1.0")
                .put(Attributes.SOURCE, source)
                .put(Attributes.ID, kind + identity(kind, of))
                .put(RULE, id);
    }

    /**
     * Another one for each event and kind, the same for every try, and known to nobody before: whoever reads a dead
     * letter does not learn what the event will be called when the rule is mended.
     */
    private String identity(String kind, Event of) {
        return Hmac.sha256(secret.getBytes(StandardCharsets.UTF_8), (kind + place(of)).getBytes(StandardCharsets.UTF_8))
                .hex()
                .substring(0, IDENTITY_CHARS);
    }

    /**
     * An event of class {@code sealed} gets its eventId late and one of class {@code local} none: they are told by
     * their place on this node, and by who they say they are, since places mean nothing elsewhere.
     */
    private static String place(Event of) {
        return isNamed(of)
                ? String.valueOf(of.eventId())
                : of.position() + "\n" + of.topic() + "\n" + of.attributes().get(Attributes.SOURCE) + "\n"
                        + of.attributes().get(Attributes.ID);
    }

    private static boolean isNamed(Event of) {
        return of.eventId() != null && of.deliveryClass() == DeliveryClass.ORDERED;
    }
}

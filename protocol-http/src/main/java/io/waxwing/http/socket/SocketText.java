package io.waxwing.http.socket;

import io.waxwing.bus.delivery.Acknowledgement;
import io.waxwing.bus.delivery.Missed;
import io.waxwing.http.cloudevents.CloudEvent;
import io.waxwing.http.exchange.JsonText;
import io.waxwing.http.exchange.Problem;
import io.waxwing.http.stream.MissedText;
import org.jspecify.annotations.Nullable;

/** The node's answers to what a client published, as CloudEvents. */
final class SocketText {
    private final String institution;

    SocketText(String institution) {
        this.institution = institution;
    }

    /** Type {@code io.waxwing.published.v1}; its data are the members of a REST answer. */
    String published(long number, String topic, CloudEvent event, Acknowledgement reached) {
        JsonText json = begin(Long.toString(number), "io.waxwing.published.v1")
                .member("status", reached.reached().word())
                .member("topic", topic)
                .member("source", event.source())
                .member("id", event.id());
        if (reached.eventId() != null) {
            json.member("eventId", reached.eventId().toString());
        }
        if (reached.duplicate()) {
            json.member("duplicate", true);
        }
        return json.close().close().toString();
    }

    /** Type {@code io.waxwing.refused.v1}; its data are a problem, with the event's source and id if they are known. */
    String refused(long number, Problem problem, @Nullable CloudEvent event) {
        JsonText json = begin(Long.toString(number), "io.waxwing.refused.v1");
        problem.writeMembers(json, null);
        if (event != null) {
            json.member("source", event.source()).member("id", event.id());
        }
        return json.close().close().toString();
    }

    /** Type {@code io.waxwing.missed.v1}: events that the client would have got, and that are not kept any more. */
    String missed(long number, Missed missed) {
        JsonText json = begin("missed-" + number, "io.waxwing.missed.v1");
        MissedText.members(json, missed);
        return json.close().close().toString();
    }

    /** The id of an answer is the place of the message among those of the connection: 1, 2, 3. */
    private JsonText begin(String id, String type) {
        return new JsonText()
                .open()
                .member("specversion", "1.0")
                .member("id", id)
                .member("source", "//" + institution + "/socket")
                .member("type", type)
                .member("datacontenttype", "application/json")
                .name("data")
                .open();
    }
}

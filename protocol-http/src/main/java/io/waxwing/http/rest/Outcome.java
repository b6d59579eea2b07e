package io.waxwing.http.rest;

import io.waxwing.bus.delivery.Acknowledgement;
import io.waxwing.bus.event.EventId;
import io.waxwing.http.cloudevents.CloudEvent;
import io.waxwing.http.exchange.JsonText;
import io.waxwing.http.exchange.Problem;
import io.waxwing.http.exchange.RawPath;
import org.jspecify.annotations.Nullable;

/**
 * What became of one published event: an acknowledgement, a problem, or neither yet.
 *
 * @param event null if the request did not even hold one
 */
record Outcome(
        String topic,
        @Nullable CloudEvent event,
        @Nullable Acknowledgement acknowledgement,
        @Nullable Problem problem) {
    /** Nothing is known yet. */
    static Outcome unanswered(String topic) {
        return new Outcome(topic, null, null, null);
    }

    boolean isAnswered() {
        return acknowledgement != null || problem != null;
    }

    static Outcome failed(String topic, Problem problem) {
        return new Outcome(topic, null, null, problem);
    }

    static Outcome acknowledged(String topic, CloudEvent event, Acknowledgement acknowledgement) {
        return new Outcome(topic, event, acknowledgement, null);
    }

    /** 201 ordered, 200 seen before, 202 durable or accepted; else the problem's. */
    int status() {
        if (acknowledgement == null) {
            return problem == null ? 500 : problem.status();
        }
        if (acknowledgement.duplicate()) {
            return 200;
        }
        return acknowledgement.eventId() == null ? 202 : 201;
    }

    /** Where the event is or will be found; null if it was not taken. */
    @Nullable String location() {
        if (acknowledgement == null || event == null) {
            return null;
        }
        EventId eventId = acknowledgement.eventId();
        return eventId == null
                ? "/v1/events?source=" + RawPath.encode(event.source()) + "&id=" + RawPath.encode(event.id())
                : "/v1/events/" + eventId;
    }

    /** The members of the answer; numbers that may pass 2^53 are decimal strings. */
    void writeMembers(JsonText json) {
        if (problem != null) {
            problem.writeMembers(json, null);
        }
        if (acknowledgement == null || event == null) {
            return;
        }
        EventId eventId = acknowledgement.eventId();
        json.member("status", eventId == null ? acknowledgement.reached().word() : "ordered");
        if (eventId != null) {
            json.member("eventId", eventId.toString())
                    .member("topic", topic)
                    .member("topicSeq", Long.toString(eventId.topicSeq()))
                    .member("height", Long.toString(eventId.height()));
        }
        json.member("source", event.source()).member("id", event.id());
        if (eventId != null) {
            json.member("receipt", "/v1/events/" + eventId + "/receipt");
        }
        if (acknowledgement.duplicate()) {
            json.member("duplicate", true);
        }
    }
}

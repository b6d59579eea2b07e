package io.waxwing.broker.schedule;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.waxwing.broker.access.Owned;
import io.waxwing.bus.event.Attributes;
import io.waxwing.bus.event.EventDraft;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.bus.topic.AckPolicy;
import io.waxwing.http.exchange.ProblemException;
import io.waxwing.http.exchange.RawPath;
import io.waxwing.ledger.hash.Hmac;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/**
 * One schedule with how far it got. Belongs to the thread of schedules.
 *
 * @param secret the identity of its events is made with it: nobody else can take one away before it is there
 */
record Entry(String name, String owner, String secret, long createdMs, Schedule schedule, Progress progress)
        implements Owned.Thing {
    /** The schedule that published an event. */
    static final String SCHEDULE = "wxwschedule";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int IDENTITY_CHARS = 32;

    Entry with(Schedule now, Progress then) {
        return new Entry(name, owner, secret, createdMs, now, then);
    }

    Entry with(Progress then) {
        return with(schedule, then);
    }

    /** What is under way: the same event for every try. */
    EventDraft draft(String institution) {
        String planned = Instant.ofEpochMilli(progress.underWay()).toString();
        String owned = owner.isEmpty() ? name : RawPath.encode(owner) + "/" + name;
        Attributes.Builder made = new Attributes.Builder();
        schedule.attributes().forEach(made::put);
        String id = Hmac.sha256(secret.getBytes(StandardCharsets.UTF_8), planned.getBytes(StandardCharsets.UTF_8))
                .hex()
                .substring(0, IDENTITY_CHARS);
        made.put(Attributes.ID, id)
                .put(Attributes.SOURCE, "//" + institution + "/schedules/" + owned)
                .put(Attributes.TIME, planned)
                .put(SCHEDULE, name);
        return new EventDraft(
                schedule.topic(),
                made.build(),
                schedule.data(),
                1,
                false,
                true,
                AckPolicy.DURABLE,
                "",
                System.nanoTime());
    }

    byte[] key() {
        return (owner + "\n" + name).getBytes(StandardCharsets.UTF_8);
    }

    byte[] bytes() {
        ObjectNode json = JSON.createObjectNode()
                .put("name", name)
                .put("owner", owner)
                .put("secret", secret)
                .put("created", createdMs)
                // As a text: numbers in it stay as they were written.
                .put("schedule", schedule.json().toString());
        progress.write(json.putObject("progress"));
        return json.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** Throws {@link RefusedException} WXW-2104. */
    static Entry of(byte[] bytes) {
        try {
            JsonNode json = JSON.readTree(bytes);
            return new Entry(
                    json.path("name").asText(),
                    json.path("owner").asText(),
                    json.path("secret").asText(),
                    json.path("created").asLong(),
                    ScheduleReading.schedule(json.path("schedule").asText().getBytes(StandardCharsets.UTF_8)),
                    Progress.of(json.path("progress")));
        } catch (IOException | ProblemException damaged) {
            throw new RefusedException(FailureCode.DATA_DAMAGED, "a schedule's row cannot be read");
        }
    }
}

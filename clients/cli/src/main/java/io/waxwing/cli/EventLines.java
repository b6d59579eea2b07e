package io.waxwing.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.waxwing.bus.event.EventId;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** One line per delivered event, and the count at the end. */
final class EventLines {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HH:mm:ss.S", Locale.ROOT).withZone(ZoneId.systemDefault());

    private final Screen screen;
    private final OutputFormat format;
    private final @Nullable LiveVerifier verifier;
    private final Map<String, Long> lastTopicSeqs = new HashMap<>();
    private final AtomicBoolean summed = new AtomicBoolean();
    private volatile int received;
    private volatile int verified;
    private volatile int pending;
    private volatile int failed;
    private volatile long gaps;

    EventLines(Screen screen, OutputFormat format, @Nullable LiveVerifier verifier) {
        this.screen = screen;
        this.format = format;
        this.verifier = verifier;
    }

    int received() {
        return received;
    }

    int failed() {
        return failed;
    }

    void note(String text) {
        screen.line("# " + text);
    }

    /** Only the command's own thread calls this; the shutdown hook reads the counts. */
    @SuppressWarnings("NonAtomicVolatileUpdate")
    void show(ReceivedEvent event) {
        received++;
        countGaps(event);
        LiveVerifier.Verdict verdict = verifier == null ? null : verifier.judge(event);
        if (verdict != null) {
            switch (verdict.state()) {
                case VERIFIED -> verified++;
                case PENDING -> pending++;
                case FAILED -> failed++;
            }
        }
        if (format == OutputFormat.JSON) {
            json(event, verdict);
        } else {
            table(event, verdict);
        }
    }

    /** Events that are ordered and not there, or void. */
    void gap(String data) {
        ReceivedGap gap = new ReceivedGap(data);
        if (!gap.topic().isEmpty()) {
            // What stands there is not missing: it was said.
            lastTopicSeqs.merge(gap.topic(), gap.lastTopicSeq(), Math::max);
        }
        if (format == OutputFormat.JSON) {
            screen.line("{\"state\":\"gap\",\"gap\":" + data + "}");
            return;
        }
        screen.line(screen.bad(gap.line()));
    }

    /** Events whose content is not kept any more; they count as gaps. */
    void missed(String data) {
        if (format == OutputFormat.JSON) {
            screen.line("{\"state\":\"missed\",\"missed\":" + data + "}");
            return;
        }
        JsonNode run = ReceivedGap.parse(data);
        screen.line(screen.bad("MISSED  " + run.path("topic").asText() + "  "
                + run.path("count").asLong() + " events are not kept any more"));
    }

    private void json(ReceivedEvent event, LiveVerifier.@Nullable Verdict verdict) {
        ObjectNode line = Api.JSON.createObjectNode();
        if (verdict != null) {
            line.put("state", verdict.state().name().toLowerCase(Locale.ROOT));
            if (!verdict.why().isEmpty()) {
                line.put("why", verdict.why());
            }
        }
        line.set("event", event.json());
        screen.line(line.toString());
    }

    private void table(ReceivedEvent event, LiveVerifier.@Nullable Verdict verdict) {
        long timeMs =
                verdict == null || verdict.orderTimeMs() == 0 ? System.currentTimeMillis() : verdict.orderTimeMs();
        String place = "";
        if (!event.eventId().isEmpty()) {
            EventId id = EventId.parse(event.eventId());
            place = "  #" + id.topicSeq() + "@" + id.height();
        }
        String line = TIME.format(Instant.ofEpochMilli(timeMs)) + " " + mark(event, verdict) + "  " + event.topic()
                + "  " + event.type() + "  " + event.summary() + place;
        screen.line(verdict != null && !verdict.why().isEmpty() ? line + "  " + screen.bad(verdict.why()) : line);
    }

    private String mark(ReceivedEvent event, LiveVerifier.@Nullable Verdict verdict) {
        if (verdict == null) {
            return event.eventId().isEmpty() ? "delivered" : "ordered  ";
        }
        boolean unicode = screen.unicode();
        return switch (verdict.state()) {
            case VERIFIED -> screen.good(unicode ? "✔ ordered" : "OK   ordered");
            case PENDING -> screen.pending(unicode ? "… pending" : "PEND pending");
            case FAILED -> screen.bad(unicode ? "✘ FAILED " : "FAIL FAILED");
        };
    }

    /** Within one stream a topic's numbers rise by one; what is missing was not delivered. */
    @SuppressWarnings("NonAtomicVolatileUpdate")
    private void countGaps(ReceivedEvent event) {
        if (event.eventId().isEmpty() || event.isLate()) {
            return;
        }
        long topicSeq = EventId.parse(event.eventId()).topicSeq();
        Long before = lastTopicSeqs.put(event.topic(), topicSeq);
        if (before != null && topicSeq > before + 1) {
            gaps += topicSeq - before - 1;
        }
    }

    /** The count, once. */
    void summary() {
        if (!summed.compareAndSet(false, true) || format == OutputFormat.JSON) {
            return;
        }
        String proved =
                verifier == null ? "" : ", verified " + verified + ", pending " + pending + ", failed " + failed;
        screen.line("received " + received + proved + ", gaps " + gaps);
    }
}

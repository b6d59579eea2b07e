package io.waxwing.http.pull;

import io.waxwing.bus.event.Event;
import io.waxwing.bus.pull.PullCursor.DeadLetter;
import io.waxwing.bus.pull.PullTerms;
import io.waxwing.http.cloudevents.EventWriting;
import io.waxwing.http.exchange.JsonText;
import io.waxwing.http.pull.Subscriptions.Dead;
import io.waxwing.http.pull.Subscriptions.Leased;
import io.waxwing.http.pull.Subscriptions.Settled;
import io.waxwing.http.pull.Subscriptions.Shown;
import io.waxwing.http.stream.CursorSeal;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Writes the answers of {@code /v1/subscriptions}. */
final class SubscriptionWriting {
    private final CursorSeal seal;

    SubscriptionWriting(CursorSeal seal) {
        this.seal = seal;
    }

    /** How many events have not been looked at. */
    record Lag(int events, boolean isAtLeast) {}

    String all(List<Shown> all) {
        JsonText json = new JsonText().open().name("subscriptions").openArray();
        all.forEach(each -> write(json.element(), each, null));
        return json.closeArray().close().toString();
    }

    String one(Shown shown, @Nullable Lag lag) {
        JsonText json = new JsonText();
        write(json, shown, lag);
        return json.toString();
    }

    private void write(JsonText json, Shown shown, @Nullable Lag lag) {
        PullTerms terms = shown.terms();
        json.open().member("name", shown.name()).member("filter", shown.filter().toString());
        if (shown.sql() != null) {
            json.member("sql", shown.sql().toString());
        }
        if (!shown.owner().isEmpty()) {
            json.member("owner", shown.owner());
        }
        json.member("ackWaitMs", terms.ackWaitMs())
                .member("maxDeliver", terms.maxDeliver())
                .name("backoffMs")
                .openArray();
        terms.backoffMs().forEach(step -> json.element().raw(Long.toString(step)));
        json.closeArray()
                .member("maxAckPending", terms.maxAckPending())
                .member("paused", shown.paused())
                .member("created", Instant.ofEpochMilli(shown.createdMs()).toString())
                .member("cursor", seal.seal(shown.next() - 1))
                .member("leased", shown.leased())
                .member("waiting", shown.waiting())
                .member("deadLetters", shown.deadLetters())
                .member("missed", shown.missed());
        if (lag != null) {
            json.member("lag", lag.events()).member("lagIsAtLeast", lag.isAtLeast());
        }
        json.close();
    }

    static String leased(List<Leased> events) {
        JsonText json = new JsonText().openArray();
        for (Leased each : events) {
            json.element()
                    .open()
                    .member("lockToken", each.lease().token())
                    .member("deliveryCount", each.lease().deliveries())
                    .member(
                            "lockedUntil",
                            Instant.ofEpochMilli(each.lease().untilMs()).toString())
                    .name("event")
                    .raw(EventWriting.structured(each.event(), each.lease().deliveries() > 1))
                    .close();
        }
        return json.closeArray().toString();
    }

    static String settled(Settled settled) {
        JsonText json = new JsonText()
                .open()
                .member("settled", settled.settled())
                .name("gone")
                .openArray();
        settled.gone().forEach(json::text);
        return json.closeArray().close().toString();
    }

    /** {@code next}: where the next page begins, null for the last one. */
    String deadLetters(List<Dead> letters, boolean more) {
        JsonText json = new JsonText().open().name("deadLetters").openArray();
        for (Dead each : letters) {
            DeadLetter letter = each.letter();
            json.element()
                    .open()
                    .member("reason", letter.reason().name().toLowerCase(Locale.ROOT))
                    .member("deliveryCount", letter.deliveries())
                    .member("since", Instant.ofEpochMilli(letter.sinceMs()).toString());
            Event event = each.event();
            if (event != null) {
                json.name("event").raw(EventWriting.structured(event, true));
            }
            json.close();
        }
        json.closeArray();
        if (more) {
            json.member(
                    "cursor", seal.seal(letters.get(letters.size() - 1).letter().position()));
        }
        return json.close().toString();
    }

    static String count(String name, int count) {
        return new JsonText().open().member(name, count).close().toString();
    }
}

package io.waxwing.http.stream;

import io.waxwing.bus.delivery.Missed;
import io.waxwing.bus.delivery.PositionGoneException;
import io.waxwing.bus.delivery.PositionGoneException.Earliest;
import io.waxwing.bus.delivery.StartFrom;
import io.waxwing.bus.spi.EventReader;
import io.waxwing.bus.topic.TopicFilter;
import io.waxwing.http.exchange.JsonText;
import io.waxwing.http.exchange.Problem;
import io.waxwing.http.exchange.Query;

/** Events that are not kept any more, as JSON, and as the problem of who wanted to go on before them. */
public final class MissedText {
    private MissedText() {}

    /** The members {@code topic}, {@code count} and, if they have eventIds, {@code first} and {@code last}. */
    public static void members(JsonText json, Missed missed) {
        json.member("topic", missed.topic()).member("count", missed.count());
        if (missed.first() != null && missed.last() != null) {
            json.member("first", missed.first().toString())
                    .member("last", missed.last().toString());
        }
    }

    /** One object without line breaks. */
    static String json(Missed missed) {
        JsonText json = new JsonText().open();
        members(json, missed);
        return json.close().toString();
    }

    /** Reads {@code onGone=}: true for skip. */
    public static boolean skipsGone(Query query) {
        String word = query.get("onGone");
        if (word == null || word.equals("refuse")) {
            return false;
        }
        if (word.equals("skip")) {
            return true;
        }
        throw Query.refused("onGone is refuse or skip");
    }

    /** Reads the store. @throws io.waxwing.http.exchange.ProblemException 410 with what the topics still have */
    public static void requireKept(EventReader reader, TopicFilter filter, StartFrom start) {
        try {
            reader.requireKept(filter, start);
        } catch (PositionGoneException gone) {
            JsonText json = new JsonText().openArray();
            for (Earliest each : gone.earliest()) {
                json.element().open().member("topic", each.topic());
                if (each.eventId() != null) {
                    json.member("eventId", each.eventId().toString())
                            .member("topicSeq", Long.toString(each.eventId().topicSeq()));
                }
                json.close();
            }
            throw Problem.of(gone.refusal())
                    .with("earliest", json.closeArray().toString())
                    .asException();
        }
    }
}

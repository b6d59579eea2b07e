package io.waxwing.http.stream;

import io.waxwing.bus.delivery.Gap;
import io.waxwing.bus.delivery.StartFrom;
import io.waxwing.http.exchange.JsonText;
import io.waxwing.http.exchange.Query;
import java.time.Instant;

/**
 * A gap as JSON, and as a place to go on behind: {@code g.<height>.<leaf>}. Both are in the ledger's leaves for
 * everybody to read.
 */
public final class GapText {
    static final String PREFIX = "g.";

    private GapText() {}

    /** One object without line breaks. */
    public static String json(Gap gap) {
        JsonText json = new JsonText().open().member("type", "gap");
        if (gap.topic() != null) {
            json.member("topic", gap.topic());
        }
        Gap.Place place = gap.place();
        json.member("topicTag", gap.topicTag())
                .member("topicSeq", place.topicSeq())
                .member("count", place.count())
                .member("height", place.height())
                .member("leafIndex", place.leafIndex())
                .member("time", Instant.ofEpochMilli(place.orderTimeMs()).toString())
                .member("commitment", gap.commitment())
                .member("origin", gap.origin());
        json.name("signers").openArray();
        gap.signers().forEach(json::text);
        return json.closeArray().member("void", gap.isVoid()).close().toString();
    }

    /** Where to go on behind it. */
    public static String place(Gap gap) {
        return PREFIX + gap.place().height() + "." + gap.place().leafIndex();
    }

    /** Throws WXW-1302 for what is no place. */
    static StartFrom parse(String text) {
        String[] numbers = text.substring(PREFIX.length()).split("\\.", -1);
        if (numbers.length != 2 || !numbers[0].matches("[0-9]{1,18}") || !numbers[1].matches("[0-9]{1,18}")) {
            throw Query.refused("not a place behind a gap: g.<height>.<leaf>");
        }
        return new StartFrom.AfterGap(Long.parseLong(numbers[0]), Long.parseLong(numbers[1]));
    }

    /** Reads {@code onWithheld=}: true for gap. */
    public static boolean passesGaps(Query query) {
        String word = query.get("onWithheld");
        if (word == null || word.equals("wait")) {
            return false;
        }
        if (word.equals("gap")) {
            return true;
        }
        throw Query.refused("onWithheld is wait or gap");
    }
}

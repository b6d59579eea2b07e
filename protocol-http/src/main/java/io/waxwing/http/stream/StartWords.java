package io.waxwing.http.stream;

import io.waxwing.bus.delivery.StartFrom;
import io.waxwing.bus.event.EventId;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.http.exchange.Query;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.Locale;

/** Reads start positions: {@code from=}, {@code after=}, {@code cursor=} and Last-Event-ID. */
public final class StartWords {
    private final CursorSeal seal;

    public StartWords(CursorSeal seal) {
        this.seal = seal;
    }

    /**
     * Reads one of the words first, last and next, a topicSeq, an eventId, an RFC 3339 time or a cursor.
     *
     * @param oneTopic whether a topicSeq has a meaning
     * @throws RefusedException WXW-1302, WXW-1008, WXW-1203
     */
    public StartFrom from(String text, boolean oneTopic) {
        return switch (text) {
            case "first" -> StartFrom.FIRST;
            case "last" -> StartFrom.LAST;
            case "next" -> StartFrom.NEXT;
            default -> place(text, oneTopic);
        };
    }

    private StartFrom place(String text, boolean oneTopic) {
        if (text.matches("[0-9]+")) {
            return topicSeq(text, oneTopic);
        }
        if (text.indexOf('T') > 0 || text.indexOf('t') > 0) {
            return time(text);
        }
        return after(text);
    }

    /**
     * Reads an eventId, a cursor or a place behind a gap; goes on strictly after it. @throws RefusedException WXW-1008,
     * WXW-1203
     */
    public StartFrom after(String text) {
        if (text.startsWith(CursorSeal.PREFIX)) {
            return new StartFrom.AfterPosition(seal.open(text));
        }
        return text.startsWith(GapText.PREFIX) ? GapText.parse(text) : new StartFrom.After(EventId.parse(text));
    }

    private static StartFrom topicSeq(String text, boolean oneTopic) {
        if (!oneTopic) {
            throw Query.refused("a topicSeq says where to start in one topic; with wildcards use an eventId or a time");
        }
        try {
            return new StartFrom.AtTopicSeq(Long.parseLong(text));
        } catch (NumberFormatException tooLarge) {
            throw Query.refused("from is beyond the largest topicSeq");
        }
    }

    private static StartFrom time(String text) {
        try {
            return new StartFrom.AtTime(OffsetDateTime.parse(text.toUpperCase(Locale.ROOT))
                    .toInstant()
                    .toEpochMilli());
        } catch (DateTimeException | ArithmeticException notATime) {
            throw Query.refused("from is no RFC 3339 time, for example 2026-03-01T08:00:06Z");
        }
    }
}

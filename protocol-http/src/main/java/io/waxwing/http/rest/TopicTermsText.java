package io.waxwing.http.rest;

import com.fasterxml.jackson.databind.JsonNode;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.quota.Quota;
import io.waxwing.bus.topic.TopicTerms;
import io.waxwing.http.exchange.JsonText;
import io.waxwing.http.exchange.Problem;
import io.waxwing.http.exchange.ProblemException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The members {@code retention} ({@code ageSeconds}, {@code bytes}) and {@code quota} ({@code eventsPerSecond},
 * {@code bytesPerSecond}) of a topic: whole numbers, 0 and what is not there for no bound, null for nothing said.
 */
final class TopicTermsText {
    static final String RETENTION = "retention";
    static final String QUOTA = "quota";

    private TopicTermsText() {}

    /** Reads {@code retention}. @throws ProblemException 400 WXW-1009 */
    static TopicTerms.@Nullable Retained retention(JsonNode said) {
        if (said.isNull()) {
            return null;
        }
        requireMembers(said, RETENTION, "ageSeconds", "bytes");
        return new TopicTerms.Retained(
                number(said, RETENTION, "ageSeconds", TopicTerms.Retained.AGE_SECONDS_MAX),
                number(said, RETENTION, "bytes", TopicTerms.Retained.BYTES_MAX));
    }

    /** Reads {@code quota}. @throws ProblemException 400 WXW-1009 */
    static Quota quota(JsonNode said) {
        if (said.isNull()) {
            return Quota.NONE;
        }
        requireMembers(said, QUOTA, "eventsPerSecond", "bytesPerSecond");
        return new Quota(
                number(said, QUOTA, "eventsPerSecond", Quota.EVENTS_MAX),
                number(said, QUOTA, "bytesPerSecond", Quota.BYTES_MAX));
    }

    private static void requireMembers(JsonNode said, String name, String one, String other) {
        if (!said.isObject()) {
            throw refused("want an object with " + one + " and " + other, "/" + name);
        }
        for (Map.Entry<String, JsonNode> member : said.properties()) {
            if (!member.getKey().equals(one) && !member.getKey().equals(other)) {
                throw refused("unknown member, want " + one + " and " + other, "/" + name + "/" + member.getKey());
            }
        }
    }

    private static long number(JsonNode said, String name, String member, long max) {
        JsonNode value = said.get(member);
        if (value == null || value.isNull()) {
            return 0;
        }
        boolean legal = value.isIntegralNumber()
                && value.canConvertToLong()
                && value.longValue() >= 0
                && value.longValue() <= max;
        if (!legal) {
            throw refused("want a whole number from 0 to " + max, "/" + name + "/" + member);
        }
        return value.longValue();
    }

    static ProblemException refused(String detail, String pointer) {
        return Problem.of(FailureCode.POLICY, detail).at(pointer).asException();
    }

    /** Writes what was said, nothing if nothing was. */
    static void write(JsonText json, TopicTerms terms) {
        TopicTerms.Retained kept = terms.kept();
        if (kept != null) {
            json.name(RETENTION)
                    .open()
                    .member("ageSeconds", kept.ageSeconds())
                    .member("bytes", kept.bytes())
                    .close();
        }
        if (terms.quota().isBound()) {
            json.name(QUOTA)
                    .open()
                    .member("eventsPerSecond", terms.quota().eventsPerSecond())
                    .member("bytesPerSecond", terms.quota().bytesPerSecond())
                    .close();
        }
    }
}

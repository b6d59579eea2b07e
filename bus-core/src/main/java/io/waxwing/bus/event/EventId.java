package io.waxwing.bus.event;

import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name of a final event: {@code <hash8>-<topicSeq>-<height>}.
 *
 * @param topicHash first four bytes of SHA-256 over the topic's UTF-8, as an int; written as 8 hex digits
 * @param topicSeq gapless position in the topic, from 1
 * @param height height of the block that ordered it, from 1
 */
public record EventId(int topicHash, long topicSeq, long height) {
    private static final Pattern TEXT = Pattern.compile("([0-9a-f]{8})-([1-9][0-9]{0,18})-([0-9]{1,19})");

    /** Reads the text form. @throws RefusedException WXW-1008 if it is not one */
    public static EventId parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        if (!matcher.matches()) {
            throw notOne(text);
        }
        try {
            return new EventId(
                    Integer.parseUnsignedInt(matcher.group(1), 16),
                    Long.parseLong(matcher.group(2)),
                    Long.parseLong(matcher.group(3)));
        } catch (NumberFormatException tooLarge) {
            throw notOne(text);
        }
    }

    private static RefusedException notOne(String text) {
        String shown = text.length() > 64 ? text.substring(0, 64) + "…" : text;
        return new RefusedException(
                FailureCode.EVENT_ID, "got '" + shown + "', want <8 hex digits>-<topicSeq>-<height>");
    }

    /** The first four bytes of SHA-256 over the topic's UTF-8. */
    public static int hashOf(String topic) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(topic.getBytes(StandardCharsets.UTF_8));
            return (digest[0] & 0xff) << 24 | (digest[1] & 0xff) << 16 | (digest[2] & 0xff) << 8 | (digest[3] & 0xff);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    @Override
    public String toString() {
        String hex = Integer.toHexString(topicHash);
        return "0".repeat(8 - hex.length()) + hex + "-" + topicSeq + "-" + height;
    }
}

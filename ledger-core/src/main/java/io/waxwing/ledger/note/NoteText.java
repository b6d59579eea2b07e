package io.waxwing.ledger.note;

import io.waxwing.ledger.failure.MalformedException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** The small rules of text that all C2SP formats share. */
final class NoteText {
    private NoteText() {}

    /** Strict UTF-8 without control characters other than newline. */
    static String decodeUtf8(byte[] bytes) {
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new MalformedException(MalformedException.NOTE, "a note is UTF-8; these bytes are not");
        }
        if (text.chars().anyMatch(c -> c < ' ' && c != '\n')) {
            throw new MalformedException(MalformedException.NOTE, "a note has no control characters but newline");
        }
        return text;
    }

    static void checkName(String name) {
        boolean bad = name.isEmpty()
                || name.codePoints()
                        .anyMatch(c -> c == '+' || c < ' ' || Character.isSpaceChar(c) || Character.isWhitespace(c));
        if (bad) {
            throw new MalformedException(
                    MalformedException.NOTE, "a key name is not empty and has no spaces or '+': '" + name + "'");
        }
    }

    static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    /** Standard base64 in its one canonical form: padded, no white space, unused bits zero. */
    static byte[] decodeBase64(String text) {
        try {
            byte[] bytes = Base64.getDecoder().decode(text);
            if (base64(bytes).equals(text)) {
                return bytes;
            }
        } catch (IllegalArgumentException e) {
            throw new MalformedException(MalformedException.NOTE, "not base64: " + text);
        }
        throw new MalformedException(MalformedException.NOTE, "not canonical base64: " + text);
    }

    /** A decimal in [0, 2^63) without leading zeros. */
    static long decimal(String text, String what) {
        boolean digits = !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9');
        if (digits && (text.length() == 1 || text.charAt(0) != '0') && text.length() <= 19) {
            try {
                return Long.parseLong(text);
            } catch (NumberFormatException e) {
                throw new MalformedException(MalformedException.NOTE, what + " is beyond 2^63 - 1: " + text);
            }
        }
        throw new MalformedException(MalformedException.NOTE, what + " is not a decimal number: " + text);
    }
}

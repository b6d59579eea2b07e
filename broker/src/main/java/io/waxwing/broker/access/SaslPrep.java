package io.waxwing.broker.access;

import io.waxwing.bus.identity.Secret;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Set;

/**
 * Prepares a password as clients of SCRAM do (SASLprep, RFC 4013): other spaces become spaces, what is invisible goes,
 * the rest is normalised (NFKC). What is no text, has characters that may not be there, or mixes directions of writing
 * (RFC 3454 section 6), stays as it is: there is no client then that does otherwise and comes in.
 */
final class SaslPrep {
    /** RFC 3454, table B.1: mapped to nothing. */
    private static final Set<Integer> INVISIBLE = Set.of(
            0x00AD, 0x034F, 0x1806, 0x180B, 0x180C, 0x180D, 0x200B, 0x200C, 0x200D, 0x2060, 0xFE00, 0xFE01, 0xFE02,
            0xFE03, 0xFE04, 0xFE05, 0xFE06, 0xFE07, 0xFE08, 0xFE09, 0xFE0A, 0xFE0B, 0xFE0C, 0xFE0D, 0xFE0E, 0xFE0F,
            0xFEFF);

    private SaslPrep() {}

    static Secret prepared(Secret password) {
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(password.bytes()))
                    .toString();
        } catch (CharacterCodingException noText) {
            return password;
        }
        StringBuilder mapped = new StringBuilder();
        text.codePoints()
                .filter(c -> !INVISIBLE.contains(c))
                .map(c -> Character.getType(c) == Character.SPACE_SEPARATOR ? ' ' : c)
                .forEach(mapped::appendCodePoint);
        String prepared = Normalizer.normalize(mapped, Normalizer.Form.NFKC);
        boolean legal = prepared.codePoints().noneMatch(SaslPrep::isProhibited) && hasOneDirection(prepared);
        return legal ? Secret.utf8(prepared) : password;
    }

    /**
     * Where anything is written from right to left, nothing is written the other way, and both ends are of that kind.
     */
    private static boolean hasOneDirection(String text) {
        if (text.codePoints().noneMatch(SaslPrep::isRightToLeft)) {
            return true;
        }
        boolean mixed = text.codePoints()
                .anyMatch(c -> Character.getDirectionality(c) == Character.DIRECTIONALITY_LEFT_TO_RIGHT);
        return !mixed && isRightToLeft(text.codePointAt(0)) && isRightToLeft(text.codePointBefore(text.length()));
    }

    /** RFC 3454, table D.1. */
    private static boolean isRightToLeft(int c) {
        byte direction = Character.getDirectionality(c);
        return direction == Character.DIRECTIONALITY_RIGHT_TO_LEFT
                || direction == Character.DIRECTIONALITY_RIGHT_TO_LEFT_ARABIC;
    }

    private static boolean isProhibited(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.PRIVATE_USE,
                    Character.SURROGATE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> true;
            default -> (c >= 0xFFF9 && c <= 0xFFFD) || (c >= 0x2FF0 && c <= 0x2FFB);
        };
    }
}

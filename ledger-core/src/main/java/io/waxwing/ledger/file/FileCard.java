package io.waxwing.ledger.file;

import io.waxwing.ledger.failure.MalformedException;
import io.waxwing.ledger.hash.Hash;
import java.util.regex.Pattern;

/**
 * What the event of a file says about it.
 *
 * @param fileId 32 hexadecimal digits, made by the node that took the file
 * @param name what its sender calls it, 1 to 255 characters without controls, ends of lines and half pairs: a label,
 *     never a path
 * @param layout size and chunks
 * @param root of {@link ChunkHashes}
 * @param mediaType of its content, 1 to 127 characters
 */
public record FileCard(String fileId, String name, FileLayout layout, Hash root, String mediaType) {
    /** CloudEvents type of the event. */
    public static final String TYPE = "io.waxwing.file";

    private static final Pattern ID = Pattern.compile("[0-9a-f]{32}");
    private static final Pattern MEDIA_TYPE = Pattern.compile("[!-~]{1,63}/[!-~][ -~]{0,125}");
    private static final int MAX_NAME_CHARS = 255;
    private static final int MAX_MEDIA_TYPE_CHARS = 127;

    /** Throws {@link MalformedException} naming what is wrong. */
    public FileCard {
        require(ID.matcher(fileId).matches(), "the file's id has 32 hexadecimal digits");
        require(
                !name.isEmpty()
                        && name.length() <= MAX_NAME_CHARS
                        && name.codePoints().noneMatch(FileCard::isUnfit),
                "a file's name has 1 to " + MAX_NAME_CHARS
                        + " characters, none of them a control character, a line's end or half of a pair");
        require(
                mediaType.length() <= MAX_MEDIA_TYPE_CHARS
                        && mediaType.contains("/")
                        && MEDIA_TYPE.matcher(mediaType).matches(),
                "a media type is like text/plain, at most " + MAX_MEDIA_TYPE_CHARS + " characters");
    }

    /** What is no label on one line: controls, those that turn the direction of text too, and what UTF-8 has not. */
    private static boolean isUnfit(int codePoint) {
        boolean turns = (codePoint >= 0x202A && codePoint <= 0x202E) || (codePoint >= 0x2066 && codePoint <= 0x2069);
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL, Character.SURROGATE, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR ->
                true;
            default -> turns;
        };
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new MalformedException(MalformedException.VALUE, otherwise);
        }
    }

    /** The same with that root. */
    public FileCard with(Hash otherRoot) {
        return new FileCard(fileId, name, layout, otherRoot, mediaType);
    }
}

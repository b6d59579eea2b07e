package io.waxwing.ledger.file;

import io.waxwing.ledger.failure.MalformedException;
import io.waxwing.ledger.hash.Hash;
import java.util.regex.Pattern;

/**
 * What the event of a file says about it.
 *
 * @param fileId 32 hexadecimal digits, made by the node that took the file
 * @param name what its sender calls it, 1 to 255 characters without control characters: a label, never a path
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
                        && name.codePoints().noneMatch(Character::isISOControl),
                "a file's name has 1 to " + MAX_NAME_CHARS + " characters, none of them a control character");
        require(
                mediaType.length() <= MAX_MEDIA_TYPE_CHARS
                        && mediaType.contains("/")
                        && MEDIA_TYPE.matcher(mediaType).matches(),
                "a media type is like text/plain, at most " + MAX_MEDIA_TYPE_CHARS + " characters");
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

package io.waxwing.node.crypto;

import io.waxwing.ledger.failure.LedgerFailure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HexFormat;

/**
 * One private key in a file: two lines, "waxwing-key v1 {purpose}" and its 32 bytes in hexadecimal, mode 0600. Never
 * overwritten, never in a message.
 */
public final class SeedFile {
    private static final String FIRST_WORDS = "waxwing-key v1 ";
    private static final int HEX_DIGITS = 64;

    private SeedFile() {}

    /** Writes and forces a new file, in a folder that is made if it is not there. */
    public static void create(Path file, String purpose, byte[] seed) throws IOException {
        Path folder = file.getParent();
        if (folder != null) {
            OwnerFiles.createFolder(folder);
        }
        String text = FIRST_WORDS + purpose + "\n" + HexFormat.of().formatHex(seed) + "\n";
        OwnerFiles.create(file, text);
    }

    /** The 32 bytes. Throws {@link LedgerFailure} WXW-3112 if the file is missing or another one. */
    public static byte[] read(Path file, String purpose) {
        try {
            String[] lines = Files.readString(file, StandardCharsets.US_ASCII).split("\n", -1);
            if (lines.length == 3 && lines[0].equals(FIRST_WORDS + purpose) && lines[1].length() == HEX_DIGITS) {
                return HexFormat.of().parseHex(lines[1]);
            }
        } catch (NoSuchFileException e) {
            throw new LedgerFailure(KeyFiles.UNREADABLE, "the key file " + file + " is missing", e);
        } catch (IOException e) {
            throw new LedgerFailure(KeyFiles.UNREADABLE, "the key file " + file + " cannot be read: " + e, e);
        } catch (IllegalArgumentException e) {
            // Its message would show a part of the key.
            throw new LedgerFailure(KeyFiles.UNREADABLE, "the key file " + file + " is not hexadecimal");
        }
        throw new LedgerFailure(KeyFiles.UNREADABLE, "the file " + file + " is not a key file for " + purpose);
    }
}

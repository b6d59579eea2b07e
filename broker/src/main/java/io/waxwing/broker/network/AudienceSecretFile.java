package io.waxwing.broker.network;

import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.ledger.failure.MalformedException;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The secret that an audience's topic keys are made of, in the folder of keys: {@code audience-<id>.secret}, 32 bytes
 * in hexadecimal and a line feed, mode 0600. It lies with the keys because a node that lost its data must still give
 * its topics the pseudonyms that the ledger has of them.
 */
public final class AudienceSecretFile {
    private final Path file;

    public AudienceSecretFile(Path keys, long audienceId) {
        this.file = keys.resolve("audience-" + audienceId + ".secret");
    }

    /** The secret, or null if there is none. @throws RefusedException WXW-2104 if the file is not one */
    public @Nullable Hash read() {
        try {
            if (!Files.exists(file)) {
                return null;
            }
            String text = Files.readString(file, StandardCharsets.US_ASCII).strip();
            return Hash.of(ByteString.fromHex(text)
                    .requireSize(Hash.LENGTH, "an audience's secret")
                    .toBytes());
        } catch (IOException e) {
            throw new RefusedException(FailureCode.FILE, file + " cannot be read: " + e.getMessage());
        } catch (MalformedException e) {
            throw new RefusedException(FailureCode.DATA_DAMAGED, file + ": " + e.getMessage());
        }
    }

    /** Writes it, forced with its folder: who was given it finds it again. A crash leaves the whole or nothing. */
    public void write(Hash secret) {
        ForcedFile.write(file, ByteString.of(secret.toBytes()).hex() + "\n");
    }
}

package io.waxwing.broker.network;

import io.waxwing.anchor.challenge.ChallengeKeys;
import io.waxwing.anchor.challenge.ChallengeRule.Missing;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.ledger.dispute.ChallengeId;
import io.waxwing.ledger.hash.Hash;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A file {@code challenge-<number>.secret} beside the keys for each challenge: one line with the secret, the batchId
 * and the index of its BATCH leaf.
 */
public final class ChallengeKeyFiles implements ChallengeKeys {
    private final Path keys;
    private final int originId;

    /** Those of the node with that originId. */
    public ChallengeKeyFiles(Path keys, int originId) {
        this.keys = keys;
        this.originId = originId;
    }

    private Path file(ChallengeId id) {
        return keys.resolve("challenge-" + id.number() + ".secret");
    }

    /** @throws RefusedException WXW-2104 if a file is none */
    @Override
    public List<Kept> all() {
        List<Kept> all = new ArrayList<>();
        if (!Files.isDirectory(keys)) {
            return all;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(keys, "challenge-*.secret")) {
            for (Path file : files) {
                all.add(read(file));
            }
        } catch (IOException e) {
            throw new RefusedException(FailureCode.FILE, keys + " cannot be read: " + e.getMessage());
        }
        return all;
    }

    private Kept read(Path file) throws IOException {
        String name = String.valueOf(file.getFileName());
        try {
            String number = name.substring("challenge-".length(), name.length() - ".secret".length());
            String[] items =
                    Files.readString(file, StandardCharsets.US_ASCII).strip().split(" ", -1);
            Missing batch = new Missing(Hash.fromHex(items[1]), Long.parseLong(items[2]));
            return new Kept(new ChallengeId(originId, Long.parseLong(number)), batch, Hash.fromHex(items[0]));
        } catch (RuntimeException e) {
            throw new RefusedException(FailureCode.DATA_DAMAGED, file + " is not the secret of a challenge");
        }
    }

    @Override
    public void keep(Kept kept) {
        ForcedFile.write(
                file(kept.id()),
                kept.secret().hex() + " " + kept.batch().batchId().hex() + " "
                        + kept.batch().leafIndex() + "\n");
    }

    @Override
    public void forget(ChallengeId id) {
        try {
            Files.deleteIfExists(file(id));
        } catch (IOException e) {
            throw new RefusedException(FailureCode.FILE, file(id) + " cannot be removed: " + e.getMessage());
        }
    }
}

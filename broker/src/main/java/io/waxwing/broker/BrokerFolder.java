package io.waxwing.broker;

import io.waxwing.broker.file.FileShelf;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.node.crypto.OwnerFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a node keeps what it has: {@code db} the database, {@code trust.policy} the trust file of its ledger,
 * {@code cursor.key} the secret of stream cursors, {@code operator.token} the operator's, {@code network.genesis} the
 * genesis of a ledger of several, {@code proposals} what its operator wants to change of it, {@code files} what
 * institutions share; and, in the folder of the keys, the keys and the vote log, which belong together: data may be
 * restored from a backup, votes never.
 *
 * @param data the data folder
 * @param keys the folder of keys and vote log
 */
public record BrokerFolder(Path data, Path keys) {
    /** Name of the file with the operator's token. */
    public static final String OPERATOR_TOKEN = "operator.token";

    private static final int CURSOR_KEY_BYTES = 32;

    /** The folders; keys are inside the data folder unless said otherwise. */
    public static BrokerFolder of(Path data, @Nullable Path keys) {
        return new BrokerFolder(data, keys == null ? data.resolve("keys") : keys);
    }

    /** The folders of this node's keys, oldest first: {@link #keys} and, for each rotation, one inside it. */
    public List<Path> keySets() {
        List<Path> sets = new ArrayList<>();
        sets.add(keys);
        for (int rotation = 2; Files.isDirectory(keys.resolve(Integer.toString(rotation))); rotation++) {
            sets.add(keys.resolve(Integer.toString(rotation)));
        }
        return sets;
    }

    public Path database() {
        return data.resolve("db");
    }

    /** Files that are shared with others. */
    public Path files() {
        return data.resolve(FileShelf.FOLDER);
    }

    public Path votes() {
        return keys.resolve("votes");
    }

    public Path trustPolicy() {
        return data.resolve("trust.policy");
    }

    /** The genesis of a ledger of several, if this node is a member of one. */
    public Path genesis() {
        return data.resolve("network.genesis");
    }

    /**
     * How the ledger came from its genesis to the epoch in which this node joined, if it was not there from the first.
     */
    public Path trustChain() {
        return data.resolve("trust.chain");
    }

    /** Changes of the consortium that this node's operator has proposed or approved. */
    public Path proposals() {
        return data.resolve("proposals");
    }

    /** Who managed what of this node. */
    public Path auditLog() {
        return data.resolve("audit").resolve("log.jsonl");
    }

    /** Makes the folder if it is not there. @throws RefusedException WXW-2101 */
    public void create() {
        try {
            Files.createDirectories(data);
        } catch (IOException e) {
            throw new RefusedException(FailureCode.STORAGE, "cannot make " + data + ": " + e.getMessage());
        }
    }

    /** Writes the trust file if it is missing or differs. @throws RefusedException WXW-2101 */
    void writeTrustPolicy(byte[] policy) {
        write(trustPolicy(), policy);
    }

    /** The secret of stream cursors, made on first use. @throws RefusedException WXW-2101 */
    byte[] cursorKey() {
        Path file = data.resolve("cursor.key");
        try {
            if (Files.exists(file)) {
                byte[] key = Files.readAllBytes(file);
                if (key.length == CURSOR_KEY_BYTES) {
                    return key;
                }
                throw new RefusedException(FailureCode.DATA_DAMAGED, file + " has " + key.length + " bytes, want 32");
            }
        } catch (IOException e) {
            throw new RefusedException(FailureCode.STORAGE, file + ": " + e.getMessage());
        }
        byte[] key = new byte[CURSOR_KEY_BYTES];
        new SecureRandom().nextBytes(key);
        write(file, key);
        return key;
    }

    /**
     * The secret that shows who is this node's operator, made on first use, readable by the node's user only.
     *
     * @throws RefusedException WXW-2101
     */
    String operatorToken() {
        Path file = data.resolve(OPERATOR_TOKEN);
        try {
            if (!Files.exists(file)) {
                byte[] secret = new byte[CURSOR_KEY_BYTES];
                new SecureRandom().nextBytes(secret);
                OwnerFiles.create(file, HexFormat.of().formatHex(secret) + "\n");
            }
            String token = Files.readString(file, StandardCharsets.US_ASCII).strip();
            if (token.length() != 2 * CURSOR_KEY_BYTES) {
                throw new RefusedException(
                        FailureCode.DATA_DAMAGED, file + " has " + token.length() + " characters, want 64");
            }
            return token;
        } catch (IOException e) {
            throw new RefusedException(FailureCode.STORAGE, file + ": " + e.getMessage());
        }
    }

    private static void write(Path file, byte[] bytes) {
        try {
            if (!Files.exists(file) || !java.util.Arrays.equals(Files.readAllBytes(file), bytes)) {
                Files.write(file, bytes);
            }
        } catch (IOException e) {
            throw new RefusedException(FailureCode.STORAGE, file + ": " + e.getMessage());
        }
    }
}

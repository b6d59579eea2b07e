package io.waxwing.node.crypto;

import io.waxwing.ledger.failure.LedgerFailure;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Sha256;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The signing keys of one institution in a folder: {@code vote.key}, {@code cosigner.key}, {@code log.key},
 * {@code origin.key}, each two lines, "waxwing-key v1 {purpose}" and the 32-byte seed in hexadecimal, mode 0600.
 * Nothing is ever overwritten. A further node of an institution has {@code origin.key} only, beside it the file
 * {@code observer} that says so: without that, a key that is missing is a fault.
 */
public final class KeyFiles {
    /** A further node has no such keys. */
    public static final String ONLY_FOLLOWS = "WXW-3196";
    /** The folder has keys already. */
    public static final String EXISTS = "WXW-3111";
    /** A key file is missing, cannot be read or has another form. */
    public static final String UNREADABLE = "WXW-3112";

    private static final String MARK = "observer";

    private final Path folder;

    public KeyFiles(Path folder) {
        this.folder = folder;
    }

    /** What a key is for. */
    public enum Purpose {
        VOTE("vote"),
        COSIGNER("cosigner"),
        LOG("log"),
        ORIGIN("origin");

        private final String word;

        Purpose(String word) {
            this.word = word;
        }

        public String word() {
            return word;
        }
    }

    /** True for the folder of a further node. */
    public boolean follows() {
        return Files.exists(folder.resolve(MARK));
    }

    private List<Purpose> purposes() {
        return follows() ? List.of(Purpose.ORIGIN) : List.of(Purpose.values());
    }

    /** True if at least one key file is there. */
    public boolean exist() {
        return follows() || Arrays.stream(Purpose.values()).anyMatch(purpose -> Files.exists(file(purpose)));
    }

    /** Makes all keys. Throws {@link LedgerFailure} WXW-3111 and changes nothing if there is one already. */
    public void generate(SecureRandom random) {
        generate(random, false);
    }

    /** The same for a further node, which gets an origin key and no other. */
    public void generateFollowing(SecureRandom random) {
        generate(random, true);
    }

    private void generate(SecureRandom random, boolean following) {
        if (exist()) {
            throw new LedgerFailure(EXISTS, "the folder " + folder + " has keys; they are never overwritten");
        }
        try {
            OwnerFiles.createFolder(folder);
            if (following) {
                OwnerFiles.create(folder.resolve(MARK), "This node follows: it has no key to vote with.\n");
            }
            for (Purpose purpose : purposes()) {
                byte[] seed = new byte[32];
                random.nextBytes(seed);
                write(purpose, seed);
            }
        } catch (FileAlreadyExistsException e) {
            throw new LedgerFailure(EXISTS, "somebody else writes keys to " + folder + " at the same time", e);
        } catch (IOException e) {
            throw new LedgerFailure(UNREADABLE, "keys cannot be written to " + folder + ": " + e, e);
        }
    }

    /**
     * Makes a full set of new keys in another folder, a TLS key too.
     *
     * @throws LedgerFailure WXW-3196 for a further node, WXW-3111 if there are keys, WXW-3112 if that folder cannot be
     *     written
     */
    public void rotateTo(Path next, SecureRandom random, long nowMs) {
        if (follows()) {
            throw new LedgerFailure(
                    ONLY_FOLLOWS, "a further node has no keys that are rotated: retire it and add another");
        }
        new KeyFiles(next).generate(random);
        new TlsFiles(next).generate(random, nowMs);
    }

    /** Reads all keys. Throws {@link LedgerFailure} WXW-3112 naming the file that is missing or damaged. */
    public NodeKeys load(Signatures signatures) {
        if (follows()) {
            return NodeKeys.following(signatures.signer(read(Purpose.ORIGIN)));
        }
        return new NodeKeys(
                signatures.signer(read(Purpose.VOTE)),
                signatures.signer(read(Purpose.COSIGNER)),
                signatures.signer(read(Purpose.LOG)),
                signatures.signer(read(Purpose.ORIGIN)));
    }

    /** The public keys, by purpose. */
    public Map<Purpose, ByteString> publicKeys() {
        Map<Purpose, ByteString> keys = new LinkedHashMap<>();
        for (Purpose purpose : purposes()) {
            keys.put(purpose, Signatures.publicKeyOf(read(purpose)));
        }
        return keys;
    }

    /** "SHA256:" and the base64 hash of a public key without padding: what people compare. */
    public static String fingerprint(ByteString publicKey) {
        return "SHA256:" + Sha256.digest(publicKey.toBytes()).base64().replace("=", "");
    }

    private Path file(Purpose purpose) {
        return folder.resolve(purpose.word() + ".key");
    }

    private void write(Purpose purpose, byte[] seed) throws IOException {
        SeedFile.create(file(purpose), purpose.word(), seed);
    }

    private byte[] read(Purpose purpose) {
        return SeedFile.read(file(purpose), purpose.word());
    }
}

package io.waxwing.broker.access;

import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.bus.identity.Secret;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A token of a user, as the access file has it: {@code <id> sha256:<hex> <end or never>}. What its owner has is
 * {@code wxw_<id>_<secret>} with 256 random bits, so a plain hash is enough and checking it is quick.
 *
 * @param id names it in commands and logs; 8 hexadecimal digits
 * @param hash SHA-256 of the whole token in hexadecimal
 * @param expires when it ends, null for never
 */
record ApiKey(String id, String hash, @Nullable Instant expires) {
    private static final String PREFIX = "wxw_";
    private static final String HASH_PREFIX = "sha256:";
    private static final Pattern TOKEN = Pattern.compile("wxw_[0-9a-f]{8}_[A-Za-z0-9_-]{43}");
    private static final Pattern ID = Pattern.compile("[0-9a-f]{8}");
    private static final Pattern HASH = Pattern.compile("sha256:[0-9a-f]{64}");
    private static final int ID_BYTES = 4;
    private static final int SECRET_BYTES = 32;

    /** A new one with its token, which is nowhere else. */
    record Made(ApiKey key, String token) {
        @Override
        public String toString() {
            return key.id();
        }
    }

    static Made make(SecureRandom random, @Nullable Instant expires) {
        byte[] id = new byte[ID_BYTES];
        byte[] secret = new byte[SECRET_BYTES];
        random.nextBytes(id);
        random.nextBytes(secret);
        String name = HexFormat.of().formatHex(id);
        String token =
                PREFIX + name + "_" + Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
        return new Made(new ApiKey(name, sha256(Secret.utf8(token)), expires), token);
    }

    /** Reads the words behind {@code token}. @throws RefusedException WXW-2007 */
    static ApiKey parse(String[] words) {
        boolean form = words.length == 3
                && ID.matcher(words[0]).matches()
                && HASH.matcher(words[1]).matches();
        if (!form) {
            throw new RefusedException(
                    FailureCode.ACCESS_FILE, "want: token <id> sha256:<hash> <time or never>, see 'waxwing token new'");
        }
        try {
            Instant expires = words[2].equals("never") ? null : Instant.parse(words[2]);
            return new ApiKey(words[0], words[1].substring(HASH_PREFIX.length()), expires);
        } catch (DateTimeException noTime) {
            throw new RefusedException(FailureCode.ACCESS_FILE, "the end of a token is 'never' or an RFC 3339 time");
        }
    }

    /** As it stands in the file. */
    String text() {
        return id + " " + HASH_PREFIX + hash + " " + (expires == null ? "never" : expires.toString());
    }

    /** The id of what looks like a token, null if it is something else. */
    static @Nullable String idOf(Secret secret) {
        String text = secret.text();
        return TOKEN.matcher(text).matches() ? text.substring(PREFIX.length(), PREFIX.length() + 2 * ID_BYTES) : null;
    }

    boolean matches(Secret token) {
        return MessageDigest.isEqual(
                hash.getBytes(StandardCharsets.US_ASCII), sha256(token).getBytes(StandardCharsets.US_ASCII));
    }

    boolean isOver(long nowMs) {
        return expires != null && expires.toEpochMilli() <= nowMs;
    }

    static String sha256(Secret secret) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(secret.bytes()));
        } catch (NoSuchAlgorithmException everyJavaHasIt) {
            throw new IllegalStateException(everyJavaHasIt);
        }
    }
}

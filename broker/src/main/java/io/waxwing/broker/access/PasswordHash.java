package io.waxwing.broker.access;

import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.bus.identity.Secret;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/**
 * A password as the access file has it: Argon2id (RFC 9106) in the usual form
 * {@code $argon2id$v=19$m=<KiB>,t=<passes>,p=<lanes>$<salt>$<hash>}. Making and checking one takes {@code m} KiB of
 * memory and tens of milliseconds: never on an event loop.
 */
final class PasswordHash {
    private static final Pattern FORM =
            Pattern.compile("\\$argon2id\\$v=19\\$m=([0-9]{1,6}),t=([0-9]{1,2}),p=([0-9])\\$([A-Za-z0-9+/]{11,86})\\$"
                    + "([A-Za-z0-9+/]{43})");
    private static final int MEMORY_KIB = 19_456;
    private static final int PASSES = 2;
    private static final int LANES = 1;
    /** A file that asks for more than this of each login is refused. */
    private static final int MEMORY_KIB_MAX = 262_144;

    private static final int PASSES_MAX = 16;
    private static final int SALT_BYTES = 16;
    private static final int HASH_BYTES = 32;

    private final String text;
    private final int memoryKib;
    private final int passes;
    private final int lanes;
    private final byte[] salt;
    private final byte[] hash;

    private PasswordHash(String text, Matcher form) {
        this.text = text;
        this.memoryKib = Integer.parseInt(form.group(1));
        this.passes = Integer.parseInt(form.group(2));
        this.lanes = Integer.parseInt(form.group(3));
        this.salt = Base64.getDecoder().decode(form.group(4));
        this.hash = Base64.getDecoder().decode(form.group(5));
    }

    /** Reads one. @throws RefusedException WXW-2007 if it has another form or asks for too much work */
    static PasswordHash parse(String text) {
        Matcher form = FORM.matcher(text);
        try {
            if (form.matches()) {
                PasswordHash parsed = new PasswordHash(text, form);
                boolean bounded = parsed.memoryKib >= 8 * parsed.lanes
                        && parsed.memoryKib <= MEMORY_KIB_MAX
                        && parsed.passes >= 1
                        && parsed.passes <= PASSES_MAX
                        && parsed.lanes >= 1;
                if (bounded) {
                    return parsed;
                }
            }
        } catch (IllegalArgumentException notBase64) {
            throw new RefusedException(FailureCode.ACCESS_FILE, "a password hash is no base64");
        }
        throw new RefusedException(
                FailureCode.ACCESS_FILE, "want a password as 'waxwing user passwd' writes it, or none");
    }

    /** Makes one with a new salt. Slow. */
    static PasswordHash of(Secret password, SecureRandom random) {
        byte[] salt = new byte[SALT_BYTES];
        random.nextBytes(salt);
        byte[] hash = compute(password.bytes(), salt, MEMORY_KIB, PASSES, LANES);
        Base64.Encoder base64 = Base64.getEncoder().withoutPadding();
        return parse("$argon2id$v=19$m=" + MEMORY_KIB + ",t=" + PASSES + ",p=" + LANES + "$"
                + base64.encodeToString(salt) + "$" + base64.encodeToString(hash));
    }

    /** Whether it is that password. Slow, and equally so for every wrong one. */
    boolean matches(Secret password) {
        return MessageDigest.isEqual(hash, compute(password.bytes(), salt, memoryKib, passes, lanes));
    }

    private static byte[] compute(byte[] password, byte[] salt, int memoryKib, int passes, int lanes) {
        Argon2BytesGenerator generator = new Argon2BytesGenerator();
        generator.init(new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                .withVersion(Argon2Parameters.ARGON2_VERSION_13)
                .withMemoryAsKB(memoryKib)
                .withIterations(passes)
                .withParallelism(lanes)
                .withSalt(salt)
                .build());
        byte[] out = new byte[HASH_BYTES];
        generator.generateBytes(password, out);
        return out;
    }

    /** As it stands in the file. */
    String text() {
        return text;
    }
}

package io.waxwing.broker.access;

import io.waxwing.bus.identity.Secret;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Passwords that were found right a while ago, so that each HTTP request and each reconnecting device does not cost a
 * hash; and where they came from, so that strangers do not keep somebody out. What is kept is a keyed digest of user,
 * password (or address) and what is stored of it, under a key that dies with the process: it stops to hold when the
 * stored hash changes. Thread safe.
 */
final class ProvenLogins {
    private static final int LOGINS_MAX = 10_000;
    private static final String ALGORITHM = "HmacSHA256";

    private final SecretKeySpec key;
    private final long lifeNanos;
    private final Map<Secret, Long> proven = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Secret, Long> eldest) {
            return size() > LOGINS_MAX;
        }
    };

    /** {@code key} is random. */
    ProvenLogins(byte[] key, long lifeNanos) {
        this.key = new SecretKeySpec(key, ALGORITHM);
        this.lifeNanos = lifeNanos;
    }

    boolean has(String user, Secret password, String stored, long nowNanos) {
        Secret digest = digest(user, password, stored);
        synchronized (proven) {
            Long since = proven.get(digest);
            return since != null && nowNanos - since < lifeNanos;
        }
    }

    void add(String user, Secret password, String stored, long nowNanos) {
        Secret digest = digest(user, password, stored);
        synchronized (proven) {
            proven.put(digest, nowNanos);
        }
    }

    private Secret digest(String user, Secret password, String stored) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            mac.update((user + "\n" + stored + "\n").getBytes(StandardCharsets.UTF_8));
            return Secret.of(mac.doFinal(password.bytes()));
        } catch (GeneralSecurityException everyJavaHasIt) {
            throw new IllegalStateException(everyJavaHasIt);
        }
    }
}

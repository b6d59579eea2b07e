package io.waxwing.broker;

import io.waxwing.ledger.hash.Hash;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.function.Supplier;

/**
 * Random 32-byte values for salts and topic keys. Draws many at once, because each call of the system's source costs
 * more than the bytes. One thread.
 */
final class Secrets implements Supplier<Hash> {
    private static final int DRAWN_AT_ONCE = 128;

    private final SecureRandom random = new SecureRandom();
    private final byte[] drawn = new byte[DRAWN_AT_ONCE * Hash.LENGTH];
    private int used = drawn.length;

    @Override
    public Hash get() {
        if (used == drawn.length) {
            random.nextBytes(drawn);
            used = 0;
        }
        Hash value = Hash.of(drawn, used);
        // What was handed out is secret from now on: no second copy stays here.
        Arrays.fill(drawn, used, used + Hash.LENGTH, (byte) 0);
        used += Hash.LENGTH;
        return value;
    }
}

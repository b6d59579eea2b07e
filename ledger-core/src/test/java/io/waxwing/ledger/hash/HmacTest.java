package io.waxwing.ledger.hash;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.GeneralSecurityException;
import java.util.Random;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

class HmacTest {
    @Test
    void agreesWithThePlatformForKeysAndPartsOfEveryLength() throws GeneralSecurityException {
        long seed = Long.getLong("seed", System.nanoTime());
        Random random = new Random(seed);
        Mac platform = Mac.getInstance("HmacSHA256");
        for (int i = 0; i < 2000; i++) {
            // Long and short keys mixed: nothing of one may be left for the next.
            byte[] key = new byte[1 + random.nextInt(150)];
            byte[] first = new byte[random.nextInt(100)];
            byte[] second = new byte[random.nextInt(100)];
            random.nextBytes(key);
            random.nextBytes(first);
            random.nextBytes(second);
            platform.init(new SecretKeySpec(key, "HmacSHA256"));
            platform.update(first);
            Hash expected = Hash.of(platform.doFinal(second));
            assertThat(Hmac.sha256(key, first, second))
                    .as("seed %d, round %d", seed, i)
                    .isEqualTo(expected);
            if (key.length == Hash.LENGTH) {
                assertThat(Hmac.sha256(Hash.of(key), first, second)).isEqualTo(expected);
            }
        }
    }

    @Test
    void aHashAsKeyIsItsBytes() {
        Hash key = Sha256.digest(new byte[] {1});
        assertThat(Hmac.sha256(key, new byte[] {2})).isEqualTo(Hmac.sha256(key.toBytes(), new byte[] {2}));
    }
}

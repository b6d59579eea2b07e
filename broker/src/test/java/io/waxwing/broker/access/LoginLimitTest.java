package io.waxwing.broker.access;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LoginLimitTest {
    private static final long SECOND = 1_000_000_000L;

    private final LoginLimit limit = new LoginLimit(3, 30 * SECOND);

    @Test
    void afterSoManyFailuresAKeyWaitsUntilOneHasComeBack() {
        for (int i = 0; i < 3; i++) {
            assertThat(limit.allows("a", 0)).isTrue();
            limit.failed("a", 0);
        }
        assertThat(limit.allows("a", 9 * SECOND)).isFalse();
        assertThat(limit.allows("a", 10 * SECOND)).isTrue();
        limit.failed("a", 10 * SECOND);
        assertThat(limit.allows("a", 11 * SECOND)).isFalse();
        assertThat(limit.allows("b", 0)).isTrue();
    }

    @Test
    void failuresThatWereUnderWayTogetherArePaidForLater() {
        for (int i = 0; i < 6; i++) {
            limit.failed("a", 0);
        }
        assertThat(limit.allows("a", 39 * SECOND)).isFalse();
        assertThat(limit.allows("a", 40 * SECOND)).isTrue();
    }

    @Test
    void nobodyGathersMoreThanThereAre() {
        limit.failed("a", 0);
        for (int i = 0; i < 3; i++) {
            limit.failed("a", 1_000 * SECOND);
        }
        assertThat(limit.allows("a", 1_001 * SECOND)).isFalse();
    }

    @Test
    void whoeverInventsKeysDoesNotFillTheMemory() {
        for (int i = 0; i < LoginLimit.KEYS_MAX + 10; i++) {
            limit.failed("k" + i, 0);
            limit.failed("k" + i, 0);
            limit.failed("k" + i, 0);
        }
        assertThat(limit.allows("k0", 0)).as("forgotten").isTrue();
        assertThat(limit.allows("k20", 0)).as("remembered").isFalse();
    }

    @Test
    void oneCustomersAddressesOfIpv6AreOneSource() {
        assertThat(Failures.source("2001:db8:1:2:3:4:5:6")).isEqualTo(Failures.source("2001:db8:1:2::1%eth0"));
        assertThat(Failures.source("2001:db8:1:3::1")).isNotEqualTo(Failures.source("2001:db8:1:2::1"));
        assertThat(Failures.source("192.0.2.1")).isNotEqualTo(Failures.source("192.0.2.2"));
    }
}

package io.waxwing.anchor.availability;

import static org.assertj.core.api.Assertions.assertThat;

import io.waxwing.ledger.hash.ByteString;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class CertificateCollectorTest {
    private static final ByteString SIGNATURE = ByteString.of(new byte[64]);

    private static AudienceNodes.Member member(int originId, int institution) {
        return new AudienceNodes.Member(originId, institution, ByteString.of(new byte[32]));
    }

    private static AudienceNodes ofFour() {
        SortedMap<Integer, AudienceNodes.Member> others = new TreeMap<>();
        others.put(2, member(2, 2));
        others.put(3, member(3, 3));
        others.put(4, member(4, 4));
        others.put(5, member(5, 4));
        return new AudienceNodes(1, 1, 1, 3, others);
    }

    @Test
    void isWholeWithEnoughInstitutionsTheOriginsOwnAmongThem() {
        CertificateCollector collector = new CertificateCollector(ofFour(), 0, 0);
        assertThat(collector.onSigned(4, SIGNATURE)).isFalse();
        assertThat(collector.onSigned(2, SIGNATURE)).isTrue();
        assertThat(collector.certificate().holders()).isEqualTo(1L << 2 | 1L << 4);
    }

    @Test
    void twoNodesOfOneInstitutionAreOneHolder() {
        CertificateCollector collector = new CertificateCollector(ofFour(), 0, 0);
        assertThat(collector.onSigned(4, SIGNATURE)).isFalse();
        assertThat(collector.onSigned(5, SIGNATURE)).isFalse();
        assertThat(collector.isWhole()).isFalse();
    }

    @Test
    void takesNoSignatureOfANodeOutsideOfTheAudience() {
        CertificateCollector collector = new CertificateCollector(ofFour(), 0, 0);
        assertThat(collector.onSigned(9, SIGNATURE)).isFalse();
        assertThat(collector.onSigned(1, SIGNATURE)).isFalse();
        assertThat(collector.owing()).containsExactly(2, 3, 4, 5);
    }

    @Test
    void saysItAgainAtGrowingIntervalsToThoseWhoOweAndNeverOnceItIsWhole() {
        CertificateCollector collector = new CertificateCollector(ofFour(), 0, 0);
        assertThat(collector.repeatAtNanos()).isEqualTo(CertificateCollector.FIRST_REPEAT_NANOS);
        collector.onSigned(3, SIGNATURE);
        assertThat(collector.owing()).containsExactly(2, 4, 5);
        long now = collector.repeatAtNanos();
        collector.repeated(now);
        assertThat(collector.repeatAtNanos() - now).isEqualTo(2 * CertificateCollector.FIRST_REPEAT_NANOS);
        for (int i = 0; i < 10; i++) {
            collector.repeated(now);
        }
        assertThat(collector.repeatAtNanos() - now).isEqualTo(CertificateCollector.LONGEST_REPEAT_NANOS);
        collector.onSigned(2, SIGNATURE);
        assertThat(collector.repeatAtNanos()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void waitsLongerBeforeItSaysItAgainWhereCertificatesUsuallyTakeLong() {
        long usual = CertificateCollector.FIRST_REPEAT_NANOS;
        assertThat(new CertificateCollector(ofFour(), 0, usual).repeatAtNanos()).isEqualTo(4 * usual);
        assertThat(new CertificateCollector(ofFour(), 0, Long.MAX_VALUE / 8).repeatAtNanos())
                .isEqualTo(CertificateCollector.LONGEST_REPEAT_NANOS);
    }
}

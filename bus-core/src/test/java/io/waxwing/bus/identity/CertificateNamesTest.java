package io.waxwing.bus.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import org.junit.jupiter.api.Test;

/** Certificates made by OpenSSL; their keys are nowhere. */
class CertificateNamesTest {
    private static final String METER = """
            -----BEGIN CERTIFICATE-----
            MIIB8jCCAZigAwIBAgIUAx/xAtc4ML2FiVoNJXS0TOIQ6gUwCgYIKoZIzj0EAwIw
            IzEPMA0GA1UECgwGYmFuay1hMRAwDgYDVQQDDAdtZXRlci03MCAXDTI2MTEyMzA3
            NDIyOFoYDzIxMjYxMDMwMDc0MjI4WjAjMQ8wDQYDVQQKDAZiYW5rLWExEDAOBgNV
            BAMMB21ldGVyLTcwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAARDVsC2q42fUBgi
            GBedM80GGNUOJaBSja0LAITsMAeOP1YR5IzOnoRJMpD88S3iJ3keHYNSOu5lPP5e
            6xs1SQblo4GnMIGkMB0GA1UdDgQWBBRb8jqe4aAuTTxGNK6RNUa+pCEhZTAfBgNV
            HSMEGDAWgBRb8jqe4aAuTTxGNK6RNUa+pCEhZTAPBgNVHRMBAf8EBTADAQH/MFEG
            A1UdEQRKMEiCFm1ldGVyLTcuYmFuay1hLmV4YW1wbGWGEnVybjpiYW5rLWE6bWV0
            ZXItN4EUbWV0ZXJAYmFuay1hLmV4YW1wbGWHBH8AAAEwCgYIKoZIzj0EAwIDSAAw
            RQIgAMROUHSNozbHKR68TFrBV7J2R766q3HokExbWNMInaICIQD2IoghWjSE6gIO
            KyPH81QE/rRHFtLT5jIH0iQVOaEIgg==
            -----END CERTIFICATE-----
            """;

    /** Subject CN=meter-7 and CN=alice. */
    private static final String TWO_NAMES = """
            -----BEGIN CERTIFICATE-----
            MIIBmzCCAUGgAwIBAgIUdHLkLq9HQyvSqdJH3JZ8F6Hy6DswCgYIKoZIzj0EAwIw
            IjEQMA4GA1UEAwwHbWV0ZXItNzEOMAwGA1UEAwwFYWxpY2UwIBcNMjYxMTIzMDc0
            MjI4WhgPMjEyNjEwMzAwNzQyMjhaMCIxEDAOBgNVBAMMB21ldGVyLTcxDjAMBgNV
            BAMMBWFsaWNlMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEOUPrQuUiw2ENCNF3
            Ia0lpMdpHdq6Znk5/BCyzgOMZFvvX05SlPaVTbH7tnofd4n6nz0D/E7elTAXozbl
            TPdPcKNTMFEwHQYDVR0OBBYEFFLFuu2hyK/dbbI/ATier1fVqpSpMB8GA1UdIwQY
            MBaAFFLFuu2hyK/dbbI/ATier1fVqpSpMA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZI
            zj0EAwIDSAAwRQIgGYYyJozJhGDYjilHcZCLNlrPrBScvDK/2UJ5GK+8mYcCIQCF
            mPVHJS5zIsX1zjM+1xKAx9Oj+/3tAqASOQ9ESrYRCg==
            -----END CERTIFICATE-----
            """;

    private static X509Certificate read(String pem) throws CertificateException {
        return (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
    }

    @Test
    void theCommonNameComesFirstThenNamesOfHostsAndPeopleButNoAddresses() throws CertificateException {
        assertThat(CertificateNames.of(read(METER)))
                .containsExactly("meter-7", "meter-7.bank-a.example", "urn:bank-a:meter-7", "meter@bank-a.example");
    }

    @Test
    void whoHasTwoCommonNamesHasNone() throws CertificateException {
        assertThat(CertificateNames.of(read(TWO_NAMES))).isEmpty();
    }
}

package io.waxwing.broker.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.handler.ssl.SslContext;
import io.waxwing.broker.config.TlsSettings;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.testkit.fake.SelfSigned;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerTlsTest {
    @TempDir
    private static Path made = Path.of("");

    @TempDir
    private Path folder = Path.of("");

    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private long written = 1_000;

    @BeforeAll
    static void makePemFiles() throws Exception {
        for (String name : new String[] {"one", "two"}) {
            SelfSigned keys = SelfSigned.make(made, name);
            Files.writeString(made.resolve(name + ".crt"), keys.certificatePem());
            Files.writeString(made.resolve(name + ".key"), keys.keyPem());
        }
    }

    private void put(String from, String as) throws IOException {
        Files.deleteIfExists(folder.resolve(as));
        Files.copy(made.resolve(from), folder.resolve(as));
        // What a file system with coarse times would not show within one test.
        Files.setLastModifiedTime(folder.resolve(as), FileTime.fromMillis(written += 1_000));
    }

    private ServerTls tls(@Nullable String clientCa) {
        return new ServerTls(
                new TlsSettings(
                        folder.resolve("crt"),
                        folder.resolve("key"),
                        clientCa == null ? TlsSettings.Clients.NONE : TlsSettings.Clients.REQUIRED,
                        clientCa == null ? null : folder.resolve(clientCa),
                        Duration.ofSeconds(10)),
                metrics);
    }

    private double reloads(String result) {
        return metrics.get("waxwing.tls.reloads")
                .tag("result", result)
                .counter()
                .count();
    }

    @Test
    void newFilesAreTakenUpWhileItRuns() throws Exception {
        put("one.crt", "crt");
        put("one.key", "key");
        ServerTls tls = tls(null);
        SslContext first = tls.get();
        tls.look();
        assertThat(tls.get()).isSameAs(first);
        put("two.crt", "crt");
        put("two.key", "key");
        tls.look();
        assertThat(tls.get()).isNotSameAs(first);
        assertThat(reloads("renewed")).isOne();
        assertThat(metrics.get("waxwing.tls.certificate.expiry.timestamp")
                        .timeGauge()
                        .value(TimeUnit.MILLISECONDS))
                .isGreaterThan(System.currentTimeMillis());
    }

    @Test
    void filesThatDoNotFitTogetherChangeNothingAndAreCounted() throws Exception {
        put("one.crt", "crt");
        put("one.key", "key");
        ServerTls tls = tls(null);
        SslContext first = tls.get();
        put("two.crt", "crt");
        tls.look();
        assertThat(tls.get()).isSameAs(first);
        assertThat(reloads("refused")).isOne();
        tls.look();
        assertThat(reloads("refused")).as("said once").isOne();
        put("two.key", "key");
        tls.look();
        assertThat(tls.get()).isNotSameAs(first);
    }

    @Test
    void aFileThatIsMissingOrMakesNoSenseStopsTheStartAndIsNamed() throws Exception {
        put("one.crt", "crt");
        assertThatThrownBy(() -> tls(null))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("WXW-2006")
                .hasMessageContaining("key cannot be read");
        put("one.crt", "key");
        assertThatThrownBy(() -> tls(null)).hasMessageContaining("WXW-2006").hasMessageContaining("private key");
        put("two.key", "key");
        assertThatThrownBy(() -> tls(null)).hasMessageContaining("not the private key of the certificate");
        put("one.key", "key");
        put("one.key", "ca");
        assertThatThrownBy(() -> tls("ca")).hasMessageContaining("ca").hasMessageContaining("certificate");
    }

    @Test
    void issuersOfClientsCertificatesAreTakenUpToo() throws Exception {
        put("one.crt", "crt");
        put("one.key", "key");
        put("two.crt", "ca");
        ServerTls tls = tls("ca");
        SslContext first = tls.get();
        put("one.crt", "ca");
        tls.look();
        assertThat(tls.get()).isNotSameAs(first);
    }
}

package io.waxwing.node.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.OpenSslContext;
import org.junit.jupiter.api.Test;

class PeerTlsTest {
    @Test
    void linksAreEncryptedByTheNativeLibraryWhereItLoads() {
        assertThat(PeerTls.client(TestKeys.of(1), pin -> {}) instanceof OpenSslContext)
                .isEqualTo(OpenSsl.isAvailable());
    }

    @Test
    void thereIsANativeLibraryForThePlatformThatNodesRunOn() {
        boolean supported = System.getProperty("os.name").equals("Linux")
                && System.getProperty("os.arch").equals("amd64");
        assertThat(OpenSsl.isAvailable()).isEqualTo(supported);
    }
}

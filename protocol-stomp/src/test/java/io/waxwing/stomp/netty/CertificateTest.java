package io.waxwing.stomp.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.waxwing.bus.identity.Credentials;
import io.waxwing.testkit.fake.ScriptedDoor;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** STOMP by TLS, where a certificate may say who its client is. */
class CertificateTest {
    private static final char[] PASSWORD = "changeit".toCharArray();

    private final ScriptedDoor door =
            new ScriptedDoor().user("node", "allow publish home/#").user("alice", "allow publish home/#");
    private final TestServer server = new TestServer(door);

    @TempDir
    private Path folder = Path.of("");

    @AfterEach
    void stop() {
        server.close();
    }

    /** One key for both sides, made by the JDK's own tool; its certificate vouches for itself. */
    private KeyStore keys() throws Exception {
        Path file = folder.resolve("keys.p12");
        String keytool =
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        String arguments = "-genkeypair -alias node -keyalg EC -groupname secp256r1 -dname CN=node -validity 2"
                + " -ext san=ip:127.0.0.1 -storetype PKCS12 -storepass changeit -keystore";
        String[] command = (keytool + " " + arguments + " " + file).split(" ");
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            keys.load(in, PASSWORD);
        }
        return keys;
    }

    private static KeyManagerFactory keyManager(KeyStore keys) throws Exception {
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(keys, PASSWORD);
        return factory;
    }

    private static SSLContext trusting(KeyStore trusted, @Nullable KeyStore shown) throws Exception {
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(shown == null ? null : keyManager(shown).getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }

    private static SocketClient connect(InetSocketAddress address, SSLContext tls, String headers) throws IOException {
        return new SocketClient(tls.getSocketFactory().createSocket(address.getAddress(), address.getPort()))
                .send("CONNECT\naccept-version:1.2\n" + headers + "\n\n^");
    }

    @Test
    @DisplayName("A client that shows a certificate and says nothing else is whom it names; what is said wins")
    void aCertificateSaysWhoItIs() throws Exception {
        KeyStore keys = keys();
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("node", keys.getCertificate("node"));
        SslContext tls = SslContextBuilder.forServer(keyManager(keys))
                .trustManager((X509Certificate) keys.getCertificate("node"))
                .clientAuth(ClientAuth.OPTIONAL)
                .build();
        InetSocketAddress address =
                server.server.listen(StompEndpoint.tcp("127.0.0.1", 0).withTls(() -> tls));
        SSLContext showing = trusting(trusted, keys);
        try (SocketClient client = connect(address, showing, "login:\npasscode:")) {
            client.frame("CONNECTED");
            client.send("SEND\ndestination:home/a\nreceipt:r\n\nx^");
            assertThat(client.frame("RECEIPT").headers()).containsEntry("ce-source", "//bank-a.example/stomp/node");
        }
        Credentials.Certificate shown =
                (Credentials.Certificate) door.asked.get(0).credentials();
        assertThat(shown.names()).containsExactly("node");
        assertThat(shown.notAfterMs()).isGreaterThan(System.currentTimeMillis());
        try (SocketClient client = connect(address, showing, "login:alice\npasscode:ecila")) {
            client.frame("CONNECTED");
            client.send("SEND\ndestination:home/a\nreceipt:r\n\nx^");
            assertThat(client.frame("RECEIPT").headers()).containsEntry("ce-source", "//bank-a.example/stomp/alice");
        }
        for (String half : new String[] {"login:node", "login:\npasscode:x"}) {
            try (SocketClient client = connect(address, showing, half)) {
                client.frame("ERROR");
            }
        }
        try (SocketClient client = connect(address, trusting(trusted, null), "host:h")) {
            assertThat(client.frame("ERROR").headers()).containsEntry("code", "WXW-1401");
        }
    }
}

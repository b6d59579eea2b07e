package io.waxwing.http.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waxwing.bus.identity.Credentials;
import io.waxwing.bus.spi.Authentication;
import io.waxwing.http.exchange.HttpSettings;
import io.waxwing.http.fake.TestNode;
import io.waxwing.http.runtime.TlsIdentity.Clients;
import io.waxwing.testkit.fake.ScriptedDoor;
import io.waxwing.testkit.fake.SelfSigned;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** HTTP by TLS, with and without certificates of clients. */
class TlsTest {
    private static SelfSigned server;
    private static SelfSigned next;
    private static SelfSigned client;

    private volatile SelfSigned shown = server;
    private long headMs = 10_000;
    private TestNode node;

    @BeforeAll
    static void makeKeys(@TempDir Path folder) throws Exception {
        server = SelfSigned.make(folder, "server");
        next = SelfSigned.make(folder, "next");
        client = SelfSigned.make(folder, "client");
    }

    @AfterEach
    void stop() {
        node.close();
    }

    private void listen(Clients clients, Authentication authentication) {
        List<java.security.cert.X509Certificate> issuers =
                clients == Clients.NONE ? List.of() : List.of(client.certificate());
        node = new TestNode(
                HttpSettings.defaults().withTimeouts(headMs, 10_000),
                authentication,
                new HttpEndpoint.Tls(
                        () -> new TlsIdentity(shown.key(), List.of(shown.certificate()), issuers), clients));
    }

    private HttpResponse<String> health(SelfSigned trusted, SelfSigned own, HttpClient.Version version)
            throws Exception {
        return get("/health/live", trusted, own, version);
    }

    private HttpResponse<String> get(String path, SelfSigned trusted, SelfSigned own, HttpClient.Version version)
            throws Exception {
        HttpClient http = HttpClient.newBuilder()
                .sslContext(SelfSigned.context(trusted, own))
                .version(version)
                .build();
        URI uri = URI.create("https://127.0.0.1:" + node.encrypted.getPort() + path);
        return http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    }

    @ParameterizedTest
    @EnumSource(HttpClient.Version.class)
    void bothVersionsAreServedByTlsAndWithoutOnTwoPorts(HttpClient.Version version) throws Exception {
        listen(Clients.NONE, Authentication.OPEN);
        HttpResponse<String> answer = health(server, null, version);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.version()).isEqualTo(version);
        assertThat(node.get("/health/live").statusCode()).isEqualTo(200);
    }

    @Test
    void aNewCertificateIsShownToTheNextConnection() throws Exception {
        listen(Clients.NONE, Authentication.OPEN);
        assertThat(health(server, null, HttpClient.Version.HTTP_1_1).statusCode())
                .isEqualTo(200);
        shown = next;
        assertThat(health(next, null, HttpClient.Version.HTTP_1_1).statusCode()).isEqualTo(200);
        assertThatThrownBy(() -> health(server, null, HttpClient.Version.HTTP_1_1))
                .isInstanceOf(SSLException.class);
    }

    @Test
    void whereCertificatesAreRequiredNobodyComesInWithoutAGoodOne() throws Exception {
        listen(Clients.REQUIRED, Authentication.OPEN);
        assertThat(health(server, client, HttpClient.Version.HTTP_2).statusCode())
                .isEqualTo(200);
        assertThatThrownBy(() -> health(server, null, HttpClient.Version.HTTP_1_1))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> health(server, next, HttpClient.Version.HTTP_1_1))
                .isInstanceOf(IOException.class);
    }

    @Test
    void aClientThatShowsACertificateAndSaysNothingIsWhomItNames() throws Exception {
        ScriptedDoor door = new ScriptedDoor().user("client", "allow publish t");
        listen(Clients.OPTIONAL, door);
        assertThat(get("/v1/topics", server, client, HttpClient.Version.HTTP_1_1)
                        .statusCode())
                .isEqualTo(200);
        Credentials.Certificate certificate =
                (Credentials.Certificate) door.asked.get(0).credentials();
        assertThat(certificate.names()).contains("client");
        assertThat(get("/v1/topics", server, null, HttpClient.Version.HTTP_1_1).statusCode())
                .isEqualTo(401);
    }

    /** Armeria would take it: what is checked on the wire is checked behind the decryption too. */
    @Test
    void aRequestWithoutHostIsRefusedByTlsToo() throws Exception {
        listen(Clients.NONE, Authentication.OPEN);
        try (Socket socket = SelfSigned.context(server, null)
                .getSocketFactory()
                .createSocket(node.encrypted.getAddress(), node.encrypted.getPort())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream()
                    .write("GET /health/live HTTP/1.1\r\nConnection: close\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(answer).startsWith("HTTP/1.1 400 ").contains("want exactly one Host header");
        }
    }

    @Test
    void whatIsNoTlsIsEnded() throws Exception {
        listen(Clients.NONE, Authentication.OPEN);
        try (Socket socket = new Socket(node.encrypted.getAddress(), node.encrypted.getPort())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream()
                    .write("GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
            assertThat(answer).doesNotContain("200");
            assertThat(node.registry
                            .get("waxwing.connections.transport.faults")
                            .counter()
                            .count())
                    .isOne();
        }
    }

    @Test
    void whoeverNeverBeginsAHandshakeIsShownOut() throws Exception {
        headMs = 500;
        listen(Clients.NONE, Authentication.OPEN);
        try (Socket socket = new Socket(node.encrypted.getAddress(), node.encrypted.getPort())) {
            socket.setSoTimeout(20_000);
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
    }
}

package io.waxwing.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.waxwing.testkit.fake.SelfSigned;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whom the commands believe that it is the node. */
class CacertTest {
    @TempDir
    private static Path folder = Path.of("");

    @SuppressWarnings("NullAway.Init") // Set before all tests.
    private static HttpsServer server;

    private static String url = "";

    @BeforeAll
    static void start() throws Exception {
        SelfSigned own = SelfSigned.make(folder, "own");
        SelfSigned other = SelfSigned.make(folder, "other");
        Files.writeString(folder.resolve("own.crt"), own.certificatePem());
        Files.writeString(folder.resolve("other.crt"), other.certificatePem());
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(SelfSigned.context(own, own)));
        server.createContext("/", exchange -> {
            byte[] body = "{\"topics\":[]}".getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("content-type", "application/json");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        url = "https://127.0.0.1:" + server.getAddress().getPort();
    }

    @AfterAll
    static void stop() {
        server.stop(0);
    }

    private static Cli topics(String... more) {
        String[] all = new String[4 + more.length];
        System.arraycopy(new String[] {"topic", "ls", "--url", url}, 0, all, 0, 4);
        System.arraycopy(more, 0, all, 4, more.length);
        return Cli.run(all);
    }

    @Test
    void aNodeIsBelievedByTheFileThatVouchesForIt() {
        Cli cli = topics("--cacert", folder.resolve("own.crt").toString());
        assertThat(cli.exitCode()).as(cli.err()).isZero();
    }

    @Test
    void anotherFileOrNoneDoesNotVouchForIt() {
        for (Cli cli : new Cli[] {
            topics(), topics("--cacert", folder.resolve("other.crt").toString())
        }) {
            assertThat(cli.exitCode()).isEqualTo(ExitCodes.UNREACHABLE);
            assertThat(cli.err()).contains("no TLS with " + url).contains("--cacert");
        }
    }

    @Test
    void aFileWithoutACertificateIsAMistakeOfUse() throws Exception {
        Path none = Files.writeString(folder.resolve("none.crt"), "hello");
        assertThat(topics("--cacert", none.toString()).exitCode()).isEqualTo(ExitCodes.USAGE);
        Path missing = folder.resolve("missing.crt");
        assertThat(topics("--cacert", missing.toString()).exitCode()).isEqualTo(ExitCodes.USAGE);
    }
}

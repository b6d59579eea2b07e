package io.waxwing.http.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waxwing.http.exchange.HttpSettings;
import io.waxwing.http.fake.TestNode;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A connection that goes on with HTTP/2 has no heads of HTTP/1 to be late with (RFC 7540, section 3.2). */
class UpgradeToHttp2Test {
    private static final int HEAD_MS = 300;
    private static final int FRAME_HEADER_BYTES = 9;
    private static final byte PING = 6;
    private static final byte ACK = 1;

    /** Preface and an empty SETTINGS frame. */
    private static final String BEGIN = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + "\0\0\0\4\0\0\0\0\0";

    private static final String PING_FRAME = "\0\0\10\6\0\0\0\0\0" + "12345678";

    private static void write(Socket socket, String text) throws IOException {
        OutputStream out = socket.getOutputStream();
        out.write(text.getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
    }

    private static void awaitSwitch(DataInputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) in.readUnsignedByte());
        }
        assertThat(head.toString()).startsWith("HTTP/1.1 101 ");
    }

    /**
     * The body of the request that asks for it may come in one piece with the preface: the 101 does not wait for it.
     */
    @ParameterizedTest
    @ValueSource(ints = {0, 3, 5, 8})
    void mayBeQuietForLongerThanTheHeadsOfHttp1(int cut) throws IOException {
        HttpSettings hasty = HttpSettings.defaults().withTimeouts(HEAD_MS, 10_000);
        try (TestNode node = new TestNode(hasty);
                Socket socket = node.connect()) {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(10_000);
            DataInputStream in = new DataInputStream(socket.getInputStream());
            write(
                    socket,
                    "POST /v1/topics/a/events HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n"
                            + "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n\r\n");
            awaitSwitch(in);
            String bodyAndPreface = "hello" + BEGIN;
            if (cut > 0) {
                write(socket, bodyAndPreface.substring(0, cut));
                quiet(socket, in, 100);
            }
            write(socket, bodyAndPreface.substring(cut));
            pingIsAnswered(socket, in);
            quiet(socket, in, 2 * HEAD_MS);
            pingIsAnswered(socket, in);
            assertThat(node.registry.get("waxwing.http.head.timeouts").counter().count())
                    .isZero();
        }
    }

    /** Nothing is sent and nothing more comes for that long. */
    private static void quiet(Socket socket, DataInputStream in, int millis) throws IOException {
        socket.setSoTimeout(millis);
        assertThatThrownBy(() -> {
                    while (in.read() >= 0) {}
                })
                .as("what ends the wait")
                .isInstanceOf(SocketTimeoutException.class);
        socket.setSoTimeout(10_000);
    }

    private static void pingIsAnswered(Socket socket, DataInputStream in) throws IOException {
        write(socket, PING_FRAME);
        byte[] header = new byte[FRAME_HEADER_BYTES];
        do {
            in.readFully(header);
            in.skipNBytes((header[0] & 0xff) << 16 | (header[1] & 0xff) << 8 | header[2] & 0xff);
        } while (header[3] != PING || header[4] != ACK);
    }
}

package io.waxwing.stomp.netty;

import io.waxwing.testkit.peer.NaiveParser;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A client on a plain socket: text out, {@code ^} for NUL, frames in. */
final class SocketClient implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 10_000;

    final Socket socket;
    private final InputStream in;

    SocketClient(InetSocketAddress address) throws IOException {
        this(new Socket(address.getAddress(), address.getPort()));
    }

    SocketClient(Socket socket) throws IOException {
        this.socket = socket;
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.setTcpNoDelay(true);
        in = new BufferedInputStream(socket.getInputStream());
    }

    SocketClient send(String text) throws IOException {
        socket.getOutputStream().write(text.replace('^', '\0').getBytes(StandardCharsets.UTF_8));
        return this;
    }

    SocketClient connect() throws IOException {
        send("CONNECT\naccept-version:1.2\nhost:h\n\n^");
        frame("CONNECTED");
        return this;
    }

    /** The next frame, which is of that kind. */
    NaiveParser.Plain frame(String command) throws IOException {
        NaiveParser.Plain frame = frame();
        if (!frame.command().equals(command)) {
            throw new AssertionError("want " + command + ", got " + frame);
        }
        return frame;
    }

    /** The next frame. Bodies have no NUL in these tests. */
    NaiveParser.Plain frame() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int b = in.read(); b != 0; b = in.read()) {
            if (b < 0) {
                throw new AssertionError("want a frame, got the end");
            }
            bytes.write(b);
        }
        bytes.write(0);
        return NaiveParser.ofServer(bytes.toByteArray(), "1.2").frames().get(0);
    }

    int read() throws IOException {
        return in.read();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}

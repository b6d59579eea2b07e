package io.waxwing.broker.attack;

import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import io.waxwing.broker.Broker;
import io.waxwing.broker.BrokerFolder;
import io.waxwing.broker.config.ConfigLoader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A node with all its listeners, and the ways to it that are closest to the wire. */
final class Attacked implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 10_000;
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    final Broker broker;

    Attacked(Path folder, Map<String, String> more) {
        Map<String, String> settings = new HashMap<>(Map.of(
                "listeners.mqtt.port", "0",
                "listeners.http.port", "0",
                "listeners.stomp.port", "0"));
        settings.putAll(more);
        broker = Broker.start(
                BrokerFolder.of(folder.resolve("data"), null), ConfigLoader.load(null, Map.of(), settings));
    }

    int port(String listener) {
        return Objects.requireNonNull(broker.listeners().get(listener)).getPort();
    }

    Socket raw(String listener) throws IOException {
        Socket socket = new Socket("127.0.0.1", port(listener));
        socket.setSoTimeout(PATIENCE_MILLIS);
        return socket;
    }

    Mqtt5BlockingClient mqtt() {
        Mqtt5BlockingClient client = Mqtt5Client.builder()
                .serverHost("127.0.0.1")
                .serverPort(port("mqtt"))
                .buildBlocking();
        client.connect();
        return client;
    }

    HttpResponse<String> send(String method, String path, @Nullable String body, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port("http") + path))
                .method(
                        method,
                        body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
        return HTTP.send(
                (headers.length == 0 ? request : request.headers(headers)).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /** Whatever the node answers to these bytes until it ends the connection. */
    String rawHttp(String request) throws IOException {
        try (Socket socket = raw("http")) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    /** A STOMP connection that is let in. */
    Socket stomp() throws IOException {
        Socket socket = raw("stomp");
        stomp(socket, "CONNECT\naccept-version:1.2\nhost:h\n\n^");
        frame(socket);
        return socket;
    }

    /** Text out; {@code ^} for NUL. */
    static void stomp(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.replace('^', '\0').getBytes(StandardCharsets.UTF_8));
    }

    /** The bytes of the next frame, without its NUL and the line ends before it. */
    static String frame(Socket socket) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int b = socket.getInputStream().read();
                b > 0;
                b = socket.getInputStream().read()) {
            if (bytes.size() > 0 || b != '\n') {
                bytes.write(b);
            }
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        broker.stop();
    }
}

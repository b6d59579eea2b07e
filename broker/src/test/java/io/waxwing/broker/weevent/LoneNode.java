package io.waxwing.broker.weevent;

import io.waxwing.broker.Broker;
import io.waxwing.broker.BrokerFolder;
import io.waxwing.broker.config.ConfigLoader;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** A node of its own with HTTP alone, on a port that it keeps over restarts. */
final class LoneNode {
    final int port;
    private final Path folder;
    private final Map<String, String> settings = new HashMap<>(
            Map.of("listeners.mqtt.enabled", "false", "listeners.stomp.enabled", "false", "store.reserve", "1MiB"));
    private Broker broker;

    LoneNode(Path folder, Map<String, String> more) throws IOException {
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        this.folder = folder;
        settings.put("listeners.http.port", Integer.toString(port));
        settings.putAll(more);
        start();
    }

    void start() {
        broker = Broker.start(BrokerFolder.of(folder, null), ConfigLoader.load(null, Map.of(), settings));
    }

    void stop() {
        broker.stop();
    }

    /** Scheme, host and port. */
    String url(String scheme) {
        return scheme + "://127.0.0.1:" + port;
    }
}

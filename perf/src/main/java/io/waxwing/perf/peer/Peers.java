package io.waxwing.perf.peer;

import io.waxwing.perf.peer.BrokerProcess.At;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Every broker of the comparison by its name. */
public final class Peers {
    /** Writes nothing that nobody needs written, as the others do. */
    public static final Peer WAXWING_LIVE = waxwing("waxwing live", "class: live");

    /** Acknowledges before anything is on the disk, and delivers behind the write: class local, ack accepted. */
    public static final Peer WAXWING_ACCEPTED = waxwing("waxwing accepted", "class: local, ack: accepted");

    /** Acknowledges and delivers after the synced write; no ledger. */
    public static final Peer WAXWING_LOCAL = waxwing("waxwing local", "class: local");

    /** Acknowledges and delivers after the synced write; the ledger orders the event later. */
    public static final Peer WAXWING_SEALED = waxwing("waxwing sealed", "class: sealed");

    /** Acknowledges and delivers when the event is final on the ledger of one. */
    public static final Peer WAXWING_ORDERED = waxwing("waxwing ordered", "class: ordered");

    /** Debian's; acknowledges before it writes anything, and writes a snapshot when it ends. */
    public static final Peer MOSQUITTO = new Peer("mosquitto", () -> onPath("mosquitto"), Peers::mosquitto);

    /** Debian's, with JetStream, which its MQTT needs; syncs every two minutes. */
    public static final Peer NATS = new Peer("nats", () -> onPath("nats-server"), Peers::nats);

    private Peers() {}

    private static boolean onPath(String program) {
        return program(program) != null;
    }

    private static @org.jspecify.annotations.Nullable Path program(String name) {
        String path = System.getenv().getOrDefault("PATH", "") + File.pathSeparator + "/usr/sbin";
        return Stream.of(path.split(File.pathSeparator, -1))
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .findFirst()
                .orElse(null);
    }

    private static BrokerProcess mosquitto(Path below) throws IOException, InterruptedException {
        At at = At.free(below, "mosquitto");
        // Without limits of its own: with them it drops what a window of this load holds.
        Path config = Files.writeString(
                at.folder().resolve("mosquitto.conf"),
                "listener " + at.port() + " 127.0.0.1\nallow_anonymous true\nmax_inflight_messages 0\n"
                        + "max_queued_messages 0\npersistence true\npersistence_location " + at.folder()
                        + "/\nset_tcp_nodelay true\nlog_type error\nuser root\n");
        return BrokerProcess.start(
                "mosquitto", List.of(String.valueOf(program("mosquitto")), "-c", config.toString()), Map.of(), at);
    }

    private static BrokerProcess nats(Path below) throws IOException, InterruptedException {
        At at = At.free(below, "nats");
        Path config = Files.writeString(
                at.folder().resolve("nats.conf"),
                "server_name: n\nhost: 127.0.0.1\nport: -1\njetstream { store_dir: \"" + at.folder()
                        + "\" }\nmqtt { host: 127.0.0.1, port: " + at.port() + ", max_ack_pending: 65535 }\n");
        return BrokerProcess.start(
                "nats", List.of(String.valueOf(program("nats-server")), "-c", config.toString()), Map.of(), at);
    }

    private static Peer waxwing(String name, String policy) {
        return new Peer(name, () -> true, below -> {
            At at = At.free(below, "waxwing");
            Path config = Files.writeString(
                    at.folder().resolve("waxwing.yaml"),
                    "topics:\n  policies:\n    - { filter: \"#\", " + policy + " }\n");
            List<String> command = JvmFlags.all();
            command.addAll(List.of("-cp", System.getProperty("java.class.path"), "io.waxwing.broker.Main"));
            command.addAll(List.of("server", "run", "--config", config.toString()));
            command.addAll(List.of("--data", at.folder().resolve("data").toString()));
            // Limits that protect a node in the open are in the way of many clients from one place.
            for (String setting : List.of(
                    "listeners.mqtt.port=" + at.port(),
                    "listeners.mqtt.host=127.0.0.1",
                    "listeners.http.port=" + at.httpPort(),
                    "listeners.http.host=127.0.0.1",
                    "listeners.stomp.port=0",
                    "mqtt.connectionRate=0",
                    "mqtt.maxConnections=20000",
                    "mqtt.maxSubscriptions=100000",
                    "topics.max=1000000")) {
                command.addAll(List.of("--set", setting));
            }
            return BrokerProcess.start(name, command, Map.of(), at);
        });
    }
}

package io.waxwing.perf.compare;

import io.waxwing.perf.peer.Peer;
import io.waxwing.perf.peer.Peers;
import java.util.List;

/**
 * One load and the brokers that it is run against; the first is the one that the others' figures are divided by.
 *
 * @param key short name for the command line
 * @param title as in the report
 */
record Scenario(String key, String title, Load load, List<Peer> peers) {
    private static final List<Peer> IN_MEMORY =
            List.of(Peers.MOSQUITTO, Peers.NATS, Peers.WAXWING_LIVE, Peers.WAXWING_ACCEPTED);
    private static final List<Peer> WITHOUT_QOS2 = List.of(Peers.MOSQUITTO, Peers.WAXWING_LIVE, Peers.WAXWING_ACCEPTED);
    private static final List<Peer> DURABLE =
            List.of(Peers.MOSQUITTO, Peers.WAXWING_LOCAL, Peers.WAXWING_SEALED, Peers.WAXWING_ORDERED);
    private static final List<Peer> BY_HTTP = List.of(Peers.WAXWING_LOCAL, Peers.WAXWING_SEALED, Peers.WAXWING_ORDERED);

    /** Those of performance.md, section 1. */
    static List<Scenario> all() {
        return List.of(
                new Scenario("q0-1", "QoS 0, 1 to 1", Load.Mqtt.of(1, 0), IN_MEMORY),
                new Scenario("q0-4", "QoS 0, 4 to 4", Load.Mqtt.of(4, 0), IN_MEMORY),
                new Scenario("q1-1", "QoS 1, 1 to 1", Load.Mqtt.of(1, 1), IN_MEMORY),
                new Scenario("q1-4", "QoS 1, 4 to 4", Load.Mqtt.of(4, 1), IN_MEMORY),
                new Scenario("q2-1", "QoS 2, 1 to 1", Load.Mqtt.of(1, 2), WITHOUT_QOS2),
                new Scenario("q2-4", "QoS 2, 4 to 4", Load.Mqtt.of(4, 2), WITHOUT_QOS2),
                new Scenario("fan", "QoS 0, 1 to 1000", new Load.Mqtt(1, 1000, 0, 10, 256, 0, false), IN_MEMORY),
                new Scenario(
                        "pace",
                        "QoS 1, 4 to 4, 5000 a second",
                        new Load.Mqtt(4, 1, 1, 1000, 256, 5000, false),
                        IN_MEMORY),
                new Scenario("16k", "QoS 1, 4 to 4, 16 KiB", new Load.Mqtt(4, 1, 1, 20, 16 << 10, 0, false), IN_MEMORY),
                new Scenario(
                        "durable-4",
                        "QoS 1, 4 to 4, lasting sessions",
                        new Load.Mqtt(4, 1, 1, 100, 256, 0, true),
                        DURABLE),
                new Scenario(
                        "durable-1000",
                        "QoS 1, 4 to 4, lasting sessions, window 1000",
                        new Load.Mqtt(4, 1, 1, 1000, 256, 0, true),
                        DURABLE),
                new Scenario(
                        "durable-q2",
                        "QoS 2, 4 to 4, lasting sessions",
                        new Load.Mqtt(4, 1, 2, 100, 256, 0, true),
                        DURABLE),
                new Scenario(
                        "durable-pace",
                        "QoS 1, 4 to 4, lasting sessions, 1000 a second",
                        new Load.Mqtt(4, 1, 1, 1000, 256, 1000, true),
                        DURABLE),
                new Scenario("http-8", "HTTP, 8 connections, an event a request", new Load.Http(8, 1, 256, 0), BY_HTTP),
                new Scenario(
                        "http-pace",
                        "HTTP, 8 connections, 200 requests a second",
                        new Load.Http(8, 1, 256, 200),
                        BY_HTTP),
                new Scenario(
                        "http-batch",
                        "HTTP, 8 connections, 100 events a request",
                        new Load.Http(8, 100, 256, 0),
                        BY_HTTP));
    }
}

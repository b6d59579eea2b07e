package io.waxwing.broker.demo;

import io.waxwing.broker.BrokerFolder;
import io.waxwing.broker.network.LocalNetwork.Ports;
import java.net.URI;
import java.nio.file.Path;

/**
 * One institution of the demo.
 *
 * @param name of the institution and of its folder
 * @param ports where its node listens, on 127.0.0.1
 * @param folder has {@code waxwing.yaml}, the data folder, {@code node.log} and, while a node runs,
 *     {@code process.json}
 */
public record DemoMember(String name, Ports ports, Path folder) {
    /** Its HTTP interface, without a slash at the end. */
    public String http() {
        return "http://127.0.0.1:" + ports.http();
    }

    /** Its MQTT listener as {@code host:port}. */
    public String mqtt() {
        return "127.0.0.1:" + ports.mqtt();
    }

    /** Data and keys. */
    public BrokerFolder data() {
        return BrokerFolder.of(folder.resolve("data"), null);
    }

    Path settings() {
        return folder.resolve("waxwing.yaml");
    }

    /** What its node printed since its last start; beside it, with {@code .1} at the end, what it did before. */
    public Path log() {
        return folder.resolve("node.log");
    }

    Path processRecord() {
        return folder.resolve("process.json");
    }

    URI uri(String path) {
        return URI.create(http() + path);
    }
}

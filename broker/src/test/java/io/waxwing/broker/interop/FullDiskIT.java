package io.waxwing.broker.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.waxwing.broker.process.NodeProcess;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file system of its own that fills up: acknowledgements stop, the node says why, and goes on when there is room. */
@Tag("interop")
class FullDiskIT {
    private final HttpClient http = HttpClient.newHttpClient();

    @TempDir
    private Path folder = Path.of("");

    @Test
    void aFullDiskStopsAcknowledgementsUntilThereIsRoomAgain() throws Exception {
        Path disk = Files.createDirectory(folder.resolve("disk"));
        Shell.run(folder, Map.of(), "mount -t tmpfs -o size=400m tmpfs disk");
        try {
            List<String> acknowledged = new ArrayList<>();
            try (NodeProcess node = NodeProcess.start(disk.resolve("data"), "store.reserve=64MiB")) {
                acknowledged.add(eventId(publish(node)));
                Shell.run(disk, Map.of(), "head -c 1G /dev/zero > filler || true; ls -l filler");
                HttpResponse<String> refused = publish(node);
                assertThat(refused.statusCode()).isEqualTo(503);
                assertThat(refused.body()).contains("WXW-2101").contains("store.reserve");
                assertThat(get(node, "/health/ready").statusCode()).isEqualTo(503);
                assertThat(get(node, "/health/ready").body()).contains("disk is full");
                assertThat(get(node, "/health/live").statusCode()).isEqualTo(200);
                Files.delete(disk.resolve("filler"));
                Awaitility.await()
                        .atMost(30, TimeUnit.SECONDS)
                        .until(() -> get(node, "/health/ready").statusCode() == 200);
                acknowledged.add(eventId(publish(node)));
                for (String eventId : acknowledged) {
                    assertThat(get(node, "/v1/events/" + eventId).statusCode()).isEqualTo(200);
                }
            }
        } finally {
            Shell.run(folder, Map.of(), "umount disk");
        }
    }

    private HttpResponse<String> publish(NodeProcess node) throws Exception {
        return http.send(
                HttpRequest.newBuilder(node.http("/v1/topics/full/disk/events"))
                        .POST(HttpRequest.BodyPublishers.ofString("x"))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static String eventId(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        return answer.headers().firstValue("location").orElseThrow().substring("/v1/events/".length());
    }

    private HttpResponse<String> get(NodeProcess node, String path) throws Exception {
        return http.send(HttpRequest.newBuilder(node.http(path)).build(), HttpResponse.BodyHandlers.ofString());
    }
}

package io.waxwing.broker.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node that must not start says why, with a code, and leaves everything as it was. */
class RefusedStartIT {
    @TempDir
    private Path folder = Path.of("");

    private String run(String... more) throws IOException, InterruptedException {
        List<String> command = new java.util.ArrayList<>(
                List.of("server", "run", "--data", folder.resolve("data").toString()));
        command.addAll(List.of(
                "--set", "listeners.mqtt.port=0", "--set", "listeners.http.port=0", "--set", "listeners.stomp.port=0"));
        command.addAll(List.of(more));
        return NodeProcess.command(command.toArray(String[]::new));
    }

    @Test
    void onSettingsThatAreUnknownOrUnsafe() throws Exception {
        assertThat(run("--set", "listeners.mqtt.prot=1"))
                .startsWith("exit 1")
                .contains("WXW-2001")
                .contains("did you mean 'listeners.mqtt.port'?");
        assertThat(run("--set", "ledger.heartbeat=soon")).startsWith("exit 1").contains("WXW-2002");
        assertThat(run("--set", "listeners.http.host=0.0.0.0"))
                .startsWith("exit 1")
                .contains("WXW-2004")
                .contains("TLS and authentication");
        assertThat(folder.resolve("data")).doesNotExist();
    }

    @Test
    void onDataOfAnotherLedgerAndOnADamagedVoteLog() throws Exception {
        publishOnce(folder.resolve("data"));
        publishOnce(folder.resolve("other"));
        assertThat(run("--keys", folder.resolve("other").resolve("keys").toString()))
                .startsWith("exit 1")
                .contains("WXW-3101");
        flipInVoteLog();
        assertThat(run()).startsWith("exit 1").containsPattern("WXW-310[0-9]");
    }

    private static void publishOnce(Path data) throws Exception {
        try (NodeProcess node = NodeProcess.start(data)) {
            Load load = new Load();
            load.run(node, 0, 200);
            load.ended();
            assertThat(load.acknowledged()).isNotEmpty();
        }
    }

    /** One bit in the middle of what is written: not at the end, which a crash could have torn. */
    private void flipInVoteLog() throws IOException {
        try (Stream<Path> files = Files.walk(folder.resolve("data").resolve("keys"))) {
            Path log = files.filter(file -> file.getFileName().toString().endsWith(".log"))
                    .findFirst()
                    .orElseThrow();
            try (RandomAccessFile bytes = new RandomAccessFile(log.toFile(), "rw")) {
                bytes.seek(200);
                int old = bytes.read();
                bytes.seek(200);
                bytes.write(old ^ 1);
            }
        }
    }

    @Test
    void twoProcessesNeverShareAFolder() throws Exception {
        try (NodeProcess node = NodeProcess.start(folder.resolve("data"))) {
            assertThat(run()).startsWith("exit 1").contains("WXW-2103");
            assertThat(node.log().getBytes(StandardCharsets.UTF_8)).isNotEmpty();
        }
    }
}

package io.waxwing.broker.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's tour, typed by a test: its own words, on the default ports, with the launcher. */
@Tag("interop")
class ReadmeIT {
    @TempDir
    private Path folder = Path.of("");

    @Test
    void theTourEndsWithAVerifiedReceiptWithin45Seconds() throws Exception {
        Files.createSymbolicLink(folder.resolve("waxwing"), Shell.root().resolve("waxwing"));
        long begin = System.nanoTime();
        Process server = new ProcessBuilder(
                        Shell.root().resolve("waxwing").toString(), "server", "run", "--ready-file", "ready")
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
        try {
            Awaitility.await()
                    .atMost(45, TimeUnit.SECONDS)
                    .until(() -> Files.exists(folder.resolve("ready")) || !server.isAlive());
            assertThat(server.isAlive()).as(log()).isTrue();
            long readyMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
            Path seen = folder.resolve("seen");
            Process subscriber = Shell.start(folder, Map.of(), block("subscriber"), seen);
            Awaitility.await().atMost(20, TimeUnit.SECONDS).until(() -> subscriptions() == 1);
            String output = Shell.run(folder, Map.of(), block("tour"));
            long verifiedMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
            assertThat(output).contains("\"status\":\"ordered\"").contains("VERIFIED");
            assertThat(subscriber.waitFor(20, TimeUnit.SECONDS)).isTrue();
            assertThat(Files.readString(seen)).isEqualTo("{\"on\":true}\n");
            System.out.println("ReadmeIT: ready after " + readyMs + " ms, verified after " + verifiedMs + " ms");
            assertThat(verifiedMs).isLessThan(45_000);
        } finally {
            server.destroy();
            server.waitFor();
        }
    }

    private static String block(String name) throws IOException {
        Matcher block = Pattern.compile("```sh " + name + "\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(Shell.root().resolve("README.md")));
        assertThat(block.find()).as(name).isTrue();
        return block.group(1);
    }

    private static int subscriptions() throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:8080/metrics"))
                .build();
        String metrics = HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.ofString())
                .body();
        return metrics.contains("\nwaxwing_subscriptions 1") ? 1 : 0;
    }

    private String log() throws IOException {
        return Files.readString(folder.resolve("log"));
    }
}

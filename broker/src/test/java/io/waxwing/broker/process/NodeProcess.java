package io.waxwing.broker.process;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** A node in a process of its own, started from this test's class path, on free ports. */
public final class NodeProcess implements AutoCloseable {
    private final Process process;
    private final Path log;
    private final JsonNode listeners;

    private NodeProcess(Process process, Path log, JsonNode listeners) {
        this.process = process;
        this.log = log;
        this.listeners = listeners;
    }

    /** Starts a node on a data folder and waits until it is ready. */
    public static NodeProcess start(Path data, String... settings) throws IOException {
        Path ready = Files.createTempFile("waxwing", ".ready");
        Files.delete(ready);
        Path log = Files.createTempFile("waxwing", ".log");
        return ready(launch(data, ready, log, "--set", settings), ready, log);
    }

    /** The same with a configuration file. */
    public static NodeProcess startWith(Path data, Path config) throws IOException {
        Path ready = Files.createTempFile("waxwing", ".ready");
        Files.delete(ready);
        Path log = Files.createTempFile("waxwing", ".log");
        return ready(launch(data, ready, log, "--config", config.toString()), ready, log);
    }

    private static NodeProcess ready(Process process, Path ready, Path log) throws IOException {
        Awaitility.await()
                .atMost(60, TimeUnit.SECONDS)
                .pollInterval(20, TimeUnit.MILLISECONDS)
                .until(() -> Files.exists(ready) || !process.isAlive());
        if (!Files.exists(ready)) {
            throw new IllegalStateException("node did not start: " + Files.readString(log));
        }
        JsonNode listeners =
                new ObjectMapper().readTree(Files.readAllBytes(ready)).get("listeners");
        Files.delete(ready);
        return new NodeProcess(process, log, listeners);
    }

    private static Process launch(Path data, Path ready, Path log, String option, String... settings)
            throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                "io.waxwing.broker.Main",
                "server",
                "run",
                "--data",
                data.toString(),
                "--ready-file",
                ready.toString(),
                "--set",
                "listeners.mqtt.port=0",
                "--set",
                "listeners.http.port=0",
                "--set",
                "listeners.stomp.port=0"));
        for (String setting : settings) {
            command.add(option);
            command.add(setting);
        }
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
    }

    /** Runs a waxwing command to its end and returns what it printed, with the exit code in the first line. */
    public static String command(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                "io.waxwing.broker.Main"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        return "exit " + process.waitFor() + "\n" + output;
    }

    public URI http(String path) {
        return URI.create(
                "http://127.0.0.1:" + listeners.get("http").get("port").asInt() + path);
    }

    public String mqttUri() {
        return "tcp://127.0.0.1:" + mqttPort();
    }

    public int mqttPort() {
        return listeners.get("mqtt").get("port").asInt();
    }

    public int stompPort() {
        return listeners.get("stomp").get("port").asInt();
    }

    public String log() throws IOException {
        return Files.readString(log);
    }

    /** kill -9. */
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** SIGTERM, and waits for the orderly end. */
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IllegalStateException("node did not stop within 30 s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

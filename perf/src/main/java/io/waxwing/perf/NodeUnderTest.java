package io.waxwing.perf;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.waxwing.perf.peer.JvmFlags;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A node in a process of its own with the flags of the launcher, and what that process has used so far. */
final class NodeUnderTest implements AutoCloseable {
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final Process process;
    private final JsonNode listeners;
    private final long readyMillis;

    private NodeUnderTest(Process process, JsonNode listeners, long readyMillis) {
        this.process = process;
        this.listeners = listeners;
        this.readyMillis = readyMillis;
    }

    /** {@code settings}, such as {@code peers.port=1}, go before those of the file. */
    static NodeUnderTest start(Path folder, Path config, String... settings) throws IOException, InterruptedException {
        Path ready = folder.resolve("ready.json");
        Files.deleteIfExists(ready);
        List<String> command = JvmFlags.all();
        command.addAll(List.of(
                "-cp",
                System.getProperty("java.class.path"),
                "io.waxwing.broker.Main",
                "server",
                "run",
                "--data",
                folder.resolve("data").toString(),
                "--ready-file",
                ready.toString(),
                "--set",
                "listeners.mqtt.port=0",
                "--set",
                "listeners.stomp.port=0",
                "--set",
                "listeners.http.port=0"));
        for (String setting : settings) {
            command.add("--set");
            command.add(setting);
        }
        command.add("--config");
        command.add(config.toString());
        long begin = System.nanoTime();
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("node.log").toFile())
                .start();
        while (!Files.exists(ready)) {
            if (process.waitFor(5, TimeUnit.MILLISECONDS)) {
                throw new IOException("the node did not start: " + Files.readString(folder.resolve("node.log")));
            }
        }
        long readyMillis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
        JsonNode listeners = new ObjectMapper().readTree(ready.toFile()).get("listeners");
        return new NodeUnderTest(process, listeners, readyMillis);
    }

    InetSocketAddress mqtt() {
        return new InetSocketAddress(
                InetAddress.getLoopbackAddress(),
                listeners.get("mqtt").get("port").asInt());
    }

    long pid() {
        return process.pid();
    }

    /** A figure of this node's metrics. */
    double metric(String name) throws IOException, InterruptedException {
        return lines(name + " ")
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                .findFirst()
                .orElseThrow(() -> new IOException("the node has no metric " + name));
    }

    /** A histogram of this node's metrics: how many there were up to each bound. */
    NavigableMap<Double, Double> histogram(String name) throws IOException, InterruptedException {
        String prefix = name + "_bucket{le=\"";
        NavigableMap<Double, Double> counts = new TreeMap<>();
        lines(prefix).forEach(line -> {
            String bound = line.substring(prefix.length(), line.indexOf('"', prefix.length()));
            double most = bound.equals("+Inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(bound);
            counts.put(most, Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)));
        });
        return counts;
    }

    private Stream<String> lines(String prefix) throws IOException, InterruptedException {
        URI uri = URI.create(
                "http://127.0.0.1:" + listeners.get("http").get("port").asInt() + "/metrics");
        return HTTP.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
                .body()
                .lines()
                .filter(line -> line.startsWith(prefix));
    }

    /** Ends it as a crash does. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** From starting the process to its ready file. */
    long readyMillis() {
        return readyMillis;
    }

    /** User and system time of the process, microseconds, in steps of 10 ms. */
    long cpuMicros() {
        return process.info()
                .totalCpuDuration()
                .map(duration -> duration.toNanos() / 1000)
                .orElse(0L);
    }

    @Override
    public void close() {
        process.destroy();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

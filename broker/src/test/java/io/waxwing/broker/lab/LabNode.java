package io.waxwing.broker.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.waxwing.broker.BrokerFolder;
import io.waxwing.broker.network.LocalNetwork.Ports;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** A member's node in its namespace, with the relay that lets the test in. */
final class LabNode implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(12);
    private static final HttpClient HTTP = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    private final int number;
    private final String name;
    private final Path folder;
    private final Ports ports;
    private final Namespaces network;
    private final Map<String, String> environment = new LinkedHashMap<>();
    private final Process relay;
    private @Nullable Process process;

    /**
     * A node that does not run yet.
     *
     * @param number from 1
     * @param folder has waxwing.yaml and the data folder
     */
    LabNode(int number, String name, Path folder, Ports ports, Namespaces network) throws IOException {
        this.number = number;
        this.name = name;
        this.folder = folder;
        this.ports = ports;
        this.network = network;
        relay = startRelay();
    }

    private Process startRelay() throws IOException {
        List<String> command = new ArrayList<>(java());
        command.addAll(List.of("-Xmx48m", "io.waxwing.broker.lab.Relay"));
        command.add(Namespaces.controlAddress(number) + ":" + ports.http() + ">" + ports.http());
        if (!network.hasNetem()) {
            command.add("~" + Namespaces.peerAddress(number) + ":" + ports.peer() + ">" + ports.peer());
        }
        return launch(command, folder.resolve("relay.log"));
    }

    private static List<String> java() {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1");
    }

    private Process launch(List<String> command, Path log) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(network.inside(number, command))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
        builder.environment().putAll(environment);
        return builder.start();
    }

    /** The order of the weather, for a relay that stands in for a kernel without it. */
    void weather(int delayMs, int lossPercent) throws IOException {
        relay.getOutputStream()
                .write(("weather " + delayMs + " " + lossPercent + "\n")
                        .getBytes(java.nio.charset.StandardCharsets.UTF_8));
        relay.getOutputStream().flush();
    }

    /** Sets a variable of the environment for the next start. */
    void environment(String variable, String value) {
        environment.put(variable, value);
    }

    /** Without the clock of its own, from its next start on. */
    void trueClock() {
        environment.remove("LD_PRELOAD");
    }

    void start(String... settings) throws IOException {
        List<String> command = new ArrayList<>(java());
        command.addAll(List.of("-Xmx256m", "-Djdk.nio.maxCachedBufferSize=262144", "io.waxwing.broker.Main"));
        command.addAll(List.of(
                "server", "run", "--config", folder.resolve("waxwing.yaml").toString()));
        command.addAll(List.of("--data", data().data().toString(), "--set", "log.format=human"));
        if (!network.hasNetem()) {
            command.addAll(List.of("--set", "peers.host=127.0.0.1"));
        }
        for (String setting : settings) {
            command.addAll(List.of("--set", setting));
        }
        process = launch(command, folder.resolve("node.log"));
    }

    /** Runs a command of the program beside the node, with its operator's token; what it prints. It must succeed. */
    String waxwing(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(java());
        command.add("io.waxwing.broker.Main");
        command.addAll(List.of(arguments));
        Path printed = folder.resolve("command.log");
        Files.deleteIfExists(printed);
        environment.put(
                "WAXWING_TOKEN",
                Files.readString(data().data().resolve("operator.token")).strip());
        Process run = launch(command, printed);
        environment.remove("WAXWING_TOKEN");
        assertThat(run.waitFor(60, TimeUnit.SECONDS)).as("%s ends", command).isTrue();
        String said = Files.readString(printed);
        assertThat(run.exitValue()).as("%s says %s", command, said).isZero();
        return said;
    }

    /** Where it listens, as programs beside it say. */
    String url() {
        return "http://127.0.0.1:" + ports.http();
    }

    int peerPort() {
        return ports.peer();
    }

    BrokerFolder data() {
        return BrokerFolder.of(folder.resolve("data"), null);
    }

    Path folder() {
        return folder;
    }

    String name() {
        return name;
    }

    int number() {
        return number;
    }

    void awaitReady() {
        Awaitility.await(name + " is ready")
                .atMost(90, TimeUnit.SECONDS)
                .pollInterval(200, TimeUnit.MILLISECONDS)
                .until(() -> {
                    assertThat(process().isAlive())
                            .as(() -> name + " ended: " + log())
                            .isTrue();
                    return isReady();
                });
    }

    boolean isReady() {
        HttpResponse<String> answer = tryGet("/health/ready");
        return answer != null && answer.statusCode() == 200;
    }

    /** The last lines of its log. */
    String log() {
        try {
            List<String> lines = Files.readAllLines(folder.resolve("node.log"));
            return String.join("\n", lines.subList(Math.max(0, lines.size() - 25), lines.size()));
        } catch (IOException e) {
            return e.toString();
        }
    }

    private Process process() {
        return Objects.requireNonNull(process, "was started");
    }

    /** True while its process is there. */
    boolean runs() {
        return process != null && process.isAlive();
    }

    /** kill -9. */
    void kill() throws InterruptedException {
        process().destroyForcibly().waitFor();
    }

    /** SIGTERM, and waits for the orderly end. */
    void stop() throws InterruptedException {
        process().destroy();
        assertThat(process().waitFor(30, TimeUnit.SECONDS))
                .as(() -> name + " ends: " + log())
                .isTrue();
    }

    /** SIGSTOP or SIGCONT. */
    void signal(String which) throws IOException, InterruptedException {
        Namespaces.run("kill", "-" + which, Long.toString(process().pid()));
    }

    URI uri(String path) {
        return URI.create("http://" + Namespaces.controlAddress(number) + ":" + ports.http() + path);
    }

    /** GET, or null if it does not answer. */
    @Nullable HttpResponse<String> tryGet(String path) {
        return send(HttpRequest.newBuilder(uri(path)).timeout(PATIENCE).build(), HttpResponse.BodyHandlers.ofString());
    }

    /** GET that must be answered. */
    <T> HttpResponse<T> get(String path, HttpResponse.BodyHandler<T> handler) {
        HttpResponse<T> answer =
                send(HttpRequest.newBuilder(uri(path)).timeout(PATIENCE).build(), handler);
        assertThat(answer).as(name + " answers " + path).isNotNull();
        return Objects.requireNonNull(answer);
    }

    /**
     * Publishes a text and waits at most some seconds for it to become final; null if nobody knows what became of it.
     */
    @Nullable HttpResponse<String> publish(String topic, String payload, int waitSeconds) {
        return send(
                HttpRequest.newBuilder(uri("/v1/topics/" + topic.replace("/", "%2F") + "/events"))
                        .timeout(PATIENCE)
                        .header("content-type", "text/plain")
                        .header("prefer", "wait=" + waitSeconds)
                        .POST(HttpRequest.BodyPublishers.ofString(payload))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static <T> @Nullable HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> handler) {
        try {
            return HTTP.send(request, handler);
        } catch (IOException nobody) {
            return null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
    }

    /** A figure of its metrics, or -1. */
    double metric(String metric) {
        HttpResponse<String> answer = tryGet("/metrics");
        return answer == null
                ? -1
                : answer.body()
                        .lines()
                        .filter(line -> line.startsWith(metric + " "))
                        .mapToDouble(line -> Double.parseDouble(line.substring(metric.length() + 1)))
                        .findFirst()
                        .orElse(-1);
    }

    /** Its log, and of a node that runs its metrics and what its threads do. */
    void keepEvidence(Path kept) throws IOException, InterruptedException {
        Files.copy(folder.resolve("node.log"), kept.resolve("node.log"));
        if (!runs()) {
            return;
        }
        HttpResponse<String> metrics = tryGet("/metrics");
        Files.writeString(kept.resolve("metrics"), metrics == null ? "no answer" : metrics.body());
        Process stacks = new ProcessBuilder("jcmd", Long.toString(process().pid()), "Thread.print")
                .redirectErrorStream(true)
                .redirectOutput(kept.resolve("stacks").toFile())
                .start();
        if (!stacks.waitFor(20, TimeUnit.SECONDS)) {
            stacks.destroyForcibly();
        }
    }

    /** Ends node and relay, whatever state they are in. */
    @Override
    public void close() {
        if (process != null) {
            process.destroyForcibly();
        }
        relay.destroyForcibly();
    }
}

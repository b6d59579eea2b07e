package io.waxwing.perf.peer;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A broker that runs, and what it has used so far. */
public final class BrokerProcess implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 90;

    private final String name;
    private final Process process;
    private final InetSocketAddress mqtt;
    private final InetSocketAddress http;

    private BrokerProcess(String name, Process process, At at) {
        this.name = name;
        this.process = process;
        this.mqtt = loopback(at.port());
        this.http = loopback(at.httpPort());
    }

    /** Starts it and waits until it accepts connections on {@code port}. */
    static BrokerProcess start(String name, List<String> command, Map<String, String> environment, At at)
            throws IOException, InterruptedException {
        Path log = at.folder().resolve(name.replace(' ', '-') + ".log");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.directory(at.folder().toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        InetSocketAddress mqtt = loopback(at.port());
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!accepts(mqtt)) {
            if (process.waitFor(50, TimeUnit.MILLISECONDS) || System.nanoTime() - end > 0) {
                process.destroyForcibly();
                throw new IOException(name + " did not start: " + Files.readString(log));
            }
        }
        return new BrokerProcess(name, process, at);
    }

    private static InetSocketAddress loopback(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    /** Where a broker keeps its files, its port for MQTT, and one for HTTP if it speaks that. */
    record At(Path folder, int port, int httpPort) {
        static At free(Path below, String name) throws IOException {
            try (ServerSocket mqtt = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                    ServerSocket http = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                return new At(Files.createTempDirectory(below, name), mqtt.getLocalPort(), http.getLocalPort());
            }
        }
    }

    private static boolean accepts(InetSocketAddress address) {
        try (Socket socket = new Socket()) {
            socket.connect(address, 1000);
            return true;
        } catch (IOException notYet) {
            return false;
        }
    }

    /** As in the report. */
    public String name() {
        return name;
    }

    public InetSocketAddress mqtt() {
        return mqtt;
    }

    /** Where a broker that publishes by HTTP takes it; nobody listens there at others. */
    public InetSocketAddress http() {
        return http;
    }

    /** User and system time of the process and its children, microseconds, in steps of 10 ms. */
    public long cpuMicros() {
        return all().mapToLong(handle -> handle.info()
                        .totalCpuDuration()
                        .map(duration -> duration.toNanos() / 1000)
                        .orElse(0L))
                .sum();
    }

    /** Resident memory of the process and its children, bytes. */
    public long residentBytes() {
        return all().mapToLong(handle -> residentBytes(handle.pid())).sum();
    }

    private static long residentBytes(long pid) {
        try (Stream<String> lines = Files.lines(Path.of("/proc", Long.toString(pid), "status"))) {
            return lines.filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
                    .sum();
        } catch (IOException gone) {
            return 0;
        }
    }

    private Stream<ProcessHandle> all() {
        return Stream.concat(Stream.of(process.toHandle()), process.descendants());
    }

    @Override
    public void close() {
        List<ProcessHandle> children = process.descendants().toList();
        process.destroy();
        try {
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        children.forEach(ProcessHandle::destroyForcibly);
    }
}

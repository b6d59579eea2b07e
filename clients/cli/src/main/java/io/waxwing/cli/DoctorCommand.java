package io.waxwing.cli;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "doctor",
        description = "Looks at this machine and at a node: Java, disk, ports, reachability, clock.",
        mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the fields before call().
final class DoctorCommand implements Callable<Integer> {
    private static final int WANTED_JAVA = 17;
    private static final long WANTED_DISK_BYTES = 1L << 30;
    private static final Duration WANTED_CLOCK = Duration.ofSeconds(2);
    private static final int[] DEFAULT_PORTS = {1883, 8080};

    @Spec
    private CommandSpec spec;

    @Mixin
    private ServerOptions server;

    @Option(names = "--data", paramLabel = "DIR", defaultValue = "data", description = "Default: data")
    private Path data;

    private int exitCode = ExitCodes.OK;

    @Override
    public Integer call() {
        Screen screen = new Screen(spec);
        java(screen);
        disk(screen);
        for (int port : DEFAULT_PORTS) {
            port(screen, port);
        }
        node(screen);
        return exitCode;
    }

    private void java(Screen screen) {
        int version = Runtime.version().feature();
        tell(
                screen,
                "java",
                version >= WANTED_JAVA,
                System.getProperty("java.version") + ", want " + WANTED_JAVA + "+");
    }

    private void disk(Screen screen) {
        File folder = data.toAbsolutePath().toFile();
        while (folder.getParentFile() != null && !folder.exists()) {
            folder = folder.getParentFile();
        }
        long free = folder.getUsableSpace();
        tell(screen, "disk", free >= WANTED_DISK_BYTES, (free >> 20) + " MiB free at " + folder + ", want 1024");
    }

    /** Only a remark: a port in use is right if the node uses it. */
    private static void port(Screen screen, int port) {
        String state;
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            state = "free";
        } catch (IOException inUse) {
            state = "in use";
        }
        screen.row("port " + port, state);
    }

    private void node(Screen screen) {
        Api api = server.api();
        Instant before = Instant.now();
        Api.Answer ready;
        try {
            ready = api.tryGet("/health/ready");
        } catch (CliFailure unreachable) {
            tell(screen, "node", false, unreachable.getMessage() + " — start one with: waxwing server run");
            exitCode = ExitCodes.UNREACHABLE;
            return;
        }
        tell(
                screen,
                "node",
                ready.status() == 200,
                api.base() + (ready.status() == 200 ? " is ready" : " is not ready"));
        if (ready.status() == 503) {
            ready.json()
                    .path("checks")
                    .forEach(check -> screen.row(
                            "",
                            check.path("name").asText() + ": "
                                    + check.path("detail").asText()));
        }
        clock(screen, ready, before);
    }

    private void clock(Screen screen, Api.Answer answer, Instant before) {
        String date = answer.header("date");
        if (date == null) {
            screen.row("clock", "the node does not tell its time");
            return;
        }
        try {
            Instant theirs = ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant();
            Duration apart = Duration.between(before, theirs).abs();
            tell(
                    screen,
                    "clock",
                    apart.compareTo(WANTED_CLOCK) <= 0,
                    apart.toMillis() + " ms from the node's, want < 2000");
        } catch (DateTimeException notADate) {
            screen.row("clock", "the node's Date header cannot be read");
        }
    }

    private void tell(Screen screen, String what, boolean ok, String detail) {
        screen.row(what, detail + "   " + (ok ? screen.good("ok") : screen.bad("NOT OK")));
        if (!ok && exitCode == ExitCodes.OK) {
            exitCode = ExitCodes.USAGE;
        }
    }
}

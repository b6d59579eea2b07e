package io.waxwing.broker.demo;

import java.lang.ProcessBuilder.Redirect;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The command line of a member's node: this program's own Java, classes and class archive, with a small heap, because
 * there are several of them on one machine.
 */
final class NodeCommand {
    private static final List<String> SMALL = List.of(
            "-Xms32m",
            "-Xmx192m",
            "-Xss512k",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:MaxDirectMemorySize=128m",
            // A thread that once wrote much in one go would otherwise keep as much memory for ever.
            "-Djdk.nio.maxCachedBufferSize=262144",
            "-XX:ReservedCodeCacheSize=48m",
            "-XX:+ExitOnOutOfMemoryError");

    private NodeCommand() {}

    static ProcessBuilder of(DemoMember member) {
        List<String> command = new ArrayList<>();
        Path setsid = onPath("setsid");
        if (setsid != null) {
            // Away from the terminal: its Ctrl-C and its end are for the demo, which then ends its nodes in order.
            command.add(setsid.toString());
        }
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(SMALL);
        command.addAll(classArchive());
        command.add(mark(member));
        command.add("io.waxwing.broker.Main");
        command.addAll(List.of("server", "run", "--config", member.settings().toString()));
        command.addAll(List.of("--data", member.data().data().toString(), "--set", "log.format=human"));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(member.log().toFile())
                .redirectInput(Redirect.from(Path.of("/dev/null").toFile()));
        // Not on the command line: a long one would not be shown whole to whoever wants to know which process this is.
        builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
        // One library file per member, written again by the next start: a killed node leaves no copies behind.
        builder.environment().put("ROCKSDB_SHAREDLIB_DIR", nativeFolder(member).toString());
        // Native memory that was freed goes back: without it each of the many threads would keep its own reserve.
        builder.environment().put("MALLOC_ARENA_MAX", "2");
        return builder;
    }

    /** What makes a process recognisable as this member's node. */
    static String mark(DemoMember member) {
        return "-Dwaxwing.demo=" + member.folder().toAbsolutePath().normalize();
    }

    static Path nativeFolder(DemoMember member) {
        return member.folder().resolve("native");
    }

    private static List<String> classArchive() {
        return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> argument.startsWith("-XX:SharedArchiveFile=") || argument.startsWith("-Xlog:cds"))
                .toList();
    }

    private static @Nullable Path onPath(String program) {
        String path = System.getenv("PATH");
        return Stream.of((path == null ? "" : path).split(":", -1))
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .findFirst()
                .orElse(null);
    }
}

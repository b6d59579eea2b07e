package io.waxwing.perf.peer;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** How nodes are started for measuring: as the launcher starts them. */
public final class JvmFlags {
    /** The java of this process and the launcher's flags. */
    private static final List<String> OF_THE_LAUNCHER = List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xms64m",
            "-Xmx512m",
            "-XX:+UseParallelGC",
            "-XX:ThreadPriorityPolicy=1",
            "-XX:CompilerThreadPriority=10",
            "-XX:-PrintWarnings");

    /** More flags for nodes, of a profiler for example; separated by spaces. */
    private static final String MORE = "PERF_JVM";

    private JvmFlags() {}

    /** Those of the launcher and those of the environment. */
    public static List<String> all() {
        List<String> flags = new ArrayList<>(OF_THE_LAUNCHER);
        String more = System.getenv(MORE);
        if (more != null && !more.isBlank()) {
            flags.addAll(List.of(more.strip().split(" +")));
        }
        return flags;
    }
}

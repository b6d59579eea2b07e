package io.waxwing.perf.peer;

import java.nio.file.Path;
import java.util.List;

/** How nodes are started for measuring: as the launcher starts them. */
public final class JvmFlags {
    /** The java of this process and the launcher's flags. */
    public static final List<String> OF_THE_LAUNCHER = List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xms64m",
            "-Xmx512m",
            "-XX:+UseParallelGC",
            "-XX:ThreadPriorityPolicy=1",
            "-XX:CompilerThreadPriority=10",
            "-XX:-PrintWarnings");

    private JvmFlags() {}
}

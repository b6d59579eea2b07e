package io.waxwing.broker.admin;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;

/** Figures of the process itself, under the names that Java programs use everywhere, and which build this is. */
public final class ProcessMetrics {
    private ProcessMetrics() {}

    public static void register(MeterRegistry registry) {
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        FunctionCounter.builder("process.cpu", ProcessHandle.current(), ProcessMetrics::cpuSeconds)
                .baseUnit("seconds")
                .description("User and system time of this process")
                .register(registry);
        new FileDescriptorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        Gauge.builder("waxwing.build.info", () -> 1)
                .description("1, with what this program was built from")
                .tag("version", version())
                .tag("java", Runtime.version().toString())
                .register(registry);
    }

    private static double cpuSeconds(ProcessHandle process) {
        return process.info()
                .totalCpuDuration()
                .map(duration -> duration.toMillis() / 1000.0)
                .orElse(0.0);
    }

    /** The version in the jar's manifest, or {@code dev} when run from class files. */
    public static String version() {
        String version = ProcessMetrics.class.getPackage().getImplementationVersion();
        return version == null ? "dev" : version;
    }
}

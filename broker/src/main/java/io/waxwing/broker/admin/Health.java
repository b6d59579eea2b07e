package io.waxwing.broker.admin;

import io.waxwing.bus.spi.HealthSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The node's state as its parts report it. Any thread. */
public final class Health implements HealthSource {
    private final List<Part> liveParts = new ArrayList<>();
    private final List<Part> readyParts = new ArrayList<>();
    private volatile boolean started;
    private volatile boolean stopping;

    private record Part(String name, Supplier<@Nullable String> problem, String whenWell) {}

    /** Adds a part that the process cannot live without; {@code problem} gives null while it is well. */
    public Health live(String name, Supplier<@Nullable String> problem) {
        liveParts.add(new Part(name, problem, "running"));
        return this;
    }

    /** Adds a part that the node cannot be given work without. */
    public Health ready(String name, Supplier<@Nullable String> problem) {
        readyParts.add(new Part(name, problem, "ok"));
        return this;
    }

    /** Start-up is over. */
    public void markStarted() {
        started = true;
    }

    /** From now on not ready: whoever sends work should look elsewhere. */
    public void markStopping() {
        stopping = true;
    }

    @Override
    public List<Check> live() {
        return checks(liveParts);
    }

    @Override
    public List<Check> ready() {
        List<Check> checks = new ArrayList<>(checks(liveParts));
        checks.addAll(checks(readyParts));
        boolean serving = started && !stopping;
        checks.add(new Check("serving", serving, serving ? "ok" : stopping ? "shutting down" : "starting"));
        return checks;
    }

    @Override
    public boolean started() {
        return started;
    }

    private static List<Check> checks(List<Part> parts) {
        List<Check> checks = new ArrayList<>(parts.size());
        for (Part part : parts) {
            String problem = part.problem().get();
            checks.add(new Check(part.name(), problem == null, problem == null ? part.whenWell() : problem));
        }
        return checks;
    }
}

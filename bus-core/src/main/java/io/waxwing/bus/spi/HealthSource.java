package io.waxwing.bus.spi;

import java.util.List;

/** What the node knows of its own state. Methods may be called from any thread and do not block. */
public interface HealthSource {
    /** Whether the process should be left running: its loops turn. */
    List<Check> live();

    /** Whether it should be given work: listeners bound, store writable, ledger going on, not shutting down. */
    List<Check> ready();

    /** Whether start-up is over. */
    boolean started();

    /**
     * One thing looked at.
     *
     * @param name stable, lower case, for example {@code store}
     * @param ok whether it is as it should be
     * @param detail one line for a human; never secrets
     */
    record Check(String name, boolean ok, String detail) {}
}

package io.waxwing.ledger.simplex;

import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Tells a validator that repeats itself about views long decided how far the others are; not more often than D. */
final class Stragglers {
    private final Certificates certificates;
    private final Outbox out;
    private final long intervalNanos;
    private final @Nullable Long[] helpedNanos;

    Stragglers(Setup setup, Certificates certificates, Outbox out) {
        this.certificates = certificates;
        this.out = out;
        this.intervalNanos = setup.timing().startNanos();
        this.helpedNanos = new Long[setup.validators().size()];
    }

    /** Sends the newest finalization and the newest certificate. */
    void help(int peer, long nowNanos) {
        if (peer >= helpedNanos.length) {
            return;
        }
        Long helped = helpedNanos[peer];
        if (helped != null && nowNanos - helped < intervalNanos) {
            return;
        }
        helpedNanos[peer] = nowNanos;
        Set<@Nullable Certificate> known = new LinkedHashSet<>();
        known.add(certificates.finalization());
        known.add(certificates.newest());
        for (Certificate certificate : known) {
            if (certificate != null) {
                out.send(peer, certificate);
            }
        }
    }
}

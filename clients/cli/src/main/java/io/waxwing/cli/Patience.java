package io.waxwing.cli;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/** Tries again while a node cannot be reached or has no room, for a while after the last success. */
final class Patience {
    private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final long nanos;
    private final Screen screen;
    private boolean told;

    Patience(long seconds, Screen screen) {
        this.nanos = TimeUnit.SECONDS.toNanos(seconds);
        this.screen = screen;
    }

    /** What it gives at last. @throws CliFailure the last one, or any that trying again does not help */
    <T> T of(Supplier<T> work) {
        long begin = System.nanoTime();
        while (true) {
            try {
                T result = work.get();
                told = false;
                return result;
            } catch (CliFailure failure) {
                boolean passing =
                        failure.exitCode() == ExitCodes.UNREACHABLE || failure.exitCode() == ExitCodes.TIMEOUT;
                if (!passing || System.nanoTime() - begin >= nanos) {
                    throw failure;
                }
                if (!told) {
                    told = true;
                    screen.line(screen.pending("waiting: ") + failure.getMessage());
                }
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }
}

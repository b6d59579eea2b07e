package io.waxwing.broker.config;

import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * See {@code access.*}.
 *
 * @param file users and grants; null: nobody is asked who he is
 * @param look how often the file is looked at for changes
 * @param hashThreads passwords that are checked at the same time
 * @param failuresPerUser wrong logins of one user name in a window
 * @param failuresPerAddress wrong logins of one source address in a window
 * @param failureWindow in which they come back
 * @param insecureLan clients from elsewhere may come without TLS
 * @param commandType how the type of an event begins that commands a device; empty: none does
 * @param jwt whose tokens are good too; null: nobody's
 */
public record AccessSettings(
        @Nullable Path file,
        Duration look,
        int hashThreads,
        int failuresPerUser,
        int failuresPerAddress,
        Duration failureWindow,
        boolean insecureLan,
        String commandType,
        @Nullable JwtSettings jwt) {
    static AccessSettings of(Settings settings) {
        String file = settings.text("access.file");
        AccessSettings read = new AccessSettings(
                file.isEmpty() ? null : Path.of(file),
                positive(settings, "access.look"),
                (int) settings.number("access.hashThreads", 1, 64),
                (int) settings.number("access.failuresPerUser", 1, 1_000_000),
                (int) settings.number("access.failuresPerAddress", 1, 1_000_000),
                positive(settings, "access.failureWindow"),
                settings.flag("access.insecureLan"),
                settings.text("access.commandType"),
                JwtSettings.of(settings));
        if ((read.insecureLan || read.jwt != null) && file.isEmpty()) {
            throw new RefusedException(FailureCode.CONFIG_VALUE, "access.insecureLan and access.jwt need access.file");
        }
        return read;
    }

    private static Duration positive(Settings settings, String path) {
        Duration duration = settings.duration(path);
        if (duration.isZero()) {
            throw new RefusedException(FailureCode.CONFIG_VALUE, path + ": want more than 0s");
        }
        return duration;
    }

    /** Whether clients are asked who they are. */
    public boolean isOn() {
        return file != null;
    }
}

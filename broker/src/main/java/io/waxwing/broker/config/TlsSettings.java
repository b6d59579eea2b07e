package io.waxwing.broker.config;

import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * See {@code tls.*}.
 *
 * @param certificate PEM file, the server's certificate first, then its issuers
 * @param key PEM file of its private key
 * @param clients whether clients show certificates
 * @param clientCa PEM file of who issues them; null if none are asked for
 * @param look how often the files are looked at for new ones
 */
public record TlsSettings(
        Path certificate,
        Path key,
        Clients clients,
        @Nullable Path clientCa,
        Duration look) {
    /** What clients have to show. */
    public enum Clients {
        NONE,
        OPTIONAL,
        REQUIRED
    }

    /** Null if {@code tls.certificate} is empty: nothing is encrypted. */
    static @Nullable TlsSettings of(Settings settings) {
        String certificate = settings.text("tls.certificate");
        String key = settings.text("tls.key");
        String clientCa = settings.text("tls.clientCa");
        Clients clients = switch (settings.oneOf("tls.clients", List.of("none", "optional", "required"))) {
            case "optional" -> Clients.OPTIONAL;
            case "required" -> Clients.REQUIRED;
            default -> Clients.NONE;
        };
        Duration look = settings.duration("tls.look");
        if (look.isZero()) {
            throw new RefusedException(FailureCode.CONFIG_VALUE, "tls.look: want more than 0s");
        }
        if (certificate.isEmpty() && key.isEmpty()) {
            return null;
        }
        if (certificate.isEmpty() || key.isEmpty()) {
            throw new RefusedException(FailureCode.CONFIG_VALUE, "tls.certificate and tls.key belong together");
        }
        if (clientCa.isEmpty() != (clients == Clients.NONE)) {
            throw new RefusedException(
                    FailureCode.CONFIG_VALUE, "tls.clientCa belongs to tls.clients: optional or required");
        }
        return new TlsSettings(
                Path.of(certificate), Path.of(key), clients, clientCa.isEmpty() ? null : Path.of(clientCa), look);
    }
}

package io.waxwing.http.runtime;

import io.waxwing.http.runtime.TlsIdentity.Clients;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Where HTTP listens.
 *
 * @param host a name or address
 * @param port 0 for any free one
 * @param tls null: not encrypted
 */
public record HttpEndpoint(String host, int port, @Nullable Tls tls) {
    /**
     * How it is encrypted.
     *
     * @param identity what the next connection is shown; asked for each, on event loops, so it must not wait
     * @param clients what clients have to show
     */
    public record Tls(Supplier<TlsIdentity> identity, Clients clients) {}

    /** One that is not encrypted. */
    public static HttpEndpoint plain(String host, int port) {
        return new HttpEndpoint(host, port, null);
    }

    boolean isEncrypted() {
        return tls != null;
    }
}

package io.waxwing.broker;

import io.waxwing.broker.config.BrokerConfig;
import io.waxwing.broker.config.TlsSettings;
import io.waxwing.broker.tls.ServerTls;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.http.runtime.HttpAdapter;
import io.waxwing.http.runtime.HttpEndpoint;
import io.waxwing.http.runtime.TlsIdentity;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where HTTP clients come in. */
final class HttpPart {
    private final Map<String, HttpEndpoint> endpoints = new LinkedHashMap<>();

    /** {@code tls} null: no certificate. Throws {@link RefusedException} WXW-2002 or WXW-2004. */
    HttpPart(BrokerConfig config, @Nullable ServerTls tls) {
        BrokerConfig.Listener plain = config.http().listener();
        BrokerConfig.Listener encrypted = config.http().encrypted();
        ListenerRule.check("http", plain.host(), config.access().insecureLan());
        if (plain.enabled()) {
            endpoints.put("http", HttpEndpoint.plain(plain.host(), plain.port()));
        }
        if (encrypted.enabled()) {
            TlsSettings settings = config.transports().tls();
            if (tls == null || settings == null) {
                throw new RefusedException(
                        FailureCode.CONFIG_VALUE, "listeners.https needs tls.certificate and tls.key");
            }
            ListenerRule.check(
                    "https",
                    encrypted.host(),
                    config.access().isOn() || settings.clients() == TlsSettings.Clients.REQUIRED);
            endpoints.put(
                    "https",
                    new HttpEndpoint(
                            encrypted.host(),
                            encrypted.port(),
                            new HttpEndpoint.Tls(() -> identity(tls), clients(settings.clients()))));
        }
    }

    private static TlsIdentity identity(ServerTls tls) {
        ServerTls.Shown shown = tls.shown();
        return new TlsIdentity(shown.key(), shown.chain(), shown.issuers());
    }

    private static TlsIdentity.Clients clients(TlsSettings.Clients clients) {
        return switch (clients) {
            case NONE -> TlsIdentity.Clients.NONE;
            case OPTIONAL -> TlsIdentity.Clients.OPTIONAL;
            case REQUIRED -> TlsIdentity.Clients.REQUIRED;
        };
    }

    /** Binds them and tells where. @throws RefusedException WXW-2005 */
    void listen(HttpAdapter http, Map<String, InetSocketAddress> listeners) {
        if (endpoints.isEmpty()) {
            return;
        }
        List<String> names = List.copyOf(endpoints.keySet());
        try {
            List<InetSocketAddress> bound = http.start(List.copyOf(endpoints.values()));
            for (int i = 0; i < names.size(); i++) {
                listeners.put(names.get(i), bound.get(i));
            }
        } catch (IllegalStateException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new RefusedException(
                    FailureCode.LISTENER_ADDRESS, "HTTP: " + e.getMessage() + ": " + cause.getMessage());
        }
    }
}

package io.waxwing.broker;

import io.waxwing.broker.config.BrokerConfig;
import io.waxwing.broker.config.StompConfig;
import io.waxwing.broker.config.TlsSettings;
import io.waxwing.broker.tls.ServerTls;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.stomp.netty.StompEndpoint;
import io.waxwing.stomp.netty.StompServer;
import java.net.InetSocketAddress;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where STOMP clients come in. */
final class StompPart {
    private final StompConfig stomp;
    private final @Nullable ServerTls tls;

    /** {@code tls} null: no certificate. Throws {@link RefusedException} WXW-2002 or WXW-2004. */
    StompPart(BrokerConfig config, @Nullable ServerTls tls) {
        this.stomp = config.stomp();
        this.tls = tls;
        ListenerRule.check("stomp", stomp.listener().host(), config.access().insecureLan());
        if (stomp.encrypted().enabled()) {
            TlsSettings settings = config.transports().tls();
            boolean authenticated =
                    config.access().isOn() || (settings != null && settings.clients() == TlsSettings.Clients.REQUIRED);
            ListenerRule.check("stomps", stomp.encrypted().host(), authenticated);
            if (tls == null) {
                throw new RefusedException(
                        FailureCode.CONFIG_VALUE, "listeners.stomps needs tls.certificate and tls.key");
            }
        }
    }

    /** Binds them and tells where. */
    void listen(StompServer server, Map<String, InetSocketAddress> listeners) {
        if (stomp.listener().enabled()) {
            listeners.put("stomp", server.listen(endpoint(stomp.listener(), null)));
        }
        if (stomp.encrypted().enabled()) {
            listeners.put("stomps", server.listen(endpoint(stomp.encrypted(), tls)));
        }
    }

    private StompEndpoint endpoint(BrokerConfig.Listener listener, @Nullable ServerTls encrypted) {
        StompConfig.Pages pages = stomp.pages();
        return new StompEndpoint(
                listener.host(),
                listener.port(),
                encrypted,
                pages.some() ? new StompEndpoint.Pages(pages.origins(), pages.any()) : null);
    }
}

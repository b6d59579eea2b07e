package io.waxwing.broker;

import io.micrometer.core.instrument.MeterRegistry;
import io.waxwing.broker.config.BrokerConfig;
import io.waxwing.broker.config.TlsSettings;
import io.waxwing.broker.runtime.Repeating;
import io.waxwing.broker.tls.ServerTls;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.mqtt.netty.MqttAdapter;
import io.waxwing.mqtt.netty.MqttEndpoint;
import io.waxwing.mqtt.netty.MqttEndpoint.WebSockets;
import java.net.InetSocketAddress;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where MQTT clients come in, and the certificates that they are shown. */
final class MqttPart implements AutoCloseable {
    private final BrokerConfig.Transports transports;
    private final BrokerConfig.Listener plain;
    private final @Nullable ServerTls tls;
    private final @Nullable Repeating looking;

    /** Throws {@link RefusedException} WXW-2002, WXW-2004 or WXW-2006 for what an operator can mend. */
    MqttPart(BrokerConfig config, MeterRegistry metrics) {
        plain = config.mqtt().listener();
        transports = config.transports();
        ListenerRule.check("mqtt", plain.host(), config.access().insecureLan());
        TlsSettings settings = transports.tls();
        if (transports.mqtts().enabled()) {
            boolean authenticated =
                    config.access().isOn() || (settings != null && settings.clients() == TlsSettings.Clients.REQUIRED);
            ListenerRule.check("mqtts", transports.mqtts().host(), authenticated);
            if (settings == null) {
                throw new RefusedException(
                        FailureCode.CONFIG_VALUE, "listeners.mqtts needs tls.certificate and tls.key");
            }
        }
        tls = settings == null ? null : new ServerTls(settings, metrics);
        looking = tls == null || settings == null ? null : new Repeating("tls-look", settings.look(), tls::look);
    }

    /** Binds them and tells where. */
    void listen(MqttAdapter mqtt, Map<String, InetSocketAddress> listeners) {
        if (plain.enabled()) {
            listeners.put("mqtt", mqtt.listen(endpoint(plain, null)));
        }
        if (transports.mqtts().enabled()) {
            listeners.put("mqtts", mqtt.listen(endpoint(transports.mqtts(), tls)));
        }
    }

    /** What connections of any protocol are encrypted with; null if the node has no certificate. */
    @Nullable ServerTls tls() {
        return tls;
    }

    private MqttEndpoint endpoint(BrokerConfig.Listener listener, @Nullable ServerTls encrypted) {
        WebSockets pages = transports.webSocket() ? WebSockets.of(transports.origins(), transports.anyOrigin()) : null;
        return new MqttEndpoint(listener.host(), listener.port(), encrypted, pages);
    }

    @Override
    public void close() {
        if (looking != null) {
            looking.close();
        }
    }
}

package io.waxwing.broker;

import io.waxwing.broker.admin.ProcessMetrics;
import io.waxwing.broker.config.BrokerConfig;
import io.waxwing.broker.config.StompConfig;
import io.waxwing.broker.processing.ProcessingLimits;
import io.waxwing.broker.pull.PullLimits;
import io.waxwing.broker.rules.RuleLimits;
import io.waxwing.broker.schedule.ScheduleLimits;
import io.waxwing.http.exchange.HttpSettings;
import io.waxwing.http.webhook.WebhookSettings;
import io.waxwing.mqtt.netty.ListenerLimits;
import io.waxwing.mqtt.netty.MqttSettings;
import io.waxwing.mqtt.netty.SystemSettings;
import io.waxwing.mqtt.session.ClientLimits;
import io.waxwing.mqtt.session.Fault;
import io.waxwing.mqtt.session.SessionSettings;
import io.waxwing.stomp.netty.StompSettings;

/** The node's configuration in the adapters' own terms. */
final class AdapterSettings {
    private AdapterSettings() {}

    static MqttSettings mqtt(BrokerConfig config) {
        BrokerConfig.Listener listener = config.mqtt().listener();
        BrokerConfig.MqttLimits limits = config.mqtt().limits();
        SessionSettings defaults = SessionSettings.of(config.institution());
        SessionSettings session = new SessionSettings(
                config.institution(),
                config.mqtt().receiveMaximum(),
                defaults.window(),
                defaults.window3(),
                config.mqtt().maxPacketBytes(),
                (int) config.mqtt().maxKeepAlive().toSeconds(),
                (int) config.mqtt().connectTimeout().toSeconds(),
                (int) config.mqtt().loginTimeout().toSeconds(),
                config.mqtt().maxSubscriptions(),
                defaults.filtersPerSubscribe(),
                defaults.clientIdBytes(),
                config.mqtt().maxSessionExpiry().toSeconds(),
                new ClientLimits(
                        limits.topicAliasMaximum(),
                        defaults.limits().aliasesOut(),
                        limits.maxTopicLevels(),
                        limits.publishRate(),
                        limits.publishBytesRate()));
        return MqttSettings.of(listener.host(), listener.port(), config.institution())
                .withSession(session)
                .withMaximumPacketBytes(config.mqtt().maxPacketBytes())
                .withLimits(new ListenerLimits(limits.maxConnections(), limits.connectionRate(), limits.maxSessions()))
                .withSystem(new SystemSettings(
                        ProcessMetrics.version(), config.mqtt().systemInterval().toMillis()))
                .withSparkplug(config.mqtt().sparkplug())
                .withOffline(config.mqtt().offlineEvents(), config.mqtt().offlineBytes());
    }

    /** What MQTT clients are told when the node stops. */
    static Fault mqttEnd(BrokerConfig config) {
        BrokerConfig.Redirect redirect = config.mqtt().redirect();
        return redirect.to().isEmpty() ? Fault.SHUTDOWN : Fault.redirected(redirect.to(), redirect.forGood());
    }

    static StompSettings stomp(BrokerConfig config) {
        StompConfig.Wire wire = config.stomp().wire();
        StompConfig.Session bounds = config.stomp().session();
        io.waxwing.stomp.session.SessionSettings defaults =
                io.waxwing.stomp.session.SessionSettings.of(config.institution());
        StompSettings all = StompSettings.of(config.institution());
        io.waxwing.stomp.session.SessionSettings session = new io.waxwing.stomp.session.SessionSettings(
                config.institution(),
                (int) bounds.connectTimeout().toSeconds(),
                (int) bounds.shortestHeartBeat().toMillis(),
                defaults.longestBeatMillis(),
                bounds.subscriptions(),
                Math.min(bounds.prefetch(), bounds.maxPrefetch()),
                bounds.maxPrefetch(),
                defaults.queueEvents(),
                defaults.queueBytes(),
                defaults.publishWindow(),
                bounds.maxDeliver(),
                bounds.transactions(),
                bounds.transactionEvents(),
                bounds.transactionBytes(),
                (int) bounds.transactionTimeout().toSeconds(),
                bounds.tempQueues());
        return new StompSettings(
                all.server(), all.wire().with(wire.headers(), wire.headerBytes(), wire.bodyBytes()), session);
    }

    static RuleLimits rules(BrokerConfig config) {
        BrokerConfig.Rules bounds = config.rules();
        return new RuleLimits(bounds.maxSchemas(), bounds.maxSigners(), bounds.schemaBytes(), bounds.steps());
    }

    static ProcessingLimits processing(BrokerConfig config) {
        BrokerConfig.Processing bounds = config.processing();
        return new ProcessingLimits(
                bounds.max(),
                bounds.maxPerUser(),
                bounds.ruleBytes(),
                bounds.maxHops(),
                config.limits().eventBytes());
    }

    static ScheduleLimits schedules(BrokerConfig config) {
        BrokerConfig.Schedules bounds = config.schedules();
        return new ScheduleLimits(
                bounds.max(),
                bounds.maxPerUser(),
                bounds.bytes(),
                bounds.grace().toMillis());
    }

    static PullLimits pulls(BrokerConfig config) {
        BrokerConfig.Subscriptions bounds = config.subscriptions();
        return new PullLimits(bounds.max(), bounds.maxPerUser(), bounds.maxWaiting(), bounds.maxWaitingPerUser());
    }

    static WebhookSettings webhooks(BrokerConfig config) {
        BrokerConfig.Webhooks webhooks = config.webhooks();
        return new WebhookSettings(
                webhooks.max(),
                webhooks.maxPerUser(),
                webhooks.privateNetworks(),
                webhooks.handshake(),
                webhooks.timeout().toMillis(),
                config.ledger().origin());
    }

    static HttpSettings http(BrokerConfig config) {
        HttpSettings defaults = HttpSettings.defaults();
        return new HttpSettings(
                config.http().maxRequestBytes(),
                config.http().maxBatch(),
                defaults.maxRequestLineBytes(),
                defaults.maxHeaderBytes(),
                config.http().maxConnections(),
                config.http().headTimeout().toMillis(),
                defaults.requestTimeoutMs(),
                defaults.idleTimeoutMs(),
                config.http().longestWait().toMillis(),
                defaults.maxWaitMs(),
                defaults.maxStreams(),
                defaults.streamBufferEvents(),
                defaults.streamBufferBytes(),
                config.http().streamKeepAlive().toMillis(),
                defaults.streamRetryMs(),
                defaults.maxPageEvents(),
                defaults.maxPageBytes(),
                defaults.slowReadThreads(),
                defaults.slowReadQueue());
    }
}

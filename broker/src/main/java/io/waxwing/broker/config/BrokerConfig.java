package io.waxwing.broker.config;

import io.waxwing.broker.file.FileLimits;
import io.waxwing.broker.jdbc.JdbcSettings;
import io.waxwing.http.exchange.Origins;
import io.waxwing.http.weevent.WeEventSettings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The configuration of one node, checked. What each setting means and its default stand in {@code defaults.yaml}.
 *
 * @param institution name of the institution
 * @param ledger the ledger's settings
 * @param peers where other institutions' nodes come in
 * @param transport how listeners wait for sockets
 * @param mqtt where MQTT clients come in, and their limits
 * @param http where HTTP clients come in, and their limits
 * @param stomp where STOMP clients come in, and their limits
 * @param transports where clients come in by TLS and WebSocket
 * @param access who may come in, and what that may do
 * @param topics policies of topics
 * @param audiences number by the name that this node gives it
 * @param witness which other logs this node cosigns
 * @param outside which outside systems are shown checkpoints
 * @param limits bounds of the pipeline
 * @param subscriptions bounds of durable subscriptions
 * @param webhooks bounds of webhooks
 * @param files bounds of files
 * @param weEvent bounds of WeEvent's paths
 * @param rules bounds of schemas and signers
 * @param processing bounds of rules that make events of events
 * @param jdbc databases that rules write to
 * @param schedules bounds of what is published at times
 * @param storeReserveBytes disk space that is never used
 * @param audit the audit log
 * @param log how the node writes its log
 */
public record BrokerConfig(
        String institution,
        Ledger ledger,
        Peers peers,
        String transport,
        Mqtt mqtt,
        Http http,
        StompConfig stomp,
        Transports transports,
        AccessSettings access,
        TopicSettings topics,
        Map<String, Long> audiences,
        WitnessSettings witness,
        OutsideSettings outside,
        Limits limits,
        Subscriptions subscriptions,
        Webhooks webhooks,
        FileLimits files,
        WeEventSettings weEvent,
        Rules rules,
        Processing processing,
        JdbcSettings jdbc,
        Schedules schedules,
        long storeReserveBytes,
        Audit audit,
        Log log) {
    public BrokerConfig {
        audiences = Map.copyOf(audiences);
    }

    /** See {@code ledger.*}. */
    public record Ledger(
            String origin, Duration heartbeat, long snapshotBlocks, Duration keepBlocks, Duration gapAfter) {}

    /** See {@code peers.*}. */
    public record Peers(String host, int port) {
        /** The word that takes host or port from the genesis; as a port, 0. */
        public static final String AUTO = "auto";
    }

    /** See {@code listeners.*}. */
    public record Listener(boolean enabled, String host, int port) {}

    /**
     * See {@code listeners.mqtts}, {@code mqtt.webSocketOrigins} and {@code tls.*}.
     *
     * @param webSocket whether browsers may connect
     * @param origins pages that may, besides those of the same host
     * @param anyOrigin all pages may
     * @param tls the node's certificates, null if it has none
     */
    public record Transports(
            Listener mqtts,
            boolean webSocket,
            List<String> origins,
            boolean anyOrigin,
            @Nullable TlsSettings tls) {
        public Transports {
            origins = List.copyOf(origins);
        }
    }

    /** See {@code mqtt.*}. */
    public record Mqtt(
            Listener listener,
            int maxPacketBytes,
            int receiveMaximum,
            Duration maxKeepAlive,
            Duration connectTimeout,
            Duration loginTimeout,
            int maxSubscriptions,
            Duration maxSessionExpiry,
            int offlineEvents,
            long offlineBytes,
            Duration systemInterval,
            boolean sparkplug,
            String sharedStrategy,
            Redirect redirect,
            MqttLimits limits) {}

    /** See {@code mqtt.redirect} and {@code mqtt.redirectForGood}. */
    public record Redirect(String to, boolean forGood) {}

    /** See {@code mqtt.topicAliasMaximum} and what follows it. */
    public record MqttLimits(
            int topicAliasMaximum,
            int maxTopicLevels,
            int maxConnections,
            int connectionRate,
            int maxSessions,
            int publishRate,
            long publishBytesRate) {}

    /** See {@code listeners.http}, {@code listeners.https} and {@code http.*}. */
    public record Http(
            Listener listener,
            Listener encrypted,
            int maxRequestBytes,
            int maxBatch,
            Duration longestWait,
            int maxConnections,
            Duration streamKeepAlive,
            Duration headTimeout,
            Origins webSocketOrigins,
            Origins corsOrigins) {}

    /** See {@code limits.*}. */
    public record Limits(int eventBytes, int ringSlots, long intakeBytes, long entrustedBytes) {}

    /** See {@code subscriptions.*}. */
    public record Subscriptions(int max, int maxPerUser, int maxWaiting, int maxWaitingPerUser) {}

    /** See {@code schemas.*} and {@code signers.*}. */
    public record Rules(int maxSchemas, int schemaBytes, int steps, int maxSigners) {}

    /** See {@code rules.*}. */
    public record Processing(int max, int maxPerUser, int ruleBytes, int maxHops) {}

    /** See {@code schedules.*}. */
    public record Schedules(int max, int maxPerUser, int bytes, Duration grace) {}

    /** See {@code webhooks.*}. */
    public record Webhooks(int max, int maxPerUser, boolean privateNetworks, boolean handshake, Duration timeout) {}

    /**
     * See {@code audit.*}.
     *
     * @param seal between two heads on the ledger; zero: none
     * @param given which settings do not come from the defaults, sorted
     * @param fingerprint of these with their values, 16 hexadecimal digits
     */
    public record Audit(Duration seal, List<String> given, String fingerprint) {
        public Audit {
            given = List.copyOf(given);
        }
    }

    /** See {@code log.*}. */
    public record Log(String level, String format) {}
}

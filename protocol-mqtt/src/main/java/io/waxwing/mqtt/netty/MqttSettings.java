package io.waxwing.mqtt.netty;

import io.waxwing.bus.event.EventDraft;
import io.waxwing.mqtt.session.SessionSettings;
import io.waxwing.mqtt.session.SparkplugDeath;
import io.waxwing.mqtt.wire.CodecLimits;

/**
 * One MQTT listener.
 *
 * @param host address to bind
 * @param port to bind, 0 for any free one
 * @param codec bounds of parsing
 * @param session bounds of sessions
 * @param queueEvents events that may wait for one connection; above, the bus keeps them (QoS 0: they are dropped)
 * @param queueBytes the same in bytes
 * @param offlineEvents events that may wait for a session whose client is away; above, the oldest go
 * @param offlineBytes the same in bytes
 * @param limits what all clients together may use
 * @param system what the node tells of itself under {@code $SYS}
 * @param sparkplug an NDEATH is given the time at which it is published
 */
public record MqttSettings(
        String host,
        int port,
        CodecLimits codec,
        SessionSettings session,
        int queueEvents,
        int queueBytes,
        int offlineEvents,
        long offlineBytes,
        ListenerLimits limits,
        SystemSettings system,
        boolean sparkplug) {
    private static final int OFFLINE_EVENTS = 10_000;
    private static final long OFFLINE_BYTES = 64 << 20;
    private static final int QUEUE_EVENTS = 4_096;
    private static final int QUEUE_BYTES = 4 << 20;

    /** Defaults for an institution. */
    public static MqttSettings of(String host, int port, String institution) {
        return new MqttSettings(
                host,
                port,
                CodecLimits.DEFAULT,
                SessionSettings.of(institution),
                QUEUE_EVENTS,
                QUEUE_BYTES,
                OFFLINE_EVENTS,
                OFFLINE_BYTES,
                ListenerLimits.DEFAULT,
                SystemSettings.DEFAULT,
                true);
    }

    public MqttSettings withSession(SessionSettings other) {
        return new MqttSettings(
                host,
                port,
                codec,
                other,
                queueEvents,
                queueBytes,
                offlineEvents,
                offlineBytes,
                limits,
                system,
                sparkplug);
    }

    public MqttSettings withQueue(int events, int bytes) {
        return new MqttSettings(
                host, port, codec, session, events, bytes, offlineEvents, offlineBytes, limits, system, sparkplug);
    }

    /** Sets the largest packet from clients; announced and enforced alike. */
    public MqttSettings withMaximumPacketBytes(int bytes) {
        CodecLimits packets = new CodecLimits(
                Math.min(codec.connectBytes(), bytes), bytes, codec.userProperties(), codec.propertyBytes());
        return new MqttSettings(
                host,
                port,
                packets,
                session.withMaximumPacketBytes(bytes),
                queueEvents,
                queueBytes,
                offlineEvents,
                offlineBytes,
                limits,
                system,
                sparkplug);
    }

    /** The same with other bounds for sessions whose client is away. */
    public MqttSettings withOffline(int events, long bytes) {
        return new MqttSettings(
                host, port, codec, session, queueEvents, queueBytes, events, bytes, limits, system, sparkplug);
    }

    /** The same with other bounds for all clients together. */
    public MqttSettings withLimits(ListenerLimits other) {
        return new MqttSettings(
                host,
                port,
                codec,
                session,
                queueEvents,
                queueBytes,
                offlineEvents,
                offlineBytes,
                other,
                system,
                sparkplug);
    }

    /** The same with other topics of the node's own. */
    public MqttSettings withSystem(SystemSettings other) {
        return new MqttSettings(
                host,
                port,
                codec,
                session,
                queueEvents,
                queueBytes,
                offlineEvents,
                offlineBytes,
                limits,
                other,
                sparkplug);
    }

    /** An event as it is to be published now. */
    EventDraft dated(EventDraft draft) {
        return sparkplug ? SparkplugDeath.at(draft, System::currentTimeMillis) : draft;
    }

    /** The same with or without what Sparkplug asks for. */
    public MqttSettings withSparkplug(boolean aware) {
        return new MqttSettings(
                host,
                port,
                codec,
                session,
                queueEvents,
                queueBytes,
                offlineEvents,
                offlineBytes,
                limits,
                system,
                aware);
    }
}

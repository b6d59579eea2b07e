package io.waxwing.mqtt.netty;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.DoubleSupplier;

/**
 * The node's figures as topics and texts, by the names that dashboards know from other brokers. Loads are counts a
 * minute, averaged over 1, 5 and 15 minutes so that a peak decays with those times. One thread.
 */
final class SystemFigures {
    private static final String ROOT = "$SYS/broker/";
    private static final double NANOS_PER_SECOND = 1e9;
    private static final double SECONDS_PER_MINUTE = 60;
    private static final int[] MINUTES = {1, 5, 15};

    private final MqttMetrics metrics;
    private final String version;
    private final long startNanos;
    private final List<Load> loads = new ArrayList<>();
    private long lastNanos;
    private int clientsMaximum;

    /** A count whose growth is averaged. */
    private static final class Load {
        final String name;
        final DoubleSupplier count;
        final double[] perMinute = new double[MINUTES.length];
        double before;

        Load(String name, DoubleSupplier count) {
            this.name = name;
            this.count = count;
            this.before = count.getAsDouble();
        }
    }

    SystemFigures(MqttMetrics metrics, String version, long nowNanos) {
        this.metrics = metrics;
        this.version = version;
        this.startNanos = nowNanos;
        this.lastNanos = nowNanos;
        loads.add(new Load("connections", metrics::clientsEver));
        loads.add(new Load("messages/received", metrics::packetsIn));
        loads.add(new Load("messages/sent", metrics::packetsOut));
        loads.add(new Load("bytes/received", metrics::bytesIn));
        loads.add(new Load("bytes/sent", metrics::bytesOut));
        loads.add(new Load("publish/received", metrics::eventsIn));
        loads.add(new Load("publish/sent", metrics::eventsOut));
        loads.add(new Load("publish/dropped", metrics::eventsDropped));
    }

    /** What they are now. */
    Map<String, String> at(long nowNanos) {
        int connected = metrics.connections();
        int away = metrics.sessionsAway();
        clientsMaximum = Math.max(clientsMaximum, connected);
        Map<String, String> all = new LinkedHashMap<>();
        all.put(ROOT + "version", "waxwing version " + version);
        all.put(ROOT + "uptime", (long) ((nowNanos - startNanos) / NANOS_PER_SECOND) + " seconds");
        put(all, "clients/connected", connected);
        put(all, "clients/active", connected);
        put(all, "clients/disconnected", away);
        put(all, "clients/inactive", away);
        put(all, "clients/total", (double) connected + away);
        put(all, "clients/maximum", clientsMaximum);
        put(all, "clients/expired", metrics.sessionsExpired());
        put(all, "messages/received", metrics.packetsIn());
        put(all, "messages/sent", metrics.packetsOut());
        put(all, "bytes/received", metrics.bytesIn());
        put(all, "bytes/sent", metrics.bytesOut());
        put(all, "publish/messages/received", metrics.eventsIn());
        put(all, "publish/messages/sent", metrics.eventsOut());
        put(all, "publish/messages/dropped", metrics.eventsDropped());
        put(all, "publish/bytes/received", metrics.payloadIn());
        put(all, "publish/bytes/sent", metrics.payloadOut());
        put(all, "subscriptions/count", metrics.ofNode("waxwing.subscriptions"));
        put(all, "retained messages/count", metrics.ofNode("waxwing.retained.events"));
        averages(all, (nowNanos - lastNanos) / NANOS_PER_SECOND);
        lastNanos = nowNanos;
        return all;
    }

    private static void put(Map<String, String> all, String name, double figure) {
        all.put(ROOT + name, Long.toString((long) figure));
    }

    private void averages(Map<String, String> all, double seconds) {
        for (Load load : loads) {
            double count = load.count.getAsDouble();
            for (int i = 0; i < MINUTES.length; i++) {
                if (seconds > 0) {
                    double now = (count - load.before) * SECONDS_PER_MINUTE / seconds;
                    double kept = Math.exp(-seconds / (MINUTES[i] * SECONDS_PER_MINUTE));
                    load.perMinute[i] = now + kept * (load.perMinute[i] - now);
                }
                String name = ROOT + "load/" + load.name + "/" + MINUTES[i] + "min";
                all.put(name, String.format(Locale.ROOT, "%.2f", load.perMinute[i]));
            }
            load.before = count;
        }
    }
}

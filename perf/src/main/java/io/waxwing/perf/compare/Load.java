package io.waxwing.perf.compare;

import io.waxwing.perf.http.HttpLoad;
import io.waxwing.perf.http.HttpPlan;
import io.waxwing.perf.mqtt.LoadPlan;
import io.waxwing.perf.mqtt.LoadResult;
import io.waxwing.perf.mqtt.MqttLoad;
import io.waxwing.perf.peer.BrokerProcess;
import java.io.IOException;

/** What a scenario does to a broker. */
interface Load {
    /**
     * Runs it once.
     *
     * @param prefix of its topics, ends with a slash; no other run has it
     * @throws IOException if something was lost or refused
     */
    LoadResult run(BrokerProcess broker, String prefix, Span span) throws IOException;

    /** How long, in seconds, and what is called when measuring begins and ends. */
    record Span(int warmUp, int measured, Runnable begin, Runnable end) {}

    /**
     * As in {@link LoadPlan}.
     *
     * @param perSecond 0: as fast as the window allows
     * @param lasting subscribers have sessions that last
     */
    record Mqtt(
            int publishers,
            int subscribersPerTopic,
            int qos,
            int window,
            int payloadBytes,
            int perSecond,
            boolean lasting)
            implements Load {
        static Mqtt of(int pairs, int qos) {
            return new Mqtt(pairs, 1, qos, 100, 256, 0, false);
        }

        @Override
        public LoadResult run(BrokerProcess broker, String prefix, Span span) throws IOException {
            LoadPlan plan = new LoadPlan(
                    publishers, subscribersPerTopic, qos, window, payloadBytes, perSecond, !lasting, prefix);
            try (MqttLoad load = new MqttLoad(broker.mqtt(), plan)) {
                return load.run(span.warmUp(), span.measured(), span.begin(), span.end());
            }
        }
    }

    /** As in {@link HttpPlan}. */
    record Http(int connections, int batch, int payloadBytes, int perSecond) implements Load {
        @Override
        public LoadResult run(BrokerProcess broker, String prefix, Span span) throws IOException {
            HttpPlan plan = new HttpPlan(connections, batch, payloadBytes, perSecond, prefix.replace('/', '-'));
            try (HttpLoad load = new HttpLoad(broker.http(), plan)) {
                return load.run(span.warmUp(), span.measured(), span.begin(), span.end());
            }
        }
    }
}

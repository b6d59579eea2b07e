package io.waxwing.perf.compare;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.waxwing.perf.mqtt.LoadResult;

/**
 * One run of one scenario against one broker: a line of the result file.
 *
 * @param cpuMicros of the broker for each delivery
 * @param failure empty, or why there are no figures: a rate with losses does not count
 */
record Row(
        String scenario,
        String title,
        String broker,
        int round,
        double rate,
        double cpuMicros,
        double endToEndP50Ms,
        double endToEndP99Ms,
        double ackP50Ms,
        double ackP99Ms,
        String failure) {
    private static final ObjectMapper JSON = new ObjectMapper();

    static Row of(Scenario scenario, String broker, int round, LoadResult result, double cpuMicros) {
        return new Row(
                scenario.key(),
                scenario.title(),
                broker,
                round,
                result.deliveriesPerSecond(),
                cpuMicros,
                result.endToEndMs(50),
                result.endToEndMs(99),
                result.acknowledgedMs(50),
                result.acknowledgedMs(99),
                "");
    }

    static Row failed(Scenario scenario, String broker, int round, String why) {
        return new Row(scenario.key(), scenario.title(), broker, round, 0, 0, 0, 0, 0, 0, why);
    }

    String json() {
        ObjectNode node = JSON.valueToTree(this);
        return node.toString();
    }

    static Row parse(JsonNode line) {
        return JSON.convertValue(line, Row.class);
    }
}

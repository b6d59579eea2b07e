package io.waxwing.broker.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.waxwing.broker.process.NodeProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * One running node and the clients that nobody here wrote: mosquitto, curl, mqtt.js, stomp.py, stompjs, Chromium,
 * promtool; and our JavaScript verifier.
 */
@Tag("interop")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OutsideToolsIT {
    private Path folder = Path.of("");
    private final Map<String, String> environment = new HashMap<>();
    private @Nullable NodeProcess running;

    @BeforeAll
    void startNode(@TempDir Path ownFolder) throws IOException {
        folder = ownFolder;
        NodeProcess node = NodeProcess.start(folder.resolve("data"));
        running = node;
        environment.put("MQTT", Integer.toString(node.mqttPort()));
        environment.put("STOMP", Integer.toString(node.stompPort()));
        environment.put("HTTP", node.http("").toString());
        environment.put("ROOT", Shell.root().toString());
        environment.put("TRUST", folder.resolve("data").resolve("trust.policy").toString());
    }

    @AfterAll
    void stopNode() {
        Objects.requireNonNull(running).close();
    }

    private String run(String script) throws IOException, InterruptedException {
        return Shell.run(folder, environment, script);
    }

    @Test
    void mosquittoPublishesAndSubscribesWithEveryQosAndVersion() throws Exception {
        for (String version : new String[] {"mqttv311", "mqttv5"}) {
            for (int qos = 0; qos <= 2; qos++) {
                String topic = "mosquitto/" + version + "/" + qos;
                String output = run("mosquitto_sub -p $MQTT -V " + version + " -t '" + topic + "' -q " + qos
                        + " -C 2 -W 20 -F '%q %t %p' > got &\n"
                        + "until mosquitto_pub -p $MQTT -V " + version + " -t " + topic + " -m one -q " + qos
                        + " && [ -s got ]; do :; done\n"
                        + "mosquitto_pub -p $MQTT -V " + version + " -t " + topic + " -m one -q " + qos + "\n"
                        + "wait\ncat got");
                assertThat(output.lines()).hasSize(2).allMatch((qosOf(topic) + " " + topic + " one")::equals);
            }
        }
    }

    private static String qosOf(String topic) {
        return topic.substring(topic.length() - 1);
    }

    @Test
    void mosquittoSharesASubscription() throws Exception {
        String output = run("""
                for i in 1 2; do
                  mosquitto_sub -p $MQTT -V $([ $i = 1 ] && echo mqttv311 || echo mqttv5) -t '$share/g/work' -q 1 -C 5 -W 20 > got$i &
                done
                until curl -sS $HTTP/metrics | grep "^waxwing_subscriptions 2" > subs; do :; done
                seq 10 | mosquitto_pub -p $MQTT -t work -q 1 -l
                wait
                cat got1 got2
                """);
        assertThat(output.lines()).hasSize(10).doesNotHaveDuplicates();
    }

    @Test
    void mosquittoGetsRetainedValuesAndWills() throws Exception {
        assertThat(run("mosquitto_pub -p $MQTT -t kept/x -m last -q 1 -r\n"
                        + "mosquitto_sub -p $MQTT -t 'kept/#' -q 1 -C 1 -W 20 -F '%r %p'"))
                .isEqualTo("1 last\n");
        assertThat(run("""
                        mosquitto_sub -p $MQTT -t will/x -q 1 -C 1 -W 60 > will & sub=$!
                        mosquitto_sub -p $MQTT -t unused --will-topic will/x --will-payload gone --will-qos 1 & dying=$!
                        until curl -sS $HTTP/metrics | grep "^waxwing_subscriptions 2" > subs; do :; done
                        kill -9 $dying
                        wait $sub
                        cat will
                        """)).endsWith("gone\n");
    }

    @Test
    void curlPublishesAndReadsBack() throws Exception {
        String output = run("curl -sS -d '{\"amount\":12}' -H 'content-type: application/json'"
                + " $HTTP/v1/topics/bank/settlement/events > answer\n"
                + "id=$(sed 's/.*\"eventId\":\"\\([^\"]*\\)\".*/\\1/' answer)\n"
                + "curl -sSf $HTTP/v1/events/$id\n"
                + "curl -sS -o receipt -w ' %{http_code}' --retry 3 --retry-delay 1 --retry-all-errors $HTTP/v1/events/$id/receipt\n"
                + "head -1 receipt");
        assertThat(output).contains("\"data\":{\"amount\":12}").contains("c2sp.org/tlog-proof@v1");
    }

    @Test
    void mqttJsPublishesSubscribesAndLearnsTheEventId() throws Exception {
        String output =
                run("cp $ROOT/broker/src/test/interop/package*.json $ROOT/broker/src/test/interop/mqttjs.mjs .\n"
                        + "npm install --no-audit --no-fund --silent\nnode mqttjs.mjs mqtt://127.0.0.1:$MQTT");
        assertThat(output).contains("mqtt.js ok");
        // Over WebSocket, on the same port.
        assertThat(run("node mqttjs.mjs ws://127.0.0.1:$MQTT/mqtt browsers")).contains("mqtt.js ok");
    }

    @Test
    void stompPyPublishesReceivesAcknowledgesAndCommitsInEveryVersion() throws Exception {
        // Debian's Python, since its package belongs to that one.
        assertThat(run("/usr/bin/python3 $ROOT/broker/src/test/interop/stomppy.py $STOMP"))
                .contains("stomp.py ok");
    }

    @Test
    void stompJsDoesTheSameOverWebSocket() throws Exception {
        assertThat(run("mkdir stompjs && cd stompjs\n"
                        + "cp $ROOT/broker/src/test/interop/package*.json $ROOT/broker/src/test/interop/stompjs.mjs .\n"
                        + "npm install --no-audit --no-fund --silent\nnode stompjs.mjs ws://127.0.0.1:$STOMP/stomp"))
                .contains("stompjs ok");
    }

    @Test
    void aPageInChromiumFollowsEventsComesBackByItselfAndSpeaksStomp() throws Exception {
        assertThat(run("mkdir chromium && cd chromium\n"
                        + "cp $ROOT/broker/src/test/interop/package*.json $ROOT/broker/src/test/interop/chromium.mjs .\n"
                        + "npm install --no-audit --no-fund --silent\n"
                        + "node chromium.mjs $HTTP ws://127.0.0.1:$STOMP/stomp"))
                .contains("chromium ok");
    }

    @Test
    void promtoolFindsNothingWrongWithTheMetrics() throws Exception {
        assertThat(
                        run(
                                "curl -sS $HTTP/metrics > metrics; grep -c '^waxwing_' metrics; promtool check metrics < metrics"))
                .doesNotContain("error");
    }

    @Test
    void theJavaScriptVerifierAgrees() throws Exception {
        run("cd $ROOT/clients/js && node --test");
        String output = run("""
                curl -sS -d x -H 'content-type: text/plain' $HTTP/v1/topics/js/verify/events > answer
                id=$(sed 's/.*"eventId":"\\([^"]*\\)".*/\\1/' answer)
                curl -sSf --retry 3 --retry-delay 1 --retry-all-errors -o js.tlog-proof $HTTP/v1/events/$id/receipt
                node $ROOT/clients/js/bin/waxwing-verify.js receipt js.tlog-proof --trust $TRUST
                $ROOT/waxwing range get js.tlog-proof --url $HTTP -o js.range
                node $ROOT/clients/js/bin/waxwing-verify.js range js.range --trust $TRUST
                node $ROOT/clients/js/bin/waxwing-verify.js log $HTTP --trust $TRUST
                """);
        assertThat(output).contains("VERIFIED");
        String erased = run("""
                $ROOT/waxwing event erase $(sed 's/.*"eventId":"\\([^"]*\\)".*/\\1/' answer) --reason test --url $HTTP
                curl -sSf -o erased.tlog-proof $HTTP/v1/events/$(sed 's/.*"eventId":"\\([^"]*\\)".*/\\1/' answer)/receipt
                node $ROOT/clients/js/bin/waxwing-verify.js receipt erased.tlog-proof --trust $TRUST
                node $ROOT/clients/js/bin/waxwing-verify.js log $HTTP --trust $TRUST
                """);
        assertThat(erased).contains("VERIFIED").contains(", 1 erasures");
        String refused = run("""
                sed 's/^index .*/index 0/' js.tlog-proof > bad.tlog-proof
                if node $ROOT/clients/js/bin/waxwing-verify.js receipt bad.tlog-proof --trust $TRUST; then exit 9; fi
                node $ROOT/clients/js/bin/waxwing-verify.js receipt bad.tlog-proof --trust $TRUST || echo refused $?
                """);
        assertThat(refused).contains("refused 3");
    }
}

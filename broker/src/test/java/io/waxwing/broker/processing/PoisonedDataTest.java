package io.waxwing.broker.processing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Data that look like JSON at first and are none, from whoever may publish where a rule reads. */
class PoisonedDataTest {
    private static final byte[] BROKEN_UTF_32 = {0, 0, (byte) 0xfe, (byte) 0xff, 0x7f, 0, 0, 0};

    @TempDir
    private Path folder = Path.of("");

    private ProcessingNode node;

    @BeforeEach
    void start() {
        node = new ProcessingNode(folder).start();
    }

    @AfterEach
    void stop() {
        node.close();
    }

    @Test
    void dataInABrokenEncodingDoNotHoldUpTheConditionOfARule() throws Exception {
        node.watch("out");
        node.rule("r", "{\"filter\":\"m\",\"bind\":{\"t\":\"/t\"},\"where\":\"t > 0\",\"target\":{\"topic\":\"out\"}}");
        broken();
        node.publish("m", "{\"t\":7}");
        assertThat(node.next("out").at("/data/t").asInt()).isEqualTo(7);
    }

    @Test
    void dataInABrokenEncodingAreADeadLetterOfAProjectionAtOnce() throws Exception {
        node.watch("dead");
        node.rule(
                "r",
                "{\"filter\":\"m\",\"project\":\"${/t}\",\"target\":{\"topic\":\"out\"},\"deadLetterTopic\":\"dead\"}");
        broken();
        assertThat(node.next("dead").get("wxwerror").asText())
                .isEqualTo("WXW-1254 ${/t}: the event's data are no JSON");
        assertThat(node.until("r", "/deadLetters", 1).at("/counters/retried").asInt())
                .isZero();
    }

    @Test
    void aRequestInABrokenEncodingIsRefusedAsNoJson() throws Exception {
        for (String path : new String[] {"PUT /v1/rules/r", "POST /v1/rules:check", "PUT /v1/schedules/s"}) {
            String[] parts = path.split(" ");
            assertThat(node.call(400, parts[0], parts[1], "\u0000\u0000\u0000{\u007f\u0000\u0000\u0000")
                            .get("code")
                            .asText())
                    .as(path)
                    .isEqualTo("WXW-1007");
        }
    }

    private void broken() throws Exception {
        String data = Base64.getEncoder().encodeToString(BROKEN_UTF_32);
        JsonNode unused = node.call(
                201,
                "POST",
                "/v1/topics/m/events",
                "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"//x\",\"type\":\"t\",\"data_base64\":\"" + data
                        + "\"}",
                "content-type",
                "application/cloudevents+json");
    }
}

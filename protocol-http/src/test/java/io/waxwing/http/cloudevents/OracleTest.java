package io.waxwing.http.cloudevents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.cloudevents.core.format.EventDeserializationException;
import io.cloudevents.core.format.EventFormat;
import io.cloudevents.jackson.JsonFormat;
import io.waxwing.bus.event.Event;
import io.waxwing.bus.topic.DeliveryClass;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Our reader and writer against the CloudEvents Java SDK. Random cases print their seed; replay with -Dseed=. */
class OracleTest {
    private static final EventFormat SDK = new JsonFormat();
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String CORE = "\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/s\",\"type\":\"t\"";

    private static void agree(String text) {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        io.cloudevents.CloudEvent theirs = SDK.deserialize(body);
        CloudEvent ours = StructuredMode.read(body);
        TreeMap<String, String> attributes = new TreeMap<>();
        ours.attributes().forEach(attributes::put);
        for (String name : theirs.getAttributeNames()) {
            if (name.equals("datacontenttype") && !text.contains(name)) {
                continue; // The SDK adds application/json by itself; we keep what the publisher gave.
            }
            if (name.equals("time")) {
                assertThat(java.time.OffsetDateTime.parse(String.valueOf(attributes.remove("time"))))
                        .as(text)
                        .isEqualTo(theirs.getTime());
            } else {
                assertThat(attributes.remove(name)).as(text).isEqualTo(String.valueOf(theirs.getAttribute(name)));
            }
        }
        for (String name : theirs.getExtensionNames()) {
            assertThat(attributes.remove(name)).as(text).isEqualTo(String.valueOf(theirs.getExtension(name)));
        }
        assertThat(attributes).as(text).isEmpty();
        sameData(
                text,
                ours.payload().bytes(),
                theirs.getData() == null ? null : theirs.getData().toBytes());
    }

    private static void sameData(String text, byte[] ours, byte @Nullable [] theirs) {
        if (theirs == null) {
            assertThat(ours).as(text).isEmpty();
            return;
        }
        try {
            JsonNode left = JSON.readTree(ours);
            assertThat(left).as(text).isEqualTo(JSON.readTree(theirs));
        } catch (IOException notJson) {
            assertThat(ours).as(text).isEqualTo(theirs);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ",\"data\":{\"a\":[1,2,{\"b\":null}]}",
                ",\"data\":\"text\"",
                ",\"data\":17",
                ",\"data\":true",
                ",\"data\":\"<a/>\",\"datacontenttype\":\"text/xml\"",
                ",\"data\":{\"x\":1},\"datacontenttype\":\"application/x+json\"",
                ",\"data_base64\":\"AAEC/w==\"",
                ",\"data_base64\":\"AAEC/w==\",\"datacontenttype\":\"image/png\"",
                ",\"subject\":\"a b\",\"time\":\"2018-04-05T17:31:00Z\",\"dataschema\":\"https://x.example/s\"",
                ",\"time\":\"2018-04-05T17:31:00.123456789+02:00\"",
                ",\"comexampleextension1\":\"value\",\"num\":5,\"neg\":-7,\"yes\":true,\"no\":false",
                ",\"emoji\":\"\\ud83d\\ude00 \\u00e9\"",
            })
    void readsWhatTheSdkReads(String more) {
        agree("{" + CORE + more + "}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "[]",
                "17",
                "{\"specversion\":\"1.0\"}",
                "{\"specversion\":\"0.2\",\"id\":\"1\",\"source\":\"/s\",\"type\":\"t\"}",
                "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/s\"}",
                "{\"specversion\":\"1.0\",\"id\":1,\"source\":\"/s\",\"type\":\"t\"}",
                "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"a b\",\"type\":\"t\"}",
                "{" + CORE + ",\"time\":\"yesterday\"}",
                "{" + CORE + ",\"Upper\":\"x\"}",
                "{" + CORE + ",\"under_score\":\"x\"}",
                "{" + CORE + ",\"data\":1,\"data_base64\":\"AA==\"}",
                "{" + CORE,
            })
    void refusesWhatTheSdkRefuses(String text) {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> SDK.deserialize(body))
                .as("the SDK")
                .isInstanceOfAny(EventDeserializationException.class, RuntimeException.class);
        assertThatThrownBy(() -> StructuredMode.read(body)).isInstanceOf(NotACloudEvent.class);
    }

    @Test
    void whatWeWriteTheSdkReadsAsTheSameEvent() {
        long seed = Long.getLong("seed", System.nanoTime());
        Random random = new Random(seed);
        for (int i = 0; i < 500; i++) {
            CloudEvent event = random(random);
            Event stored =
                    new Event("a/b", event.attributes(), event.payload(), 1, DeliveryClass.LOCAL, null, 0, 1, "");
            String written = EventWriting.structured(stored, false);
            io.cloudevents.CloudEvent theirs = SDK.deserialize(written.getBytes(StandardCharsets.UTF_8));
            String label = "seed " + seed + " case " + i + ": " + written;
            event.attributes().forEach((name, value) -> {
                Object seen = theirs.getAttributeNames().contains(name)
                        ? theirs.getAttribute(name)
                        : theirs.getExtension(name);
                assertThat(String.valueOf(seen)).as(label).isEqualTo(value);
            });
            assertThat(theirs.getExtension("wxwtopic")).as(label).isEqualTo("a/b");
            byte[] data =
                    theirs.getData() == null ? new byte[0] : theirs.getData().toBytes();
            sameData(label, event.payload().bytes(), data);
        }
    }

    private static CloudEvent random(Random random) {
        byte[] payload = new byte[random.nextInt(20)];
        random.nextBytes(payload);
        String[] types = {"application/json", "text/plain", "image/png", "application/x+json", "text/xml"};
        String type = types[random.nextInt(types.length)];
        if (random.nextBoolean()) {
            payload = ("{\"n\" : " + random.nextInt() + "}").getBytes(StandardCharsets.UTF_8);
        }
        AttributeRules attributes = new AttributeRules();
        attributes.put("specversion", "1.0", null);
        attributes.put("id", Long.toHexString(random.nextLong()), null);
        attributes.put("source", "//bank-a/" + random.nextInt(100), null);
        attributes.put("type", "t.\"quoted\" \u00fc \\ " + random.nextInt(9), null);
        attributes.put("datacontenttype", type, null);
        attributes.put("ext" + random.nextInt(9), Base64.getEncoder().encodeToString(payload), null);
        return new CloudEvent(attributes.complete(null), io.waxwing.bus.event.Payload.of(payload));
    }
}

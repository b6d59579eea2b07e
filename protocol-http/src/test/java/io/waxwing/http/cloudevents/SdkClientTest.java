package io.waxwing.http.cloudevents;

import static org.assertj.core.api.Assertions.assertThat;

import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.cloudevents.core.data.BytesCloudEventData;
import io.cloudevents.http.HttpMessageFactory;
import io.cloudevents.http.impl.HttpMessageWriter;
import io.cloudevents.jackson.JsonFormat;
import io.waxwing.http.fake.TestNode;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.OffsetDateTime;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * The HTTP binding of the CloudEvents Java SDK as a publisher and as a reader. It neither writes nor reads percent
 * signs in headers as the binding wants them, so the values here need none.
 */
class SdkClientTest {
    private final TestNode node = new TestNode();
    private final HttpClient client = HttpClient.newHttpClient();

    @AfterEach
    void stop() {
        node.close();
    }

    private static CloudEvent event(String id, byte[] data, String type) {
        return CloudEventBuilder.v1()
                .withId(id)
                .withSource(URI.create("//sdk.example/meter-7"))
                .withType("com.example.measured")
                .withSubject("boiler-7")
                .withTime(OffsetDateTime.parse("2026-11-23T20:00:00.123456Z"))
                .withData(type, data)
                .withExtension("partitionkey", "7")
                .withExtension("flag", true)
                .withExtension("number", -5)
                .build();
    }

    private String publish(Consumer<HttpMessageWriter> write) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(node.uri("/v1/topics/sdk/events"));
        BiConsumer<String, String> header = request::setHeader;
        write.accept(HttpMessageFactory.createWriter(
                header, body -> request.POST(HttpRequest.BodyPublishers.ofByteArray(body))));
        HttpResponse<String> answer = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 201);
        return answer.headers().firstValue("location").orElseThrow();
    }

    private CloudEvent read(String path, String accept) throws Exception {
        HttpResponse<byte[]> answer = client.send(
                HttpRequest.newBuilder(node.uri(path)).header("accept", accept).build(),
                HttpResponse.BodyHandlers.ofByteArray());
        assertThat(answer.statusCode()).isEqualTo(200);
        return HttpMessageFactory.createReaderFromMultimap(answer.headers().map(), answer.body())
                .toEvent();
    }

    private static void same(CloudEvent read, CloudEvent sent) {
        for (String name : sent.getAttributeNames()) {
            assertThat(read.getAttribute(name)).as(name).isEqualTo(sent.getAttribute(name));
        }
        for (String name : sent.getExtensionNames()) {
            assertThat(String.valueOf(read.getExtension(name)))
                    .as(name)
                    .isEqualTo(String.valueOf(sent.getExtension(name)));
        }
        assertThat(read.getData().toBytes()).isEqualTo(sent.getData().toBytes());
    }

    @Test
    void whatItSendsInBinaryModeItReadsBackInBothModes() throws Exception {
        CloudEvent sent = event("1", new byte[] {0, 1, (byte) 0xff, '\n'}, "application/octet-stream");
        String place = publish(writer -> writer.writeBinary(sent));
        same(read(place, "application/octet-stream"), sent);
        same(read(place, "application/cloudevents+json"), sent);
    }

    @Test
    void whatItSendsInStructuredModeItReadsBackInBothModes() throws Exception {
        byte[] json = "{\"on\":true,\"text\":\"ünï\"}".getBytes(StandardCharsets.UTF_8);
        CloudEvent sent = event("2", json, "application/json");
        String place = publish(writer -> writer.writeStructured(sent, new JsonFormat()));
        CloudEvent binary = read(place, "application/json");
        same(binary, sent);
        CloudEvent structured = read(place, "application/cloudevents+json");
        assertThat(new String(structured.getData().toBytes(), StandardCharsets.UTF_8))
                .isEqualTo("{\"on\":true,\"text\":\"ünï\"}");
        assertThat(structured.getData()).isNotInstanceOf(BytesCloudEventData.class);
    }

    @Test
    void sentTwiceItIsOneEvent() throws Exception {
        CloudEvent sent = event("3", new byte[] {1}, "application/octet-stream");
        String first = publish(writer -> writer.writeBinary(sent));
        assertThat(publish(writer -> writer.writeStructured(sent, new JsonFormat())))
                .isEqualTo(first);
    }
}

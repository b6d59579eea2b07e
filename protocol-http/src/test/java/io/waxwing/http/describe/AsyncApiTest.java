package io.waxwing.http.describe;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.waxwing.http.fake.TestNode;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The AsyncAPI document and the server say the same. */
class AsyncApiTest {
    private static final SchemaRegistry SCHEMAS = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);

    private final TestNode node = new TestNode();
    private final JsonNode document =
            TestNode.json(node.get("/v1/asyncapi.json").body());

    @AfterEach
    void stop() {
        node.close();
    }

    private void references(JsonNode at, List<String> found) {
        if (at.has("$ref")) {
            found.add(at.get("$ref").asText());
        }
        at.forEach(child -> references(child, found));
    }

    private void isValid(String schema, JsonNode message) {
        ObjectNode whole = new ObjectMapper().createObjectNode();
        whole.set("components", document.get("components"));
        whole.put("$ref", "#/components/schemas/" + schema);
        assertThat(SCHEMAS.getSchema(whole).validate(message))
                .as(schema + ": " + message)
                .isEmpty();
    }

    @Test
    void everyReferenceLeadsSomewhere() {
        List<String> all = new ArrayList<>();
        references(document, all);
        assertThat(all)
                .isNotEmpty()
                .allSatisfy(reference -> assertThat(
                                document.at(reference.substring(1)).isMissingNode())
                        .as(reference)
                        .isFalse());
        assertThat(document.get("asyncapi").asText()).isEqualTo("3.0.0");
    }

    @Test
    void everyChannelIsServedAsItsServerSays() throws Exception {
        Set<String> tried = new TreeSet<>();
        for (var channel : document.get("channels").properties()) {
            String path = channel.getValue().get("address").asText().replace("{topic}", "home%2Fx");
            String query = path.equals("/v1/events") ? "?filter=home/%23" : "";
            if (channel.getValue().at("/servers/0/$ref").asText().endsWith("ws")) {
                connect(path + query, new LinkedBlockingQueue<>()).abort();
            } else {
                HttpResponse<Stream<String>> stream = HttpClient.newHttpClient()
                        .send(
                                HttpRequest.newBuilder(node.uri(path + query))
                                        .header("accept", "text/event-stream")
                                        .build(),
                                HttpResponse.BodyHandlers.ofLines());
                assertThat(stream.statusCode()).isEqualTo(200);
                stream.body().close();
            }
            tried.add(channel.getKey());
        }
        assertThat(tried).containsExactly("socket", "stream", "topicStream");
    }

    /** Each operation of the socket, and its replies. */
    @Test
    void messagesAreAsTheyAreDescribed() throws Exception {
        BlockingQueue<String> got = new LinkedBlockingQueue<>();
        WebSocket reader = connect("/v1/events?filter=home/%23", got);
        BlockingQueue<String> answers = new LinkedBlockingQueue<>();
        WebSocket writer = connect("/v1/events?publish=home/x&wait=ordered", answers);
        String event = "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"//s\",\"type\":\"t\",\"data\":{\"a\":1}}";
        writer.sendText(event, true).join();
        writer.sendText("[]", true).join();
        // What is refused at once need not wait for what is on its way.
        Set<String> types = new TreeSet<>();
        for (int i = 0; i < 2; i++) {
            JsonNode answer = next(answers);
            types.add(answer.get("type").asText());
            isValid(answer.get("type").asText().contains("refused") ? "Refused" : "Published", answer);
        }
        assertThat(types).hasSize(2);
        isValid("CloudEvent", next(got));
        reader.abort();
        writer.abort();
    }

    @Test
    void everyParameterOfTheSocketIsTakenAndNoOther() {
        List<String> names = new ArrayList<>();
        document.at("/channels/socket/bindings/ws/query/properties")
                .properties()
                .forEach(each -> names.add(each.getKey()));
        assertThat(names).containsExactlyInAnyOrder("filter", "from", "after", "sql", "publish", "wait", "onGone");
        connect(
                        "/v1/events?filter=a/b&from=first&sql=id%20%3D%20'x'&publish=a/b&wait=durable&onGone=skip",
                        new LinkedBlockingQueue<>())
                .abort();
    }

    private static JsonNode next(BlockingQueue<String> from) throws Exception {
        String message = from.poll(10, TimeUnit.SECONDS);
        assertThat(message).isNotNull();
        return new ObjectMapper().readTree(message);
    }

    private WebSocket connect(String path, BlockingQueue<String> into) {
        URI uri = URI.create(node.uri(path).toString().replace("http:", "ws:"));
        return HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .subprotocols("cloudevents.json")
                .buildAsync(uri, new WebSocket.Listener() {
                    @Override
                    public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
                        into.add(data.toString());
                        from.request(1);
                        return null;
                    }
                })
                .join();
    }
}

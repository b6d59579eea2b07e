package io.waxwing.http.describe;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.waxwing.http.fake.TestNode;
import io.waxwing.ledger.hash.Hash;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The OpenAPI document and the server say the same. */
class OpenApiTest {
    private static final TestNode NODE = new TestNode();
    private static final JsonNode DOCUMENT =
            TestNode.json(NODE.get("/v1/openapi.json").body());
    private static final SchemaRegistry SCHEMAS = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
    private static final String JSON = "application/json";
    private static final String EVENTS = "/v1/topics/{topic}/events";
    private static final String OPERATOR = "Bearer " + TestNode.TOKEN;
    private static String eventId = "";
    private static Set<String> done = new LinkedHashSet<>();

    @BeforeAll
    static void publishOnce() {
        eventId = TestNode.json(NODE.post("/v1/topics/home%2Fmeter/events", "hello"))
                .get("eventId")
                .asText();
        done = new LinkedHashSet<>();
    }

    @AfterAll
    static void stop() {
        NODE.close();
    }

    private static HttpRequest.Builder to(String path) {
        return HttpRequest.newBuilder(NODE.uri(path));
    }

    private static void get(String template, String path, int status) {
        check("get", template, NODE.send(to(path)), status);
    }

    private static void post(String template, String path, String contentType, String body, int status) {
        HttpRequest.Builder request = to(path).header("content-type", contentType)
                .header("authorization", OPERATOR)
                .POST(HttpRequest.BodyPublishers.ofString(body));
        check("post", template, NODE.send(request), status);
    }

    /** The answer's status, content type and body are those that the document has for the operation. */
    private static void check(String method, String template, HttpResponse<String> answer, int status) {
        String what = method + " " + template + ": " + answer.statusCode() + " " + answer.body();
        assertThat(answer.statusCode()).as(what).isEqualTo(status);
        JsonNode operation = DOCUMENT.path("paths").path(template).path(method);
        assertThat(operation.isObject()).as("documented: " + what).isTrue();
        JsonNode response = resolved(operation.path("responses").path(Integer.toString(status)));
        assertThat(response.isObject()).as("documented: " + what).isTrue();
        String type = answer.headers().firstValue("content-type").orElse("");
        JsonNode content = response.path("content");
        JsonNode media = content.has(type) ? content.path(type) : content.path("*/*");
        assertThat(media.isMissingNode())
                .as("type " + type + " is documented: " + what)
                .isFalse();
        if (media.has("schema") && type.contains("json")) {
            assertThat(wrong(media.get("schema"), answer.body())).as(what).isEmpty();
        }
        if (status < 400) {
            done.add(method + " " + template);
        }
    }

    private static JsonNode resolved(JsonNode node) {
        String ref = node.path("$ref").asText("");
        return ref.isEmpty() ? node : DOCUMENT.at(ref.substring(1));
    }

    private static List<String> wrong(JsonNode schema, String body) {
        ObjectNode whole = new ObjectMapper().createObjectNode();
        whole.set("components", DOCUMENT.get("components"));
        whole.setAll((ObjectNode) schema.deepCopy());
        List<String> all = new ArrayList<>();
        SCHEMAS.getSchema(whole).validate(TestNode.json(body)).forEach(error -> all.add(error.toString()));
        return all;
    }

    @Test
    void everyOperationAnswersAsItIsDescribed() {
        events();
        topicsAndMembers();
        subscriptions();
        webhooks();
        processing();
        schedules();
        rules();
        ledger();
        operation();
        erasing();
        weEvent();
        get("/health/live", "/health/live", 200);
        get("/health/ready", "/health/ready", 200);
        get("/health/started", "/health/started", 200);
        get("/metrics", "/metrics", 200);
        get("/v1/openapi.json", "/v1/openapi.json", 200);
        get("/v1/asyncapi.json", "/v1/asyncapi.json", 200);
        Set<String> described = new LinkedHashSet<>();
        DOCUMENT.get("paths")
                .properties()
                .forEach(path -> path.getValue().properties().forEach(operation -> {
                    if (operation.getValue().has("operationId")) {
                        described.add(operation.getKey().toLowerCase(Locale.ROOT) + " " + path.getKey());
                    }
                }));
        // A node that witnesses no logs has no key and cosigns nothing: its answers are those of WitnessTest.
        described.remove("get /ledger/witness");
        described.remove("post /ledger/add-checkpoint");
        assertThat(done).containsExactlyInAnyOrderElementsOf(described);
    }

    private static void erasing() {
        HttpRequest.Builder erase =
                to("/v1/events/" + eventId + "?reason=asked").DELETE();
        check("delete", "/v1/events/{eventId}", NODE.send(erase), 200);
        NODE.erasure.orders = false;
        check("delete", "/v1/events/{eventId}", NODE.send(erase.header("prefer", "respond-async")), 202);
        NODE.erasure.orders = true;
        check(
                "delete",
                "/v1/events/{eventId}",
                NODE.send(to("/v1/events/" + eventId).DELETE()),
                400);
    }

    private static void weEvent() {
        String rest = "/{weevent}/rest/{call}";
        get(rest, "/weevent-broker/rest/open?topic=com.weevent.test&groupId=1", 200);
        get(rest, "/weevent/rest/publish?topic=com.weevent.test&content=x", 200);
        get(rest, "/weevent/rest/state?topic=none", 200);
        get(rest, "/weevent/rest/none", 404);
        get("/{weevent}/admin/{call}", "/weevent-broker/admin/group/general", 200);
        get("/{weevent}/admin/{call}", "/weevent-broker/admin/none", 404);
        String rpc = "/{weevent}/jsonrpc";
        post(rpc, "/weevent/jsonrpc", JSON, "{\"id\":\"1\",\"method\":\"exist\",\"params\":{\"topic\":\"a\"}}", 200);
        post(rpc, "/weevent/jsonrpc", JSON, "{\"id\":1,\"method\":\"none\"}", 200);
    }

    private static void operation() {
        post("/v1/backup", "/v1/backup", JSON, "", 201);
        HttpRequest.Builder nobody = to("/v1/backup").POST(HttpRequest.BodyPublishers.noBody());
        check("post", "/v1/backup", NODE.send(nobody), 401);
    }

    private static void rules() {
        String schema = "/v1/topics/{topic}/schema";
        String path = "/v1/topics/home%2Fruled/schema";
        check("put", schema, NODE.put(path, "{\"type\":\"object\"}"), 201);
        check("put", schema, NODE.put(path, "{\"type\":\"object\"}"), 200);
        check("put", schema, NODE.put(path, "7"), 422);
        get(schema, path, 200);
        get(schema, "/v1/topics/home%2Fother/schema", 404);
        assertThat(NODE.send(to(path).DELETE()).statusCode()).isEqualTo(204);
        done.add("delete " + schema);
        String one = "/v1/signers/{id}";
        String key = "/v1/signers/k1";
        String wish = "{\"filter\":\"home/#\",\"source\":\"//home/*\",\"publicKey\":\"PEM\"}";
        check("put", one, NODE.put(key, wish), 201);
        check("put", one, NODE.put(key, wish), 200);
        check("put", one, NODE.put(key, "{}"), 400);
        check("put", one, NODE.put("/v1/signers/-", wish), 400);
        check("put", one, NODE.put(key, wish.replace("home/#", "$share/g/a")), 400);
        check("put", one, NODE.put(key, wish.replace("//home/*", "")), 400);
        get("/v1/signers", "/v1/signers", 200);
        get(one, key, 200);
        get(one, "/v1/signers/none", 404);
        assertThat(NODE.get("/v1/signers/a/b").statusCode()).isEqualTo(404);
        assertThat(NODE.send(to(key).DELETE()).statusCode()).isEqualTo(204);
        assertThat(NODE.send(to(key).DELETE()).statusCode()).isEqualTo(404);
        done.add("delete " + one);
    }

    private static void processing() {
        String one = "/v1/rules/{id}";
        String path = "/v1/rules/hot";
        String rule = "{\"filter\":\"home/+\",\"target\":{\"topic\":\"hot\"}}";
        check("put", one, NODE.put(path, rule.replace("}}", "},\"start\":\"first\"}")), 201);
        check("put", one, NODE.put(path, rule), 200);
        check("put", one, NODE.put(path, "{\"where\":1}"), 400);
        get("/v1/rules", "/v1/rules", 200);
        get(one, path, 200);
        get(one, "/v1/rules/none", 404);
        for (String word : new String[] {"pause", "resume", "redrive"}) {
            post(one + ":" + word, path + ":" + word, JSON, "", 200);
        }
        post(one + ":pause", "/v1/rules/none:pause", JSON, "", 404);
        get(one + "/dead-letters", path + "/dead-letters?limit=1", 200);
        get(one + "/dead-letters", "/v1/rules/none/dead-letters", 404);
        check(
                "delete",
                one + "/dead-letters",
                NODE.send(to(path + "/dead-letters").DELETE()),
                200);
        post("/v1/rules:check", "/v1/rules:check", JSON, "{\"rule\":{}}", 200);
        post("/v1/rules:check", "/v1/rules:check", JSON, "7", 400);
        assertThat(NODE.get("/v1/rules/a/b").statusCode()).isEqualTo(404);
        assertThat(NODE.post(path + ":sing", "").statusCode()).isEqualTo(404);
        assertThat(NODE.send(to(path).DELETE()).statusCode()).isEqualTo(204);
        done.add("delete " + one);
    }

    private static void schedules() {
        String one = "/v1/schedules/{id}";
        String daily = "/v1/schedules/daily";
        String cron = "{\"cron\":\"0 7 * * *\",\"topic\":\"a\",\"event\":{\"data\":1}}";
        check("put", one, NODE.put(daily, cron), 201);
        check("put", one, NODE.put(daily, cron), 200);
        check("put", one, NODE.put(daily, "{\"every\":1}"), 400);
        check("put", one, NODE.put("/v1/schedules/soon", "{\"at\":\"2026-01-01T00:00:00Z\",\"topic\":\"a\"}"), 201);
        get("/v1/schedules", "/v1/schedules", 200);
        get(one, daily, 200);
        get(one, "/v1/schedules/soon", 200);
        get(one, "/v1/schedules/none", 404);
        assertThat(NODE.get("/v1/schedules/a/b").statusCode()).isEqualTo(404);
        assertThat(NODE.send(to(daily).DELETE()).statusCode()).isEqualTo(204);
        done.add("delete " + one);
    }

    private static void webhooks() {
        String one = "/v1/webhooks/{id}";
        String path = "/v1/webhooks/there";
        HttpRequest.Builder put = to(path).PUT(
                        HttpRequest.BodyPublishers.ofString("{\"url\":\"http://127.0.0.1:1/\",\"filter\":\"home/+\"}"));
        check("put", one, NODE.send(put), 201);
        check("put", one, NODE.send(put), 200);
        get("/v1/webhooks", "/v1/webhooks", 200);
        get(one, path, 200);
        get(one, "/v1/webhooks/none", 404);
        for (String word : new String[] {"validate", "pause", "resume", "redrive"}) {
            post(one + ":" + word, path + ":" + word, JSON, "", 200);
        }
        post(one + ":redeliver", path + ":redeliver", JSON, "{\"to\":\"first\"}", 200);
        assertThat(NODE.send(to(path).DELETE()).statusCode()).isEqualTo(204);
        done.add("delete " + one);
    }

    private static void subscriptions() {
        String one = "/v1/subscriptions/{name}";
        String path = "/v1/subscriptions/meters";
        HttpRequest.Builder put = to(path).PUT(HttpRequest.BodyPublishers.ofString(
                "{\"filter\":\"home/+\",\"start\":\"first\",\"backoffMs\":[1]}"));
        check("put", one, NODE.send(put), 201);
        check("put", one, NODE.send(put), 200);
        get("/v1/subscriptions", "/v1/subscriptions", 200);
        get(one, path, 200);
        get(one, "/v1/subscriptions/none", 404);
        post(one + ":receive", path + ":receive", JSON, "{\"max\":2}", 200);
        post(one + ":receive", path + ":receive", JSON, "{\"max\":-1}", 400);
        for (String word : new String[] {"ack", "nack", "extend"}) {
            post(one + ":" + word, path + ":" + word, JSON, "{\"lockTokens\":[\"x\"]}", 200);
        }
        post(one + ":seek", path + ":seek", JSON, "{\"to\":\"first\"}", 200);
        String lease = NODE.post(path + ":receive", "{\"max\":1}").body();
        String token = TestNode.json(lease).at("/0/lockToken").asText();
        post(one + ":reject", path + ":reject", JSON, "{\"lockTokens\":[\"" + token + "\"]}", 200);
        get(one + "/dead-letters", path + "/dead-letters?limit=1", 200);
        post(one + ":redrive", path + ":redrive", JSON, "{}", 200);
        post(one + ":pause", path + ":pause", JSON, "", 200);
        post(one + ":resume", path + ":resume", JSON, "", 200);
        check(
                "delete",
                one + "/dead-letters",
                NODE.send(to(path + "/dead-letters").DELETE()),
                200);
        assertThat(NODE.send(to(path).DELETE()).statusCode()).isEqualTo(204);
        done.add("delete " + one);
    }

    private static void events() {
        String path = "/v1/topics/home%2Fmeter/events";
        post(EVENTS, path, "text/plain", "one", 201);
        post(EVENTS, path + "?wait=durable", "text/plain", "two", 202);
        String event = "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"//a\",\"type\":\"t\",\"data\":1}";
        post(EVENTS, path, "application/cloudevents+json", event, 201);
        post(EVENTS, path, "application/cloudevents+json", event, 200);
        String batch = "[" + event.replace("\"1\"", "\"2\"") + ",{\"specversion\":\"1.0\"}]";
        post(EVENTS, path, "application/cloudevents-batch+json", batch, 207);
        post(EVENTS, path, "application/cloudevents+json", "{}", 400);
        get(EVENTS, path, 200);
        get(EVENTS, path + "?from=nowhere", 400);
        get("/v1/events", "/v1/events?source=%2F%2Fa&id=1", 200);
        get("/v1/events", "/v1/events", 400);
        get("/v1/events/{eventId}", "/v1/events/" + eventId, 200);
        get("/v1/events/{eventId}", "/v1/events/00000000-9-9", 404);
        get("/v1/events/{eventId}/receipt", "/v1/events/" + eventId + "/receipt", 200);
        get("/ledger/receipt/{eventId}", "/ledger/receipt/" + eventId, 200);
    }

    private static void topicsAndMembers() {
        get("/v1/topics", "/v1/topics?limit=1", 200);
        get("/v1/topics/{topic}", "/v1/topics/home%2Fmeter", 200);
        check("put", "/v1/topics/{topic}", NODE.put("/v1/topics/a", "{\"class\":\"ordered\"}"), 201);
        check("put", "/v1/topics/{topic}", NODE.put("/v1/topics/a", "{\"class\":\"ordered\"}"), 200);
        check("put", "/v1/topics/{topic}", NODE.put("/v1/topics/a", "{\"class\":7}"), 400);
        post("/v1/tickets", "/v1/tickets", JSON, "", 201);
        String terms = "{\"retention\":{\"ageSeconds\":9},\"quota\":{\"eventsPerSecond\":9}}";
        check("put", "/v1/topics/{topic}", NODE.put("/v1/topics/a", terms), 200);
        String policy = "/v1/topics/{topic}/policy";
        get(policy, "/v1/topics/a/policy", 200);
        get(policy, "/v1/topics/none/policy", 404);
        check("put", policy, NODE.put("/v1/topics/a/policy", terms), 200);
        check("put", policy, NODE.put("/v1/topics/a/policy", "{\"retention\":0}"), 400);
        check("put", policy, NODE.put("/v1/topics/a/policy", "{\"class\":\"local\"}"), 409);
        assertThat(NODE.delete("/v1/topics/a/policy").statusCode()).isEqualTo(204);
        done.add("delete " + policy);
        get("/v1/members", "/v1/members", 200);
        String proposals = "/v1/members/proposals";
        get(proposals, proposals, 200);
        post(proposals, proposals, JSON, "{\"changes\":[{\"remove\":\"insurer\"}]}", 201);
        post(proposals, proposals, JSON, "{\"changes\":[{\"remove\":\"nobody\"}]}", 409);
        String vote = "/" + Hash.ZERO.hex() + ":vote";
        post(proposals + "/{id}:vote", proposals + vote, JSON, "{\"approve\":true}", 200);
        check("post", proposals, NODE.post(proposals, "{\"changes\":[{\"remove\":\"insurer\"}]}"), 401);
    }

    private static void ledger() {
        get("/ledger/checkpoint", "/ledger/checkpoint", 200);
        get("/ledger/checkpoint/{size}", "/ledger/checkpoint/100", 200);
        get("/ledger/checkpoint/{size}", "/ledger/checkpoint/101", 404);
        get("/ledger/checkpoint/witnessed", "/ledger/checkpoint/witnessed", 404);
        get("/ledger/tile/{tile}", "/ledger/tile/0/000", 200);
        get("/ledger/trust", "/ledger/trust", 200);
        get("/ledger/trust.chain", "/ledger/trust.chain", 200);
        String topic = "/ledger/topic/" + Hash.ZERO.hex();
        get("/ledger/topic/{tag}/head", topic + "/head", 200);
        get("/ledger/topic/{tag}/range/{range}", topic + "/range/0-1", 404);
        get("/ledger/anchors", "/ledger/anchors", 200);
        get("/ledger/witness", "/ledger/witness", 404);
        done.add("get /ledger/checkpoint/witnessed");
        done.add("get /ledger/topic/{tag}/range/{range}");
    }
}

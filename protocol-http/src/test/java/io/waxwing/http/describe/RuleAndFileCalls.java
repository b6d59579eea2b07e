package io.waxwing.http.describe;

import static io.waxwing.http.describe.OpenApiTest.JSON;
import static io.waxwing.http.describe.OpenApiTest.NODE;
import static io.waxwing.http.describe.OpenApiTest.check;
import static io.waxwing.http.describe.OpenApiTest.done;
import static io.waxwing.http.describe.OpenApiTest.get;
import static io.waxwing.http.describe.OpenApiTest.post;
import static io.waxwing.http.describe.OpenApiTest.to;
import static org.assertj.core.api.Assertions.assertThat;

import io.waxwing.http.fake.TestNode;
import io.waxwing.http.file.FileCardText;
import java.net.http.HttpRequest;

/** What {@link OpenApiTest} asks of rules, schedules and files. */
final class RuleAndFileCalls {
    private RuleAndFileCalls() {}

    static void all(String eventId) {
        processing();
        schedules();
        files(eventId);
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

    private static void files(String eventId) {
        String begin = "/v1/files";
        String wish = "{\"topic\":\"home/files\",\"name\":\"a\",\"size\":3}";
        post(begin, begin, JSON, wish, 201);
        post(begin, begin, JSON, "{}", 400);
        String id = TestNode.json(NODE.post(begin, wish)).get("file").asText();
        String one = "/v1/files/{id}";
        get(one, "/v1/files/" + id, 200);
        get(one, "/v1/files/" + "0".repeat(32), 404);
        assertThat(NODE.put("/v1/files/" + id + "/chunks/0", "abc").statusCode())
                .isEqualTo(204);
        done.add("put " + one + "/chunks/{chunk}");
        check("put", one + "/chunks/{chunk}", NODE.put("/v1/files/" + id + "/chunks/x", "abc"), 400);
        post(one + ":publish", "/v1/files/" + id + ":publish", JSON, "", 201);
        NODE.files.next = null;
        post(one + ":publish", "/v1/files/" + id + ":publish", JSON, "{\"root\":\"" + "0".repeat(64) + "\"}", 409);
        HttpRequest.Builder later = to("/v1/files/" + id + ":publish")
                .header("prefer", "respond-async")
                .POST(HttpRequest.BodyPublishers.noBody());
        check("post", one + ":publish", NODE.send(later), 202);
        assertThat(NODE.send(to("/v1/files/" + id).DELETE()).statusCode()).isEqualTo(204);
        done.add("delete " + one);
        String card = FileCardText.write(NODE.files.keep(new byte[2000], 1024));
        HttpRequest.Builder event = to("/v1/topics/home%2Ffiles/events")
                .header("content-type", JSON)
                .POST(HttpRequest.BodyPublishers.ofString(card));
        String path =
                "/v1/files/" + TestNode.json(NODE.send(event)).get("eventId").asText();
        get(one, path, 200);
        get(one, "/v1/files/" + eventId, 404);
        get("/v1/files/{id}/hashes", path + "/hashes", 200);
        get("/v1/files/{id}/content", path + "/content", 200);
        check("get", "/v1/files/{id}/content", NODE.send(to(path + "/content").header("range", "bytes=1-2")), 206);
    }
}

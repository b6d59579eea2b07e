package io.waxwing.http.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waxwing.bus.topic.AckPolicy;
import io.waxwing.bus.topic.DeliveryClass;
import io.waxwing.bus.topic.TopicPolicy;
import io.waxwing.http.fake.TestNode;
import io.waxwing.http.file.FileCardText;
import io.waxwing.ledger.file.FileCard;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Requests about files, their answers and what is wrong in them. */
class FileRequestsTest {
    private final TestNode node = new TestNode();
    private final byte[] content = new byte[5000];
    private final FileCard card;
    private final String path;

    FileRequestsTest() {
        new Random(4).nextBytes(content);
        card = node.files.keep(content, 1024);
        HttpResponse<String> answer =
                node.post("/v1/topics/home/events", FileCardText.write(card), "content-type", "text/plain");
        path = "/v1/files/" + TestNode.json(answer).get("eventId").asText();
    }

    @AfterEach
    void stop() {
        node.close();
    }

    private HttpResponse<String> with(String range, String... more) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(node.uri(path + "/content")).header("range", range);
        return node.send(more.length == 0 ? request : request.headers(more));
    }

    private static void isProblem(HttpResponse<String> answer, int status, String code) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(TestNode.json(answer).get("code").asText()).isEqualTo(code);
    }

    @Test
    void contentIsServedAsWhatItsSenderCallsItButNeverToBeRun() {
        assertThat(node.bytes(path + "/content").body()).isEqualTo(content);
        HttpResponse<String> answer = node.get(path + "/content");
        assertThat(answer.headers().firstValue("content-type")).hasValue("text/plain");
        assertThat(answer.headers().firstValue("content-disposition")).hasValue("attachment");
        assertThat(answer.headers().firstValue("x-content-type-options")).hasValue("nosniff");
        assertThat(answer.headers().firstValue("content-security-policy")).hasValue("sandbox");
        assertThat(answer.headers().firstValue("etag"))
                .hasValue("\"" + card.root().hex() + "\"");
        assertThat(answer.headers().firstValue("accept-ranges")).hasValue("bytes");
    }

    @Test
    void headSaysHowLargeItIs() {
        HttpResponse<String> answer = node.send(HttpRequest.newBuilder(node.uri(path + "/content"))
                .method("HEAD", HttpRequest.BodyPublishers.noBody()));
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("content-length")).hasValue("5000");
    }

    @Test
    void headKnowsNoRanges() {
        for (String range : new String[] {"bytes=0-9", "bytes=9999-"}) {
            HttpResponse<String> answer = node.send(HttpRequest.newBuilder(node.uri(path + "/content"))
                    .header("range", range)
                    .method("HEAD", HttpRequest.BodyPublishers.noBody()));
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.headers().firstValue("content-length")).hasValue("5000");
        }
    }

    @Test
    void aWeakTagOrAnotherGivesNoPart() {
        String tag = "\"" + card.root().hex() + "\"";
        assertThat(with("bytes=0-9", "if-range", tag).statusCode()).isEqualTo(206);
        for (String other : new String[] {"W/" + tag, "\"x\"", "Wed, 21 Oct 2015 07:28:00 GMT"}) {
            assertThat(with("bytes=0-9", "if-range", other).statusCode())
                    .as(other)
                    .isEqualTo(200);
        }
    }

    @Test
    void rangesThatAreNotUnderstoodAreLeftAlone() {
        for (String range : new String[] {"bytes=5-1", "bytes=0-1,3-4", "lines=1-2", "bytes=-", "bytes=a-b"}) {
            assertThat(with(range).statusCode()).as(range).isEqualTo(200);
        }
        assertThat(with("bytes=-0").statusCode()).isEqualTo(416);
        assertThat(with("bytes=5000-").statusCode()).isEqualTo(416);
        assertThat(with("bytes=4999-99999999").headers().firstValue("content-range"))
                .hasValue("bytes 4999-4999/5000");
        assertThat(with("bytes=-99999999").headers().firstValue("content-range"))
                .hasValue("bytes 0-4999/5000");
    }

    @Test
    void hashesAreThoseOfTheChunks() {
        assertThat(node.bytes(path + "/hashes").body()).hasSize(5 * 32);
        assertThat(TestNode.json(node.get(path)).get("chunksHere").asInt()).isEqualTo(1);
    }

    @Test
    void whatNobodyHasIsSaidAtTheBeginAndBreaksOffLater() {
        node.files.absent.add(0);
        isProblem(node.get(path + "/content"), 503, "WXW-1508");
        assertThat(with("bytes=1024-2047").statusCode()).isEqualTo(206);
        node.files.absent.clear();
        node.files.absent.add(3);
        assertThatThrownBy(() -> node.bytes(path + "/content"))
                .as("part of a file is none")
                .isNotNull();
    }

    @Test
    void anUploadIsMadeFilledAndPublished() {
        HttpResponse<String> made = node.post(
                "/v1/files",
                "{\"topic\":\"home\",\"name\":\"a\",\"size\":1500,\"mediaType\":\"image/png\",\"chunkSize\":1024}");
        assertThat(made.statusCode()).isEqualTo(201);
        String id = TestNode.json(made).get("file").asText();
        assertThat(made.headers().firstValue("location")).hasValue("/v1/files/" + id);
        assertThat(node.put("/v1/files/" + id + "/chunks/1", "x".repeat(476)).statusCode())
                .isEqualTo(204);
        assertThat(node.files.chunk(id, 1)).isEqualTo("x".repeat(476).getBytes());
        assertThat(TestNode.json(node.post("/v1/files/" + id + ":publish", ""))
                        .get("eventId")
                        .asText())
                .isNotEmpty();
    }

    @Test
    void wishesThatAreNoneAreRefusedWithTheirPlace() {
        for (String wish : new String[] {
            "{\"name\":\"a\",\"size\":1}",
            "{\"topic\":\"home\",\"size\":1}",
            "{\"topic\":\"home\",\"name\":\"a\"}",
            "{\"topic\":\"home\",\"name\":\"a\",\"size\":-1}",
            "{\"topic\":\"home\",\"name\":\"a\",\"size\":1,\"root\":\"x\"}",
            "{\"topic\":\"home\",\"name\":\"a\",\"size\":1,\"path\":\"x\"}"
        }) {
            HttpResponse<String> answer = node.post("/v1/files", wish);
            assertThat(answer.statusCode()).as(wish).isEqualTo(400);
            assertThat(TestNode.json(answer).has("pointer")).as(wish).isTrue();
        }
    }

    @Test
    void eventsOfLocalTopicsNameNoFiles() {
        node.bus.setPolicy("here", new TopicPolicy(DeliveryClass.LOCAL, AckPolicy.DURABLE));
        isProblem(node.post("/v1/files", "{\"topic\":\"here\",\"name\":\"a\",\"size\":1}"), 409, "WXW-1507");
    }

    @Test
    void pathsThatAreNoneAreNotFound() {
        for (String none : new String[] {path + "/none", path + "/content/x", "/v1/files/a/b/c/d", path + ":publish"}) {
            assertThat(node.post(none, "").statusCode()).as(none).isIn(400, 404, 405);
        }
        assertThat(node.get("/v1/files").statusCode()).isEqualTo(405);
        assertThat(node.put(path + "/content", "x").statusCode()).isEqualTo(405);
    }

    @Test
    void cardsAreReadStrictly() {
        String text = FileCardText.write(card);
        assertThat(FileCardText.read(text.getBytes())).isEqualTo(card);
        for (String[] change : new String[][] {
            {"\"chunks\":5", "\"chunks\":6"},
            {"\"size\":5000", "\"size\":\"5000\""},
            {"\"size\":5000", "\"size\":5000.5"},
            {"\"size\":5000", "\"size\":-1"},
            {"\"chunkSize\":1024", "\"chunkSize\":10"},
            {"\"mediaType\":\"text/plain\"", "\"mediaType\":\"x\""},
            {"{", "["}
        }) {
            assertThat(FileCardText.read(text.replace(change[0], change[1]).getBytes()))
                    .as(change[1])
                    .isNull();
        }
    }
}

package io.waxwing.http.grants;

import static org.assertj.core.api.Assertions.assertThat;

import io.waxwing.bus.identity.Action;
import io.waxwing.http.fake.TestNode;
import io.waxwing.http.grants.LedgerGrants.Expected;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the operator may say, how it is shown, and what is no claim or grant. */
class GrantsApiTest {
    private static final String CLAIM = "{\"effect\":\"claim\",\"resource\":\"orders/#\"}";

    private final TestNode node = new TestNode();

    @AfterEach
    void stop() {
        node.close();
    }

    private HttpResponse<String> send(String method, String path, String body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(node.uri(path))
                .header("authorization", "Bearer " + TestNode.TOKEN)
                .method(method, HttpRequest.BodyPublishers.ofString(body));
        return node.send(headers.length == 0 ? request : request.headers(headers));
    }

    private HttpResponse<String> put(String id, String body, String... headers) {
        return send("PUT", "/v1/grants/" + id, body, headers);
    }

    @Test
    void aGrantIsShownAsItWasSaidWithItsLeafAsItsTag() {
        String body = "{\"effect\":\"deny\",\"audience\":\"2\",\"resource\":\"orders/+\",\"principal\":\"bank-b/ann\","
                + "\"actions\":[\"subscribe\",\"publish\"]}";
        HttpResponse<String> said = put("no-ann", body);
        assertThat(said.statusCode()).as(said.body()).isEqualTo(200);
        assertThat(said.headers().firstValue("etag")).contains("\"10\"");
        HttpResponse<String> shown = node.get("/v1/grants/no-ann");
        assertThat(shown.body()).isEqualTo(said.body());
        assertThat(shown.body())
                .contains("\"leafIndex\":\"10\"", "\"principal\":\"bank-b/ann\"", "\"institution\":\"bank-a\"");
        assertThat(node.grants.all().get(0).said().actions()).isEqualTo(List.of(Action.SUBSCRIBE, Action.PUBLISH));
        assertThat(node.get("/v1/grants").body()).contains(said.body());
        assertThat(node.get("/v1/grants/no-ann?institution=bank-b").statusCode())
                .isEqualTo(404);
    }

    @Test
    void whoeverChangesOneMaySayWhichItIs() {
        put("c", CLAIM);
        put("c", CLAIM, "if-match", "\"10\"");
        put("c", CLAIM, "if-none-match", "*");
        send("DELETE", "/v1/grants/c", "", "if-match", "*");
        assertThat(node.grants.expected)
                .containsExactly(
                        new Expected(null, false),
                        new Expected(10L, false),
                        new Expected(null, true),
                        new Expected(null, false));
        assertThat(put("c", CLAIM, "if-match", "W/\"x\"").body()).contains("WXW-1287");
        assertThat(put("c", CLAIM, "if-none-match", "\"10\"").statusCode()).isEqualTo(400);
    }

    @Test
    void nobodyButTheOperatorChangesOrExplains() {
        for (String method : List.of("PUT", "DELETE")) {
            HttpRequest.Builder request = HttpRequest.newBuilder(node.uri("/v1/grants/c"))
                    .method(method, HttpRequest.BodyPublishers.ofString(CLAIM));
            assertThat(node.send(request).statusCode()).isEqualTo(401);
        }
        String explain = "/v1/grants:explain?principal=ann&resource=t&action=publish";
        assertThat(node.get(explain).statusCode()).isEqualTo(401);
        assertThat(node.grants.all()).isEmpty();
        assertThat(node.get("/v1/grants").statusCode()).isEqualTo(200);
    }

    @Test
    void whatIsWrongIsSaidWithItsPlace() {
        Map<String, String> wrong = Map.of(
                "{\"effect\":\"own\",\"resource\":\"t\"}", "/effect",
                "{\"effect\":\"claim\"}", "/resource",
                "{\"effect\":\"allow\",\"resource\":\"t\"}", "/principal",
                "{\"effect\":\"allow\",\"resource\":\"t\",\"principal\":\"*\"}", "/actions",
                "{\"effect\":\"allow\",\"resource\":\"t\",\"principal\":\"*\",\"actions\":[\"manage\"]}", "/actions",
                "{\"effect\":\"claim\",\"resource\":\"t\",\"more\":1}", "/more");
        wrong.forEach((body, pointer) -> {
            HttpResponse<String> answer = put("x", body);
            assertThat(answer.statusCode()).as(body).isEqualTo(400);
            assertThat(answer.body()).as(body).contains("\"pointer\":\"" + pointer + "\"");
        });
        assertThat(put("x", "{\"effect\":\"claim\",\"resource\":\"t\",\"principal\":\"b\"}")
                        .statusCode())
                .isEqualTo(400);
        assertThat(send("PUT", "/v1/grants/a/b", CLAIM).statusCode()).isEqualTo(404);
        assertThat(send("GET", "/v1/grants:explain?principal=ann&resource=a/%23&action=publish", "")
                        .body())
                .contains("WXW-1001");
    }

    @Test
    void anExplanationTellsBothLayersAndOnlyTheLedgersOfOthers() {
        put("c", CLAIM);
        String query = "&resource=orders/1&action=subscribe";
        String own = send("GET", "/v1/grants:explain?principal=ann" + query, "").body();
        assertThat(own).contains("\"principal\":\"bank-a/ann\"", "\"because\":\"allow publish home/#\"", "\"claim\":{");
        String other = send("GET", "/v1/grants:explain?principal=bank-b/ann" + query, "")
                .body();
        assertThat(other).contains("\"principal\":\"bank-b/ann\"").doesNotContain("\"node\"");
    }

    @Test
    void everyChangeIsWrittenDownWithWhatCameOfIt() {
        put("c", CLAIM);
        send("DELETE", "/v1/grants/none", "");
        assertThat(node.acts.all.toString())
                .contains("grants.put")
                .contains("orders/#")
                .contains("grants.delete")
                .contains("404");
    }
}

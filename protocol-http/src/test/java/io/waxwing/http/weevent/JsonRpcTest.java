package io.waxwing.http.weevent;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.waxwing.http.exchange.HttpSettings;
import io.waxwing.http.fake.TestNode;
import java.net.http.HttpResponse;
import java.util.Base64;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code /jsonrpc} with the requests that the client 1.0.0 sends (weevent.md 2.3). */
class JsonRpcTest {
    private final TestNode node = new TestNode(HttpSettings.defaults());

    @AfterEach
    void stop() {
        node.close();
    }

    private JsonNode call(String path, String method, String params) {
        HttpResponse<String> answer = node.post(
                path + "/jsonrpc",
                "{\"id\":\"103103035\",\"jsonrpc\":\"2.0\",\"method\":\"" + method + "\",\"params\":" + params + "}",
                "content-type",
                "application/json-rpc");
        assertThat(answer.statusCode()).isEqualTo(200);
        JsonNode json = TestNode.json(answer);
        assertThat(json.get("jsonrpc").asText()).isEqualTo("2.0");
        assertThat(json.get("id").isTextual()).as("echoed as it came").isTrue();
        assertThat(json.get("id").asText()).isEqualTo("103103035");
        return json;
    }

    private JsonNode result(String method, String params) {
        JsonNode json = call("/weevent", method, params);
        assertThat(json.has("error")).as(json.toString()).isFalse();
        return json.get("result");
    }

    private JsonNode error(String method, String params, int code) {
        JsonNode json = call("/weevent", method, params);
        assertThat(json.has("result")).isFalse();
        assertThat(json.at("/error/code").asInt()).as(json.toString()).isEqualTo(code);
        assertThat(TestNode.names(json.get("error"))).containsExactly("code", "message");
        return json;
    }

    @Test
    void allCallsWorkWithoutAGroupAndWithOne() {
        for (String group : new String[] {"", ",\"groupId\":\"1\""}) {
            String topic = "{\"topic\":\"com.weevent.test\"" + group + "}";
            assertThat(result("open", topic).isBoolean()).isTrue();
            assertThat(result("exist", topic).asBoolean()).isTrue();
            assertThat(result("close", topic).asBoolean()).isTrue();
            String content = Base64.getEncoder().encodeToString(new byte[] {'h', 'i'});
            JsonNode sent =
                    result("publish", "{\"topic\":\"com.weevent.test\"" + group + ",\"content\":\"" + content + "\"}");
            assertThat(TestNode.names(sent)).containsExactly("status", "topic", "eventId");
            String eventId = sent.get("eventId").asText();
            assertThat(eventId).startsWith("317e7c4c-");
            JsonNode event = result("getEvent", "{\"eventId\":\"" + eventId + "\"" + group + "}");
            assertThat(TestNode.names(event)).containsExactly("topic", "content", "extensions", "eventId");
            assertThat(event.get("content").asText()).isEqualTo(content);
        }
    }

    @Test
    void theClientOfOneDotZeroIsToldNothingThatItDoesNotKnow() {
        String[] known = {
            "topicName", "topicAddress", "senderAddress", "createdTimestamp", "sequenceNumber", "blockNumber"
        };
        result("open", "{\"topic\":\"a\"}");
        assertThat(TestNode.names(result("state", "{\"topic\":\"a\"}"))).containsExactly(known);
        JsonNode page = result("list", "{\"pageIndex\":0,\"pageSize\":10}");
        assertThat(TestNode.names(page)).containsExactly("total", "pageIndex", "pageSize", "topicInfoList");
        assertThat(TestNode.names(page.at("/topicInfoList/0"))).containsExactly(known);
    }

    @Test
    void laterOnesAreToldMore() {
        call("/weevent-broker", "open", "{\"topic\":\"a\",\"groupId\":\"1\"}");
        JsonNode state = call("/weevent-broker", "state", "{\"topic\":\"a\",\"groupId\":\"1\"}");
        assertThat(state.at("/result/lastTimestamp").isNumber()).isTrue();
    }

    @Test
    void extensionsAreOfWhateverNameInOneDotZeroAndOfOnePrefixLater() {
        result("open", "{\"topic\":\"a\"}");
        String params =
                "{\"topic\":\"a\",\"groupId\":\"1\",\"content\":\"aGk=\",\"extensions\":{\"Own Näme\":\"b\\n\\u007f\"}}";
        String eventId = result("publish", params).get("eventId").asText();
        assertThat(result("getEvent", "{\"eventId\":\"" + eventId + "\"}")
                        .at("/extensions/Own Näme")
                        .asText())
                .isEqualTo("b\n\u007f");
        assertThat(call("/weevent-broker", "publish", params).at("/error/code").asInt())
                .isEqualTo(100206);
        error("publish", params.replace("{\"Own Näme\":\"b\\n\\u007f\"}", "null"), 100205);
    }

    @Test
    void bytesThatAreNoTextComeBackAsTheyWere() {
        result("open", "{\"topic\":\"a\"}");
        byte[] bytes = new byte[256];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) i;
        }
        String content = Base64.getEncoder().encodeToString(bytes);
        String eventId = result("publish", "{\"topic\":\"a\",\"content\":\"" + content + "\"}")
                .get("eventId")
                .asText();
        assertThat(result("getEvent", "{\"eventId\":\"" + eventId + "\"}")
                        .get("content")
                        .asText())
                .isEqualTo(content);
        assertThat(node.bus.drafts().get(0).payload().bytes()).isEqualTo(bytes);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "state|{\"topic\":\"none\"}|100101",
                "close|{\"topic\":\"none\"}|100101",
                "publish|{\"topic\":\"none\",\"content\":\"aGk=\"}|100101",
                "publish|{\"topic\":\"none\",\"content\":\"\"}|100200",
                "publish|{\"topic\":\"none\"}|100200",
                "publish|{\"topic\":\"none\",\"content\":\"*\"}|-32602",
                "publish|{\"topic\":\"none\",\"content\":\"aGk=\",\"extensions\":[]}|-32602",
                "publish|{\"topic\":\"none\",\"content\":\"aGk=\",\"extensions\":{\"a\":1}}|-32602",
                "open|{}|100103",
                "open|{\"topic\":\"a#\"}|100106",
                "open|{\"topic\":\"a\",\"groupId\":\"7\"}|200211",
                "list|{\"pageIndex\":0,\"pageSize\":1000}|100107",
                "list|{\"pageSize\":10}|-32602",
                "getEvent|{\"eventId\":\"x\"}|100302",
                "getEvent|{}|100300",
                "subscribe|{\"topic\":\"a\",\"url\":\"http://a\"}|-32601",
                "open|[\"a\"]|-32602",
            })
    void whatIsWrongHasANumber(String method, String params, int code) {
        error(method, params, code);
    }

    @Test
    void whatTheBusRefusesIsNoResult() {
        result("open", "{\"topic\":\"refuse/at/once\"}");
        JsonNode json = error("publish", "{\"topic\":\"refuse/at/once\",\"content\":\"MTIzNDU2Nzg5MDEyMw==\"}", 200000);
        assertThat(json.at("/error/message").asText()).contains("WXW-2101");
    }

    @Test
    void whatIsNoRequestIsSaidInTheStandardsNumbers() {
        assertThat(TestNode.json(node.post("/weevent/jsonrpc", "{"))
                        .at("/error/code")
                        .asInt())
                .isEqualTo(-32700);
        assertThat(TestNode.json(node.post("/weevent/jsonrpc", "[]"))
                        .at("/error/code")
                        .asInt())
                .isEqualTo(-32600);
        assertThat(node.get("/weevent/jsonrpc").statusCode()).isEqualTo(405);
    }
}

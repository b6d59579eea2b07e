package io.waxwing.http.weevent;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.waxwing.http.exchange.HttpSettings;
import io.waxwing.http.fake.TestNode;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code /admin/*}: the ledger as WeEvent's operators read a chain (weevent.md 1.3). */
class AdminTest {
    private final TestNode node = new TestNode(HttpSettings.defaults());

    @BeforeEach
    void publishThree() {
        node.get("/weevent-broker/rest/open?topic=a");
        for (int i = 0; i < 3; i++) {
            node.get("/weevent-broker/rest/publish?topic=a&content=" + i);
        }
    }

    @AfterEach
    void stop() {
        node.close();
    }

    private JsonNode data(String call) {
        HttpResponse<String> answer = node.get("/weevent-broker/admin/" + call);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        JsonNode json = TestNode.json(answer);
        assertThat(json.get("code").asInt()).as(answer.body()).isZero();
        return json.get("data");
    }

    @Test
    void groupsNodesAndTheVersionAreTold() {
        assertThat(data("listGroup").toString()).isEqualTo("[\"1\",\"2\"]");
        assertThat(data("validateGroupId?groupId=2").asText()).isEqualTo("SUCCESS");
        assertThat(data("listNodes").get(0).asText()).isEqualTo("127.0.0.1:" + node.address.getPort());
        assertThat(TestNode.names(data("getVersion")))
                .containsExactly("weEventVersion", "gitCommitTimeStamp", "gitBranch", "gitCommitHash");
        JsonNode general = data("group/general?groupId=1");
        assertThat(general.toString()).isEqualTo("{\"nodeCount\":2,\"transactionCount\":3,\"latestBlock\":103}");
    }

    @Test
    void blocksComeTheNewestFirst() {
        JsonNode page = data("block/blockList?pageNumber=1&pageSize=2&groupId=1");
        assertThat(TestNode.names(page)).containsExactly("total", "pageIndex", "pageSize", "pageData");
        assertThat(page.at("/pageData/0/blockNumber").asLong()).isEqualTo(103);
        assertThat(page.at("/pageData/1/blockNumber").asLong()).isEqualTo(102);
        String hash = page.at("/pageData/1/pkHash").asText();
        assertThat(data("block/blockList?pageNumber=2&pageSize=2")
                        .at("/pageData/0/blockNumber")
                        .asLong())
                .isEqualTo(101);
        assertThat(data("block/blockList?pageNumber=1&pageSize=9&pkHash=" + hash)
                        .at("/pageData/0/blockNumber")
                        .asLong())
                .isEqualTo(102);
        JsonNode one = data("block/blockList?pageNumber=1&pageSize=9&blockNumber=101");
        assertThat(one.get("total").asInt()).isEqualTo(1);
        assertThat(data("block/blockList?pageNumber=1&pageSize=9&blockNumber=101&pkHash=" + hash)
                        .get("total")
                        .asInt())
                .isZero();
    }

    @Test
    void transactionsAreFoundByBlockAndByHash() {
        JsonNode page = data("transaction/transList?pageNumber=1&pageSize=2");
        assertThat(page.get("total").asInt()).isEqualTo(3);
        assertThat(page.get("pageData")).hasSize(2);
        assertThat(TestNode.names(page.at("/pageData/0")))
                .containsExactly("transHash", "transFrom", "transTo", "blockNumber", "blockTimestamp");
        assertThat(page.at("/pageData/0/blockNumber").asLong()).isEqualTo(103);
        assertThat(data("transaction/transList?pageNumber=2&pageSize=2")
                        .at("/pageData/0/blockNumber")
                        .asLong())
                .isEqualTo(101);
        String hash = page.at("/pageData/1/transHash").asText();
        assertThat(data("transaction/transList?pageNumber=1&pageSize=9&transactionHash=" + hash)
                        .at("/pageData/0/blockNumber")
                        .asLong())
                .isEqualTo(102);
        assertThat(data("transaction/transList?pageNumber=1&pageSize=9&blockNumber=102")
                        .get("total")
                        .asInt())
                .isEqualTo(1);
        assertThat(data("transaction/transList?pageNumber=1&pageSize=9&blockNumber=999")
                        .get("total")
                        .asInt())
                .isZero();
    }

    @Test
    void nodesAreSealersOrObservers() {
        JsonNode page = data("node/nodeList?pageNumber=1&pageSize=9");
        assertThat(page.at("/pageData/0/nodeType").asText()).isEqualTo("sealer");
        assertThat(page.at("/pageData/1/nodeType").asText()).isEqualTo("observer");
        assertThat(data("node/nodeList?pageNumber=1&pageSize=9&nodeName=bank-b")
                        .get("total")
                        .asInt())
                .isEqualTo(1);
    }

    @Test
    void subscriptionsAreListedWithWhatTheyGot() {
        try (StompPeer peer = StompPeer.in(node, Generation.V1_2)) {
            String id = peer.subscribe("destination:a\nid:1\neventId:OFFSET_FIRST")
                    .headers()
                    .get("subscription-id");
            for (int i = 0; i < 3; i++) {
                peer.next("MESSAGE");
            }
            JsonNode info = data("innerListSubscription").get(id);
            assertThat(info.get("interfaceType").asText()).isEqualTo("stomp");
            assertThat(info.get("topicName").asText()).isEqualTo("a");
            assertThat(info.get("notifiedEventCount").asText()).isEqualTo("3");
            assertThat(info.get("remoteIp").asText()).startsWith("127.0.0.1:");
            JsonNode byNode = data("listSubscription?nodeInstances=127.0.0.1&groupId=1");
            assertThat(byNode.get(TestNode.names(byNode).get(0))).hasSize(1);
            assertThat(data("innerListSubscription?groupId=2")).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "validateGroupId?groupId=7, 200211",
        "validateGroupId, 200000",
        "listSubscription, 200000",
        "getContractContext, 101023",
        "block/blockList, 200000",
        "block/blockList?pageNumber=1&pageSize=101, 100107",
        "block/blockList?pageNumber=1&pageSize=1&blockNumber=x, 200001",
    })
    void whatIsWrongHasANumber(String call, int code) {
        JsonNode json = TestNode.json(node.get("/weevent-broker/admin/" + call));
        assertThat(json.get("code").asInt()).as(json.toString()).isEqualTo(code);
    }

    @Test
    void whatWasOnlyInTheWebConsoleIsNotHere() {
        assertThat(node.get("/weevent-broker/admin/group/all").statusCode()).isEqualTo(404);
        assertThat(node.get("/weevent-broker/admin").statusCode()).isEqualTo(404);
    }
}

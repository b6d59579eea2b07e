package io.waxwing.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.note.AnchorData;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each link from a node's word to the chain's data, broken in turn. */
class AnchorCommandTest {
    private static final String TRANSACTION = "0x" + "a1".repeat(32);
    private static final String BLOCK = "0x" + "b2".repeat(32);
    private static final AnchorData DATA = new AnchorData(Hash.ZERO, 5, Hash.fromHex("cc".repeat(32)));
    private static final String FOUND = "{\"hash\":\"" + TRANSACTION + "\",\"blockHash\":\"" + BLOCK
            + "\",\"blockNumber\":\"0x10\",\"from\":\"0xdd\",\"input\":\"0x"
            + DATA.encode().hex() + "\"}";
    private static final String RECEIPT =
            "{\"transactionHash\":\"" + TRANSACTION + "\",\"blockHash\":\"" + BLOCK + "\",\"status\":\"0x1\"}";
    private static final String HELD =
            "{\"hash\":\"" + BLOCK + "\",\"timestamp\":\"0x64\",\"transactions\":[\"" + TRANSACTION + "\"]}";
    private static final String TOLD = "[{\"chainId\":\"1\",\"transaction\":\"" + TRANSACTION
            + "\",\"blockNumber\":\"16\",\"blockHash\":\"" + BLOCK + "\",\"treeSize\":\"5\",\"root\":\""
            + DATA.root().hex() + "\"}]";

    private final Map<String, String> results = new ConcurrentHashMap<>();

    @TempDir
    private Path folder = Path.of("");

    @SuppressWarnings("NullAway.Init") // Set before each test.
    private FakeNode node;

    @SuppressWarnings("NullAway.Init") // Set before each test.
    private HttpServer chain;

    @BeforeEach
    void listen() throws IOException {
        node = new FakeNode();
        told(TOLD);
        results.put("eth_chainId", "\"0x1\"");
        results.put("eth_blockNumber", "\"0x12\"");
        results.put("eth_getTransactionByHash", FOUND);
        results.put("eth_getTransactionReceipt", RECEIPT);
        results.put("eth_getBlockByNumber", HELD);
        chain = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        chain.createContext("/", exchange -> {
            JsonNode request = Api.JSON.readTree(exchange.getRequestBody().readAllBytes());
            String result = results.get(request.get("method").asText());
            String body = result == null
                    ? "{\"error\":{\"message\":\"scripted\"}}"
                    : "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":" + result + "}";
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        chain.start();
        Files.write(folder.resolve("trust.policy"), new TestReceipts().trustFile());
    }

    @AfterEach
    void stop() {
        chain.stop(0);
        node.close();
    }

    private void told(String anchors) {
        node.prepare("GET /ledger/anchors", 200, "application/json", anchors);
    }

    private Cli verify(String... more) {
        String[] all = {
            "anchor",
            "verify",
            "--rpc",
            "http://127.0.0.1:" + chain.getAddress().getPort(),
            "--url",
            node.url(),
            "--trust",
            folder.resolve("trust.policy").toString()
        };
        String[] arguments = java.util.Arrays.copyOf(all, all.length + more.length);
        System.arraycopy(more, 0, arguments, all.length, more.length);
        return Cli.run(arguments);
    }

    private void breaks(String method, String result, String link) {
        String right = results.put(method, result);
        Cli refused = verify();
        assertThat(refused.exitCode()).as(result).isEqualTo(ExitCodes.VERIFICATION_FAILED);
        assertThat(refused.out()).contains("NOT VERIFIED   " + link);
        results.put(method, String.valueOf(right));
    }

    @Test
    void theFirstBrokenLinkIsNamed() {
        breaks("eth_chainId", "\"0x2\"", "chain: the endpoint is of chain 2, the node tells 1");
        breaks("eth_chainId", "[]", "chain: the endpoint gives no number");
        breaks("eth_getTransactionByHash", "null", "transaction: the chain has none");
        breaks("eth_getTransactionByHash", FOUND.replace("a1a1", "a1a2"), "transaction: the endpoint gives another");
        breaks("eth_getTransactionByHash", FOUND.replace("0x10", "0x11"), "transaction: it is in another block");
        breaks("eth_getTransactionReceipt", "null", "receipt: none");
        breaks("eth_getTransactionReceipt", RECEIPT.replace("b2b2", "b2b3"), "receipt: none");
        breaks("eth_getTransactionReceipt", RECEIPT.replace("0x1\"", "0x0\""), "receipt: the transaction failed");
        breaks("eth_getBlockByNumber", "null", "block: the chain has another block 16 now");
        breaks("eth_getBlockByNumber", HELD.replace("b2b2", "b2b3"), "block: the chain has another block 16 now");
        breaks("eth_getBlockByNumber", HELD.replace("a1a1", "a1a2"), "block: it does not have the transaction");
        breaks("eth_getBlockByNumber", HELD.replace("0x64", "0x" + "f".repeat(20)), "block: an impossible time");
        breaks("eth_getTransactionByHash", FOUND.replace("0x65766c", "0x65766d"), "data: not the data of an anchored");
        breaks("eth_getTransactionByHash", FOUND.replace("0x65766c", "0xz"), "data: the endpoint gives no bytes");
        breaks("eth_getTransactionByHash", FOUND.replace("cc\"", "cd\""), "data: the transaction has another root");
    }

    @Test
    void whatTheNodeTellsIsNotBelieved() {
        for (String wrong : new String[] {
            TOLD.replace(TRANSACTION, "0x12"),
            TOLD.replace(BLOCK, ""),
            TOLD.replace("\"16\"", "\"x\""),
            TOLD.replace("\"5\"", "\"6\""),
        }) {
            told(wrong);
            assertThat(verify().exitCode()).as(wrong).isEqualTo(ExitCodes.VERIFICATION_FAILED);
        }
        told(TOLD);
        node.prepare("GET /ledger/trust.chain", 200, "application/octet-stream", "not one");
        Cli chainless = verify();
        assertThat(chainless.exitCode()).isEqualTo(ExitCodes.VERIFICATION_FAILED);
        assertThat(chainless.out())
                .contains("3 confirmations")
                .contains("5 leaves")
                .contains("NOT VERIFIED");
    }

    @Test
    void withoutAnAnchorOrAChainThereIsNothingToVerify() {
        assertThat(verify("--size", "6").exitCode()).isEqualTo(ExitCodes.NOT_FOUND);
        told("[]");
        Cli none = verify();
        assertThat(none.exitCode()).isEqualTo(ExitCodes.NOT_FOUND);
        assertThat(none.err()).contains("the node tells no anchor");
        told(TOLD);
        results.remove("eth_chainId");
        Cli refused = verify("--size", "5");
        assertThat(refused.exitCode()).isEqualTo(ExitCodes.UNREACHABLE);
        assertThat(refused.err()).contains("eth_chainId").contains("scripted");
        assertThat(Cli.run("anchor").exitCode()).isEqualTo(ExitCodes.USAGE);
    }
}

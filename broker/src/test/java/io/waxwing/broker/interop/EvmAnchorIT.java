package io.waxwing.broker.interop;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.waxwing.broker.process.NodeProcess;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.note.AnchorData;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A node that anchors on a chain that nobody here wrote, and the command that does not believe either of them. */
@Tag("interop")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EvmAnchorIT {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http = HttpClient.newHttpClient();
    private Path folder = Path.of("");
    private @Nullable Anvil started;

    @BeforeAll
    void startChain(@TempDir Path ownFolder) throws Exception {
        folder = ownFolder;
        started = Anvil.start(Files.createDirectory(folder.resolve("chain")));
    }

    @AfterAll
    void stopChain() {
        if (started != null) {
            started.close();
        }
    }

    private Anvil chain() {
        return Objects.requireNonNull(started);
    }

    private NodeProcess node(String name, URI rpc, long chainId) throws IOException {
        Path keys = folder.resolve(name).resolve("keys");
        if (!Files.exists(keys)) {
            Files.createDirectories(keys);
            Path key = Files.writeString(keys.resolve("evm.key"), "waxwing-key v1 evm\n" + Anvil.KEY + "\n");
            Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
        }
        return NodeProcess.start(
                folder.resolve(name),
                "ledger.heartbeat=0s",
                "outside.timeout=5s",
                "outside.evm.url=" + rpc,
                "outside.evm.chainId=" + chainId,
                "outside.evm.interval=1s",
                "outside.evm.patience=30s",
                "outside.evm.confirmations=2");
    }

    private String get(URI address) throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.ofString())
                .body();
    }

    private void publish(NodeProcess node, String payload) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(node.http("/v1/topics/t/events?wait=ordered"))
                .POST(HttpRequest.BodyPublishers.ofString(payload))
                .build();
        assertThat(http.send(request, HttpResponse.BodyHandlers.ofString()).statusCode())
                .isEqualTo(201);
    }

    private ArrayNode anchors(NodeProcess node) throws IOException, InterruptedException {
        return (ArrayNode) JSON.readTree(get(node.http("/ledger/anchors")));
    }

    private String verify(URI node, String name) throws IOException, InterruptedException {
        return NodeProcess.command(
                "anchor",
                "verify",
                "--rpc",
                chain().address().toString(),
                "--url",
                node.toString(),
                "--trust",
                folder.resolve(name).resolve("trust.policy").toString());
    }

    private static void until(Callable<Boolean> holds) {
        Awaitility.await().atMost(90, TimeUnit.SECONDS).until(holds);
    }

    private boolean hasMetric(NodeProcess node, String beginning) throws IOException, InterruptedException {
        return get(node.http("/metrics"))
                .lines()
                .anyMatch(line -> line.startsWith(beginning) && !line.endsWith(" 0.0"));
    }

    private String nonce() throws IOException, InterruptedException {
        return chain().call("eth_getTransactionCount", "[\"" + Anvil.ADDRESS + "\",\"pending\"]")
                .asText();
    }

    /** The latest size of the ledger is the newest anchor's. */
    private boolean isCurrent(NodeProcess node) throws IOException, InterruptedException {
        String size =
                get(node.http("/ledger/checkpoint")).lines().skip(1).findFirst().orElseThrow();
        JsonNode newest = anchors(node).path(0);
        return newest.path("treeSize").asText().equals(size);
    }

    @Test
    void checkpointsAreAnchoredVerifiedAndNotAnchoredTwice() throws Exception {
        try (NodeProcess node = node("truthful", chain().address(), Anvil.CHAIN_ID)) {
            publish(node, "one");
            until(() -> isCurrent(node));
            publish(node, "two");
            until(() -> isCurrent(node));
            assertThat(anchors(node)).hasSizeGreaterThanOrEqualTo(2);
            assertThat(verify(node.http(""), "truthful"))
                    .startsWith("exit 0\n")
                    .contains("VERIFIED")
                    .contains("from " + Anvil.ADDRESS);
            assertThat(node.log()).doesNotContain(Anvil.KEY).contains(Anvil.ADDRESS);
            refusesWhatIsNotOnTheChain(node);
        }
        String before = nonce();
        try (NodeProcess node = node("truthful", chain().address(), Anvil.CHAIN_ID)) {
            until(() -> hasMetric(node, "waxwing_outside_shown_total{anchor=\"evm\"}"));
            assertThat(nonce()).isEqualTo(before);
            assertThat(anchors(node)).hasSizeGreaterThanOrEqualTo(2);
        }
    }

    private void refusesWhatIsNotOnTheChain(NodeProcess node) throws Exception {
        JsonNode newest = anchors(node).get(0);
        String zeros = "0".repeat(64);
        List<String> told = new ArrayList<>();
        told.add(asTold(node, one -> one.put("transaction", "0x" + zeros)));
        told.add(asTold(node, one -> one.put("blockHash", "0x" + zeros)));
        told.add(asTold(node, one -> one.put("treeSize", "1")));
        told.add(asTold(node, one -> one.put("root", zeros)));
        told.add(asTold(node, one -> one.put("chainId", "1")));
        assertThat(told.get(0)).contains("transaction: the chain has none");
        assertThat(told.get(1)).contains("transaction: it is in another block");
        assertThat(told.get(2)).contains("data: the transaction has size");
        assertThat(told.get(3)).contains("data: the transaction has another root");
        assertThat(told.get(4)).contains("chain: the endpoint is of chain 31337");
        // Well formed, on the chain, and of a history that the quorum never signed.
        long size = newest.get("treeSize").asLong();
        AnchorData real = AnchorData.decode(ByteString.fromHex(dataOf(newest).substring(2)));
        ObjectNode forged = sent(new AnchorData(real.ledgerId(), size, Hash.ZERO), newest);
        assertThat(asTold(node, one -> one.setAll(forged))).contains("checkpoint: the ledger's quorum signed root");
        ObjectNode foreign = sent(new AnchorData(Hash.ZERO, size, real.root()), newest);
        assertThat(asTold(node, one -> one.setAll(foreign))).contains("ledger: the transaction is of another ledger");
    }

    private String dataOf(JsonNode record) throws IOException, InterruptedException {
        return chain().call(
                        "eth_getTransactionByHash",
                        "[\"" + record.get("transaction").asText() + "\"]")
                .get("input")
                .asText();
    }

    /** What a node would tell of a transaction that somebody else sent. */
    private ObjectNode sent(AnchorData data, JsonNode like) throws IOException, InterruptedException {
        String transaction = chain().call(
                        "eth_sendTransaction",
                        "[{\"from\":\"" + Anvil.OTHER_ADDRESS + "\",\"to\":\"" + Anvil.ADDRESS + "\",\"data\":\"0x"
                                + data.encode().hex() + "\"}]")
                .asText();
        until(() -> !chain().call("eth_getTransactionReceipt", "[\"" + transaction + "\"]")
                .isNull());
        JsonNode receipt = chain().call("eth_getTransactionReceipt", "[\"" + transaction + "\"]");
        ObjectNode told = like.deepCopy();
        told.put("transaction", transaction);
        told.put("blockHash", receipt.get("blockHash").asText());
        told.put(
                "blockNumber",
                Long.toString(Long.decode(receipt.get("blockNumber").asText())));
        told.put("treeSize", Long.toString(data.treeSize()));
        told.put("root", data.root().hex());
        return told;
    }

    /** Verifies against a node that tells something else of its newest anchor; the answer is a refusal. */
    private String asTold(NodeProcess node, Consumer<ObjectNode> change) throws Exception {
        ArrayNode list = anchors(node);
        change.accept((ObjectNode) list.get(0));
        HttpServer front = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        front.createContext("/", exchange -> {
            String path = exchange.getRequestURI().toString();
            answer(
                    exchange,
                    path.equals("/ledger/anchors")
                            ? list.toString().getBytes(StandardCharsets.UTF_8)
                            : bytes(node.http(path)));
        });
        front.start();
        try {
            String output =
                    verify(URI.create("http://127.0.0.1:" + front.getAddress().getPort()), "truthful");
            assertThat(output).startsWith("exit 3\n").contains("NOT VERIFIED");
            return output;
        } finally {
            front.stop(0);
        }
    }

    private byte[] bytes(URI address) throws IOException {
        try {
            return http.send(HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.ofByteArray())
                    .body();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    private static void answer(HttpExchange exchange, byte[] body) throws IOException {
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    @Test
    void anotherChainIsRefusedAndTheNodeOrdersOn() throws Exception {
        try (NodeProcess node = node("elsewhere", chain().address(), 1)) {
            publish(node, "one");
            until(() -> hasMetric(node, "waxwing_outside_failures_total{anchor=\"evm\",code=\"WXW-3215\"}"));
            publish(node, "two");
            assertThat(anchors(node)).isEmpty();
            assertThat(node.log()).contains("WXW-3215").contains("it is chain 31337, configured is 1");
        }
    }

    @Test
    void anEndpointThatIsDownIsCountedAndTheNodeOrdersOn() throws Exception {
        int free;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            free = socket.getLocalPort();
        }
        URI secret = URI.create("http://127.0.0.1:" + free + "/secret-of-the-endpoint");
        try (NodeProcess node = node("alone", secret, Anvil.CHAIN_ID)) {
            publish(node, "one");
            until(() -> hasMetric(node, "waxwing_outside_failures_total{anchor=\"evm\",code=\"WXW-3210\"}"));
            publish(node, "two");
            assertThat(node.log()).contains("WXW-3210").doesNotContain("secret-of-the-endpoint");
        }
    }
}

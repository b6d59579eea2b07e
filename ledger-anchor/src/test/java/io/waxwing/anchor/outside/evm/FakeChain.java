package io.waxwing.anchor.outside.evm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.web3j.crypto.SignedRawTransaction;
import org.web3j.crypto.TransactionDecoder;
import org.web3j.utils.Numeric;

/** A JSON-RPC endpoint with a chain behind it: transactions wait until {@link #mine}, one nonce goes into one block. */
final class FakeChain implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    static {
        // Head and body of an answer are two writes: each would wait for the other side's acknowledgement.
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    /** What was asked, by method. */
    final List<String> asked = new CopyOnWriteArrayList<>();
    /** Instead of the right answer to a method: a whole body, or a status of three digits. */
    final Map<String, String> scripted = new ConcurrentHashMap<>();
    /** Transactions that were taken, in order. */
    final List<SignedRawTransaction> taken = new CopyOnWriteArrayList<>();

    volatile String gasPrice = "0x3b9aca00";
    volatile boolean minesAtOnce = true;
    volatile String status = "0x1";

    private final Map<String, Long> blockOf = new HashMap<>();
    private final List<String> waiting = new ArrayList<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpServer server;
    private long height = 100;
    private long nonce = 7;

    FakeChain() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
    }

    URI address() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/secret");
    }

    /** The transaction with that place in {@link #waiting} gets into a block; others of its nonce never will. */
    synchronized void mine(int which) {
        height++;
        nonce++;
        blockOf.put(waiting.get(which), height);
        waiting.clear();
    }

    /** Somebody else's transaction has the nonce. */
    synchronized void mineAnother() {
        height++;
        nonce++;
        waiting.clear();
    }

    synchronized void grow(int blocks) {
        height += blocks;
    }

    static String block(long number) {
        return "0x" + String.format("%064x", number);
    }

    private void answer(HttpExchange exchange) throws IOException {
        JsonNode request = JSON.readTree(exchange.getRequestBody().readAllBytes());
        String method = request.get("method").asText();
        asked.add(method);
        String script = scripted.get(method);
        int status = 200;
        String body;
        if (script == null) {
            ObjectNode answer = JSON.createObjectNode().put("jsonrpc", "2.0");
            answer.set("id", request.get("id"));
            answer.set("result", result(method, request.get("params")));
            body = answer.toString();
        } else if (script.matches("[0-9]{3}")) {
            status = Integer.parseInt(script);
            body = "no";
        } else {
            body = script.replace("$id", request.get("id").asText());
        }
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private synchronized @Nullable JsonNode result(String method, JsonNode params) {
        return switch (method) {
            case "eth_chainId" -> JSON.getNodeFactory().textNode("0x7a69");
            case "eth_blockNumber" -> JSON.getNodeFactory().textNode("0x" + Long.toHexString(height));
            case "eth_gasPrice" -> JSON.getNodeFactory().textNode(gasPrice);
            case "eth_estimateGas" -> JSON.getNodeFactory().textNode("0x5f5e");
            case "eth_getTransactionCount" -> JSON.getNodeFactory().textNode("0x" + Long.toHexString(nonce));
            case "eth_sendRawTransaction" -> take(params.get(0).asText());
            case "eth_getTransactionReceipt" -> receipt(params.get(0).asText());
            default -> throw new IllegalArgumentException(method);
        };
    }

    private JsonNode take(String raw) {
        taken.add((SignedRawTransaction) TransactionDecoder.decode(raw));
        String hash = Numeric.toHexString(org.web3j.crypto.Hash.sha3(Numeric.hexStringToByteArray(raw)));
        waiting.add(hash);
        if (minesAtOnce) {
            mine(waiting.size() - 1);
        }
        return JSON.getNodeFactory().textNode(hash);
    }

    private JsonNode receipt(String hash) {
        Long number = blockOf.get(hash);
        if (number == null) {
            return JSON.nullNode();
        }
        ObjectNode receipt = JSON.createObjectNode().put("transactionHash", hash);
        receipt.put("blockHash", block(number)).put("blockNumber", "0x" + Long.toHexString(number));
        return receipt.put("status", status);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}

package io.waxwing.anchor.outside.evm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.waxwing.anchor.outside.AnchorFailure;
import io.waxwing.anchor.outside.http.runtime.BoundedPost;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import java.io.IOException;
import java.math.BigInteger;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The calls of an Ethereum JSON-RPC endpoint that anchoring needs. Each throws {@link AnchorFailure}: WXW-3210 if there
 * is no answer, WXW-3211 if it is not one of JSON-RPC, WXW-3216 if it is an error. One thread.
 */
final class EvmRpc {
    /** Longer answers are refused. */
    static final int MAX_ANSWER_BYTES = 256 << 10;

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern QUANTITY = Pattern.compile("0x(0|[1-9a-f][0-9a-f]{0,63})");
    private static final Pattern HASH = Pattern.compile("0x[0-9a-fA-F]{64}");
    private static final int MAX_TEXT = 200;

    private final BoundedPost post;
    // Addresses of endpoints often carry a secret in their path.
    private final String host;
    private long lastId;

    EvmRpc(URI address, Duration timeout) {
        this.post = new BoundedPost(address, "application/json", timeout, MAX_ANSWER_BYTES);
        this.host = address.getHost();
    }

    /** The block that holds a transaction, and whether it did there what it was to do. */
    record Receipt(Hash blockHash, long blockNumber, boolean succeeded) {}

    long chainId() throws AnchorFailure {
        return number("eth_chainId");
    }

    long blockNumber() throws AnchorFailure {
        return number("eth_blockNumber");
    }

    BigInteger gasPrice() throws AnchorFailure {
        return quantity("eth_gasPrice", call("eth_gasPrice"));
    }

    /** How many transactions of the account are on the chain, or with {@code "pending"} on it or under way. */
    BigInteger transactionCount(String address, String block) throws AnchorFailure {
        return quantity("eth_getTransactionCount", call("eth_getTransactionCount", address, block));
    }

    BigInteger estimateGas(String from, String to, ByteString data) throws AnchorFailure {
        ObjectNode transaction = JSON.createObjectNode();
        transaction.put("from", from).put("to", to).put("data", "0x" + data.hex());
        return quantity("eth_estimateGas", call("eth_estimateGas", transaction));
    }

    /** Hands a signed transaction in; the endpoint must know it under its hash. */
    void send(EvmSigner.Signed transaction) throws AnchorFailure {
        JsonNode told = call("eth_sendRawTransaction", "0x" + transaction.raw().hex());
        if (!hash("eth_sendRawTransaction", told).equals(transaction.hash())) {
            throw wrong("eth_sendRawTransaction", "it knows the transaction under another hash");
        }
    }

    /** Null while the transaction is in no block. */
    @Nullable Receipt receipt(Hash transaction) throws AnchorFailure {
        String method = "eth_getTransactionReceipt";
        JsonNode receipt = call(method, "0x" + transaction.hex());
        if (receipt.isNull()) {
            return null;
        }
        if (!hash(method, receipt.path("transactionHash")).equals(transaction)) {
            throw wrong(method, "the receipt is of another transaction");
        }
        if (receipt.path("blockHash").isNull()) {
            return null;
        }
        return new Receipt(
                hash(method, receipt.path("blockHash")),
                whole(method, receipt.path("blockNumber")),
                whole(method, receipt.path("status")) == 1);
    }

    private long number(String method) throws AnchorFailure {
        return whole(method, call(method));
    }

    private long whole(String method, JsonNode value) throws AnchorFailure {
        BigInteger quantity = quantity(method, value);
        if (quantity.bitLength() > 63) {
            throw wrong(method, "a number beyond 63 bits");
        }
        return quantity.longValue();
    }

    private BigInteger quantity(String method, JsonNode value) throws AnchorFailure {
        if (!value.isTextual() || !QUANTITY.matcher(value.textValue()).matches()) {
            throw wrong(method, "no quantity");
        }
        return new BigInteger(value.textValue().substring(2), 16);
    }

    private Hash hash(String method, JsonNode value) throws AnchorFailure {
        if (!value.isTextual() || !HASH.matcher(value.textValue()).matches()) {
            throw wrong(method, "no hash");
        }
        return Hash.fromHex(value.textValue().substring(2).toLowerCase(Locale.ROOT));
    }

    private JsonNode call(String method, Object... parameters) throws AnchorFailure {
        ObjectNode request = JSON.createObjectNode();
        request.put("jsonrpc", "2.0").put("id", ++lastId).put("method", method);
        ArrayNode list = request.putArray("params");
        for (Object parameter : parameters) {
            list.addPOJO(parameter);
        }
        JsonNode answer = exchange(method, request);
        if (!answer.isObject() || answer.path("id").asLong(-1) != lastId) {
            throw wrong(method, "no answer to this request");
        }
        if (answer.hasNonNull("error")) {
            String text = answer.get("error").path("message").asText();
            throw new AnchorFailure(AnchorFailure.NOT_TAKEN, host + " refuses " + method + ": " + shortened(text));
        }
        JsonNode result = answer.get("result");
        if (result == null) {
            throw wrong(method, "neither result nor error");
        }
        return result;
    }

    private JsonNode exchange(String method, ObjectNode request) throws AnchorFailure {
        BoundedPost.Answer answer;
        try {
            answer = post.send(JSON.writeValueAsBytes(request));
        } catch (IOException e) {
            throw new AnchorFailure(AnchorFailure.UNREACHABLE, host + ": " + shortened(String.valueOf(e.getMessage())));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AnchorFailure(AnchorFailure.UNREACHABLE, "interrupted");
        }
        if (answer.status() != 200) {
            throw new AnchorFailure(AnchorFailure.UNREACHABLE, host + " answers " + answer.status() + " to " + method);
        }
        try {
            return JSON.readTree(new String(answer.body(), StandardCharsets.UTF_8));
        } catch (IOException notJson) {
            throw wrong(method, "no JSON");
        }
    }

    private AnchorFailure wrong(String method, String what) {
        return new AnchorFailure(AnchorFailure.WRONG_ANSWER, host + " answers " + method + " with " + what);
    }

    private static String shortened(String text) {
        return text.substring(0, Math.min(text.length(), MAX_TEXT)).replaceAll("[^ -~]+", " ");
    }
}

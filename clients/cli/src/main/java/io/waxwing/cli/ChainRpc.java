package io.waxwing.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;

/** The calls of an Ethereum JSON-RPC endpoint that a verifier needs; {@link CliFailure} if there is no result. */
final class ChainRpc {
    private final Api api;

    ChainRpc(String url, Duration timeout) {
        this.api = new Api(url, timeout);
    }

    /** The result, which may be a null of JSON. */
    JsonNode call(String method, Object... parameters) {
        ObjectNode request = Api.JSON.createObjectNode();
        request.put("jsonrpc", "2.0").put("id", 1).put("method", method);
        ArrayNode list = request.putArray("params");
        for (Object parameter : parameters) {
            list.addPOJO(parameter);
        }
        JsonNode answer = api.send(
                        "POST", "", BodyPublishers.ofString(request.toString()), "content-type", "application/json")
                .json();
        JsonNode result = answer.get("result");
        if (result == null || answer.hasNonNull("error")) {
            throw new CliFailure(
                    ExitCodes.UNREACHABLE,
                    "the chain's endpoint does not answer " + method,
                    answer.path("error").path("message").asText("it is no JSON-RPC"),
                    "--rpc http://host:port");
        }
        return result;
    }
}

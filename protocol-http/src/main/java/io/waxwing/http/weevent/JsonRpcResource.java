package io.waxwing.http.weevent;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpResponse;
import io.waxwing.bus.event.Payload;
import io.waxwing.http.exchange.Exchange;
import io.waxwing.http.exchange.JsonText;
import java.io.IOException;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code POST /jsonrpc}, JSON-RPC 2.0 with parameters by name (weevent.md 1.4). Parameters that a client leaves out, as
 * 1.0.0 does, have their defaults.
 */
final class JsonRpcResource {
    private static final Logger LOG = LoggerFactory.getLogger(JsonRpcResource.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    // The standard's own numbers (JSON-RPC 2.0 section 5.1).
    private static final int PARSE_ERROR = -32700;
    private static final int INVALID_REQUEST = -32600;
    private static final int METHOD_NOT_FOUND = -32601;
    private static final int INVALID_PARAMS = -32602;
    private static final int INTERNAL_ERROR = -32603;

    private final Calls calls;
    private final Scopes scopes;

    JsonRpcResource(Calls calls, Scopes scopes) {
        this.calls = calls;
        this.scopes = scopes;
    }

    /** What the request itself is wrong at. */
    private static final class Malformed extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final int code;

        Malformed(int code, String message) {
            super(message, null, false, false);
            this.code = code;
        }
    }

    HttpResponse serve(Exchange exchange, Generation generation) {
        exchange.allow(HttpMethod.POST);
        return exchange.withBody(body -> answer(exchange, generation, body));
    }

    private HttpResponse answer(Exchange exchange, Generation generation, byte[] body) {
        String id = "null";
        try {
            JsonNode request = read(body);
            id = id(request);
            String known = id;
            JsonNode params = request.path("params");
            if (!params.isObject() && !params.isMissingNode()) {
                throw new Malformed(INVALID_PARAMS, "params is an object: they go by name");
            }
            Asked asked = new Asked(exchange, generation, params);
            CompletableFuture<String> result =
                    call(asked, request.path("method").asText(""));
            return HttpResponse.of(
                    result.handle((json, thrown) -> thrown == null ? result(known, json) : error(known, thrown)));
        } catch (RuntimeException refused) {
            return error(id, refused);
        }
    }

    private static JsonNode read(byte[] body) {
        JsonNode request;
        try {
            request = JSON.readTree(body);
        } catch (IOException notJson) {
            throw new Malformed(PARSE_ERROR, "the body is no JSON");
        }
        if (request == null || !request.isObject()) {
            throw new Malformed(INVALID_REQUEST, "want one JSON-RPC 2.0 request: an object");
        }
        return request;
    }

    /** As it came: a text stays a text. */
    private static String id(JsonNode request) {
        JsonNode id = request.path("id");
        return id.isTextual() || id.isNumber() ? id.toString() : "null";
    }

    /** One call. */
    private record Asked(Exchange exchange, Generation generation, JsonNode params) {
        @Nullable String text(String name) {
            JsonNode value = params.path(name);
            return value.isMissingNode() || value.isNull() ? null : value.asText();
        }

        int number(String name) {
            JsonNode value = params.path(name);
            if (!value.canConvertToInt() || !value.isIntegralNumber()) {
                throw new Malformed(INVALID_PARAMS, name + " is a whole number");
            }
            return value.intValue();
        }

        Payload content() {
            try {
                String base64 = text("content");
                return Payload.of(
                        base64 == null ? new byte[0] : Base64.getDecoder().decode(base64));
            } catch (IllegalArgumentException notBase64) {
                throw new Malformed(INVALID_PARAMS, "content is base64");
            }
        }

        Map<String, String> extensions() {
            Map<String, String> extensions = new LinkedHashMap<>();
            JsonNode given = params.path("extensions");
            if (given.isNull()) {
                throw new WeEventFault(WeEventCode.EXTENSIONS_MISSING);
            }
            if (!given.isMissingNode() && !given.isObject()) {
                throw new Malformed(INVALID_PARAMS, "extensions is an object");
            }
            given.properties().forEach(each -> {
                if (!each.getValue().isTextual()) {
                    throw new Malformed(INVALID_PARAMS, "values of extensions are texts");
                }
                extensions.put(each.getKey(), each.getValue().textValue());
            });
            return extensions;
        }
    }

    private CompletableFuture<String> call(Asked asked, String method) {
        Scope scope = scopes.of(asked.text("groupId"));
        var access = asked.exchange().access();
        String topic = asked.text("topic");
        Desk desk = calls.desk();
        return switch (method) {
            case "publish" -> publish(asked, scope, topic == null ? "" : topic);
            case "open" -> calls.open(asked.exchange(), scope, topic).thenApply(String::valueOf);
            case "close" -> calls.read(() -> Boolean.toString(desk.close(scope, topic, access)));
            case "exist" -> calls.read(() -> Boolean.toString(desk.exists(scope, topic, access)));
            case "state" ->
                calls.read(() -> Answers.topic(new JsonText(), desk.state(scope, topic, access), asked.generation())
                        .toString());
            case "list" -> {
                int index = asked.number("pageIndex");
                int size = asked.number("pageSize");
                yield calls.read(() -> Answers.topics(desk.list(scope, index, size, access), asked.generation()));
            }
            case "getEvent" -> {
                String eventId = asked.text("eventId");
                yield calls.read(() -> desk.event(scope, eventId, access).json());
            }
            default ->
                throw new Malformed(
                        METHOD_NOT_FOUND,
                        "there are publish, open, close, exist, state, list and getEvent; who subscribed with a callback"
                                + " URL makes a webhook: /v1/webhooks");
        };
    }

    private CompletableFuture<String> publish(Asked asked, Scope scope, String topic) {
        PublishOrder order = new PublishOrder(
                scope,
                topic,
                asked.content(),
                asked.extensions(),
                asked.generation(),
                asked.exchange().access());
        return calls.publish(asked.exchange(), order).thenApply(result -> {
            WeEventFault fault = result.fault();
            if (fault != null) {
                // The client 1.0.0 does not know every status, and none of them says why.
                throw fault;
            }
            return new JsonText()
                    .open()
                    .member("status", result.status().name())
                    .member("topic", result.topic())
                    .member("eventId", result.eventId() == null ? "" : result.eventId())
                    .close()
                    .toString();
        });
    }

    private static JsonText answer(String id) {
        return new JsonText().open().member("jsonrpc", "2.0").name("id").raw(id);
    }

    private static HttpResponse result(String id, String json) {
        return Exchange.json(200, answer(id).name("result").raw(json).close().toString());
    }

    private static HttpResponse error(String id, Throwable thrown) {
        Throwable cause =
                thrown instanceof CompletionException && thrown.getCause() != null ? thrown.getCause() : thrown;
        WeEventFault fault = WeEventFault.known(cause);
        if (fault != null) {
            return error(id, fault.code().number(), fault.text());
        }
        if (cause instanceof Malformed malformed) {
            return error(id, malformed.code, String.valueOf(malformed.getMessage()));
        }
        LOG.error("WXW-1399 answering a JSON-RPC request failed", cause);
        return error(id, INTERNAL_ERROR, "WXW-1399 see the node's log for this time");
    }

    /** Without {@code data}: the client 1.0.0 would make another exception of it, and lose the number. */
    private static HttpResponse error(String id, int code, String message) {
        JsonText error = answer(id).name("error").open().member("code", code).member("message", message);
        return Exchange.json(200, error.close().close().toString());
    }
}

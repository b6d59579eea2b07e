package io.waxwing.http.weevent;

import com.linecorp.armeria.common.HttpResponse;
import io.waxwing.bus.event.Payload;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.http.exchange.Exchange;
import io.waxwing.http.exchange.JsonText;
import io.waxwing.http.exchange.Problem;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;

/** {@code /rest/*}: parameters in the query or a form, by whatever method (weevent.md 1.3). */
final class RestResource {
    private final Calls calls;
    private final Scopes scopes;

    RestResource(Calls calls, Scopes scopes) {
        this.calls = calls;
        this.scopes = scopes;
    }

    HttpResponse serve(Exchange exchange, Generation generation, String call) {
        return exchange.withBody(body -> answered(() -> {
            Params params = Params.of(exchange, body);
            Scope scope = scopes.of(params.get("groupId"));
            return call(new Asked(exchange, generation, scope, params), call);
        }));
    }

    /** One request. */
    private record Asked(Exchange exchange, Generation generation, Scope scope, Params params) {}

    private CompletableFuture<HttpResponse> call(Asked asked, String call) {
        Desk desk = calls.desk();
        Params params = asked.params();
        Scope scope = asked.scope();
        var access = asked.exchange().access();
        return switch (call) {
            case "publish" -> publish(asked);
            case "open" ->
                calls.open(asked.exchange(), scope, params.required("topic")).thenApply(RestResource::flag);
            case "close" -> {
                String topic = params.required("topic");
                yield calls.read(() -> flag(desk.close(scope, topic, access)));
            }
            case "exist" -> {
                String topic = params.required("topic");
                yield calls.read(() -> flag(desk.exists(scope, topic, access)));
            }
            case "state" -> {
                String topic = params.required("topic");
                yield calls.read(() ->
                        Answers.data(Answers.topic(new JsonText(), desk.state(scope, topic, access), asked.generation())
                                .toString()));
            }
            case "list" -> {
                int index = params.number("pageIndex");
                int size = params.number("pageSize");
                yield calls.read(
                        () -> Answers.data(Answers.topics(desk.list(scope, index, size, access), asked.generation())));
            }
            case "getEvent" -> {
                String eventId = params.required("eventId");
                yield calls.read(
                        () -> Answers.data(desk.event(scope, eventId, access).json()));
            }
            default ->
                throw Problem.of(
                                FailureCode.NOT_FOUND,
                                "WeEvent's REST has publish, open, close, exist, state, list and getEvent")
                        .asException();
        };
    }

    /** Alone without a wrapper, unless it is not known what to publish. */
    private CompletableFuture<HttpResponse> publish(Asked asked) {
        Params params = asked.params();
        String topic = params.get("topic");
        String content = params.get("content");
        if (topic == null || content == null) {
            throw new WeEventFault(WeEventCode.PARAMETER_MISSING, "publish needs topic and content");
        }
        PublishOrder order = new PublishOrder(
                asked.scope(),
                topic,
                Payload.utf8(content),
                params.extensions(),
                asked.generation(),
                asked.exchange().access());
        return calls.publish(asked.exchange(), order).thenApply(result -> {
            WeEventFault fault = result.fault();
            boolean aboutTheInput = fault != null
                    && fault.code() != WeEventCode.FAILED
                    && result.status() != SendResult.Status.NO_PERMISSION;
            return fault != null && aboutTheInput ? Answers.fault(fault) : Exchange.json(200, Answers.sent(result));
        });
    }

    private static HttpResponse flag(boolean value) {
        return Answers.data(Boolean.toString(value));
    }

    /** What is thrown in WeEvent's numbers becomes an answer like any other. */
    static HttpResponse answered(Supplier<CompletableFuture<HttpResponse>> call) {
        try {
            return HttpResponse.of(call.get().exceptionally(RestResource::fault));
        } catch (WeEventFault fault) {
            return Answers.fault(fault);
        }
    }

    private static HttpResponse fault(Throwable thrown) {
        Throwable cause =
                thrown instanceof CompletionException && thrown.getCause() != null ? thrown.getCause() : thrown;
        WeEventFault known = WeEventFault.known(cause);
        if (known == null) {
            throw new CompletionException(cause);
        }
        return Answers.fault(known);
    }
}

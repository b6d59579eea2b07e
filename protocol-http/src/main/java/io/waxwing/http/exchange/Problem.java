package io.waxwing.http.exchange;

import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.ResponseHeadersBuilder;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.Refusal;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A refusal as an HTTP answer: {@code application/problem+json} of RFC 9457 with members {@code type}, {@code title},
 * {@code status}, {@code detail}, {@code code} (WXW-nnnn) and, where known, {@code pointer} (RFC 6901, into the
 * request's body) and {@code instance}.
 *
 * @param status the HTTP status
 * @param code stable code
 * @param detail one sentence with the evidence
 * @param pointer where in the body; null if it is not about a place in a body
 * @param more members of this kind of problem: names and JSON
 */
public record Problem(
        int status,
        FailureCode code,
        String detail,
        @Nullable String pointer,
        Map<String, String> more) {
    /** Prefix of {@code type}; the rest is the code's name in lower case with dashes. */
    public static final String TYPE_PREFIX = "urn:waxwing:problem:";
    /** Seconds a client is asked to wait before it tries again, wherever trying again can help. */
    public static final int RETRY_AFTER_SECONDS = 1;

    private static final MediaType PROBLEM = MediaType.parse("application/problem+json");

    /** Without further members. */
    public Problem(int status, FailureCode code, String detail, @Nullable String pointer) {
        this(status, code, detail, pointer, Map.of());
    }

    public static Problem of(Refusal refusal) {
        return new Problem(statusOf(refusal.code()), refusal.code(), refusal.detail(), refusal.pointer());
    }

    public static Problem of(FailureCode code, String detail) {
        return new Problem(statusOf(code), code, detail, null);
    }

    /** The same as an exception, for handlers that find it deep inside. */
    public ProblemException asException() {
        return new ProblemException(this);
    }

    public Problem at(String where) {
        return new Problem(status, code, detail, where, more);
    }

    /** The same with one more member, whose value is JSON. */
    public Problem with(String name, String json) {
        return new Problem(status, code, detail, pointer, Map.of(name, json));
    }

    /** The status a code has unless the place where it happens says otherwise. */
    public static int statusOf(FailureCode code) {
        return switch (code) {
            case LOGIN_MISSING, LOGIN_WRONG -> 401;
            case METHOD -> 405;
            case REQUEST_TIMEOUT -> 408;
            case IDEMPOTENCY_KEY_REUSED, SCHEMA_MISMATCH, SCHEMA, PROJECTION -> 422;
            case SUBSCRIPTION_LIMIT, LOGIN_LIMIT, RULE_LIMIT, PROCESSING_LIMIT, PUBLISH_RATE, FILE_LIMIT -> 429;
            default ->
                switch (code.kind()) {
                    case INVALID -> 400;
                    case DENIED -> 403;
                    case NOT_FOUND -> 404;
                    case CONFLICT -> 409;
                    case GONE -> 410;
                    case TOO_LARGE -> 413;
                    case MEDIA_TYPE -> 415;
                    case OVERLOADED, UNAVAILABLE -> 503;
                    case INTERNAL -> 500;
                };
        };
    }

    /** The type URI: the same for every occurrence of the code. */
    public String type() {
        return TYPE_PREFIX + code.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The members, without the braces around them, so that a batch can add its own. */
    public void writeMembers(JsonText json, @Nullable String instance) {
        json.member("type", type())
                .member("title", code.title())
                .member("status", status)
                .member("detail", detail)
                .member("code", code.text());
        if (pointer != null) {
            json.member("pointer", pointer);
        }
        if (instance != null) {
            json.member("instance", instance);
        }
        more.forEach((name, value) -> json.name(name).raw(value));
    }

    /** The whole answer. {@code instance} is the request's path, {@code allow} the Allow header of a 405. */
    public AggregatedHttpResponse answer(@Nullable String instance, @Nullable String allow) {
        JsonText json = new JsonText().open();
        writeMembers(json, instance);
        byte[] body = json.close().toString().getBytes(StandardCharsets.UTF_8);
        ResponseHeadersBuilder headers =
                ResponseHeaders.builder(HttpStatus.valueOf(status)).contentType(PROBLEM);
        headers.set(HttpHeaderNames.CACHE_CONTROL, "no-store");
        if (allow != null) {
            headers.set(HttpHeaderNames.ALLOW, allow);
        }
        if (status == 503 || status == 429) {
            headers.setInt(HttpHeaderNames.RETRY_AFTER, RETRY_AFTER_SECONDS);
        }
        return AggregatedHttpResponse.of(headers.build(), HttpData.wrap(body));
    }
}

package io.waxwing.http.rules;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.ResponseHeaders;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.bus.identity.Action;
import io.waxwing.bus.spi.Access;
import io.waxwing.bus.topic.TopicFilter;
import io.waxwing.http.exchange.Exchange;
import io.waxwing.http.exchange.JsonBody;
import io.waxwing.http.exchange.JsonText;
import io.waxwing.http.exchange.PercentText;
import io.waxwing.http.exchange.Problem;
import io.waxwing.http.exchange.SlowReads;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** {@code /v1/topics/<topic>/schema}: GET, PUT, DELETE. {@code /v1/signers}: GET the list; GET, PUT, DELETE one. */
public final class RuleResources {
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:@=+-]{0,127}");
    private static final int SOURCE_CHARS = 1_024;

    private final Rules rules;
    private final SlowReads slow;

    public RuleResources(Rules rules, SlowReads slow) {
        this.rules = rules;
        this.slow = slow;
    }

    /** Serves the schema of a legal topic. */
    public HttpResponse schema(Exchange exchange, String topic) {
        exchange.allow(HttpMethod.GET, HttpMethod.PUT, HttpMethod.DELETE);
        exchange.noQuery();
        Access access = exchange.access();
        if (exchange.method() == HttpMethod.GET) {
            exchange.require(access.maySee(topic), Action.SUBSCRIBE);
            return slow.answer(() -> document(known(rules.schema(topic), "the topic has no schema")));
        }
        exchange.require(access.mayManage(topic), Action.MANAGE);
        if (exchange.method() == HttpMethod.DELETE) {
            return slow.answer(() -> gone(rules.removeSchema(topic), "the topic has no schema"));
        }
        return exchange.withBody(bytes -> {
            String text = PercentText.utf8(bytes, FailureCode.JSON, "the body");
            return slow.answer(() -> {
                boolean isNew = rules.putSchema(topic, text, access.principal().name());
                Rules.Schema now = known(rules.schema(topic), "the schema was removed at once");
                return Exchange.json(
                        isNew ? 201 : 200,
                        new JsonText()
                                .open()
                                .member("topic", topic)
                                .member("id", now.id())
                                .close()
                                .toString());
            });
        });
    }

    private static HttpResponse document(Rules.Schema schema) {
        return HttpResponse.of(
                ResponseHeaders.builder(HttpStatus.OK)
                        .set(HttpHeaderNames.CONTENT_TYPE, "application/schema+json")
                        .set(HttpHeaderNames.CACHE_CONTROL, "no-store")
                        .set(HttpHeaderNames.ETAG, "\"" + schema.id() + "\"")
                        .build(),
                HttpData.wrap(schema.text().getBytes(StandardCharsets.UTF_8)));
    }

    private static HttpResponse gone(boolean was, String detail) {
        if (!was) {
            throw new RefusedException(FailureCode.RULE_UNKNOWN, detail);
        }
        return HttpResponse.of(HttpStatus.NO_CONTENT);
    }

    private static <T> T known(@org.jspecify.annotations.Nullable T rule, String detail) {
        if (rule == null) {
            throw new RefusedException(FailureCode.RULE_UNKNOWN, detail);
        }
        return rule;
    }

    /** Serves a path whose first pieces are {@code v1} and {@code signers}. */
    public HttpResponse signers(Exchange exchange) {
        List<String> rest = exchange.pieces().subList(2, exchange.pieces().size());
        exchange.noQuery();
        Access access = exchange.access();
        if (rest.isEmpty()) {
            exchange.allow(HttpMethod.GET);
            return slow.answer(() -> {
                JsonText json = new JsonText().open().name("signers").openArray();
                rules.signers().stream()
                        .filter(each -> mayRead(access, each))
                        .forEach(each -> write(json.element(), each));
                return Exchange.json(200, json.closeArray().close().toString());
            });
        }
        if (rest.size() > 1) {
            throw Problem.of(FailureCode.NOT_FOUND, "see /v1/signers and /v1/signers/<id>")
                    .asException();
        }
        exchange.allow(HttpMethod.GET, HttpMethod.PUT, HttpMethod.DELETE);
        String id = rest.get(0);
        if (!ID.matcher(id).matches()) {
            throw new RefusedException(
                    FailureCode.PARAMETER, "the id of a signer has 1 to 128 letters, digits and . _ : @ = + -");
        }
        if (exchange.method() == HttpMethod.PUT) {
            return exchange.withBody(bytes -> put(exchange, id, bytes));
        }
        boolean remove = exchange.method() == HttpMethod.DELETE;
        return slow.answer(() -> {
            Rules.Signer signer = rules.signer(id);
            if (signer == null || !mayRead(access, signer)) {
                throw new RefusedException(FailureCode.RULE_UNKNOWN, "no signer has this id");
            }
            if (remove) {
                exchange.require(access.mayManage(signer.filter()), Action.MANAGE);
                return gone(rules.removeSigner(id), "no signer has this id");
            }
            return Exchange.json(200, text(signer));
        });
    }

    private static boolean mayRead(Access access, Rules.Signer signer) {
        return access.mayManage(signer.filter()) || access.maySubscribe(signer.filter());
    }

    private HttpResponse put(Exchange exchange, String id, byte[] bytes) {
        Access access = exchange.access();
        JsonBody body = JsonBody.of(bytes, Set.of("filter", "source", "required", "publicKey"));
        String filter = body.text("filter");
        String key = body.text("publicKey");
        String source = body.text("source");
        if (filter == null || key == null || source == null) {
            throw JsonBody.refused(
                    "want filter, source and publicKey",
                    filter == null ? "/filter" : source == null ? "/source" : "/publicKey");
        }
        if (source.isEmpty() || source.length() > SOURCE_CHARS) {
            throw JsonBody.refused("want a source, or how sources begin and *", "/source");
        }
        if (filter.startsWith(TopicFilter.SHARE)) {
            throw JsonBody.refused("want topics, without $share", "/filter");
        }
        TopicFilter topics = TopicFilter.parse(filter);
        exchange.require(access.mayManage(topics), Action.MANAGE);
        Rules.SignerWish wish = new Rules.SignerWish(topics, source, body.flag("required", false), key);
        return slow.answer(() -> {
            Rules.Signer was = rules.signer(id);
            exchange.require(was == null || access.mayManage(was.filter()), Action.MANAGE);
            boolean isNew = rules.putSigner(id, wish, access.principal().name());
            return Exchange.json(isNew ? 201 : 200, text(known(rules.signer(id), "the signer was removed at once")));
        });
    }

    private static String text(Rules.Signer signer) {
        JsonText json = new JsonText();
        write(json, signer);
        return json.toString();
    }

    private static void write(JsonText json, Rules.Signer signer) {
        json.open()
                .member("id", signer.id())
                .member("filter", signer.filter().toString())
                .member("source", signer.source())
                .member("required", signer.required())
                .member("algorithm", signer.algorithm())
                .member("publicKey", signer.publicKey())
                .member("created", Instant.ofEpochMilli(signer.sinceMs()).toString());
        if (!signer.by().isEmpty()) {
            json.member("by", signer.by());
        }
        json.close();
    }
}

package io.waxwing.http.grants;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.bus.identity.Action;
import io.waxwing.bus.topic.Topic;
import io.waxwing.http.exchange.Exchange;
import io.waxwing.http.exchange.HttpSettings;
import io.waxwing.http.exchange.JsonBody;
import io.waxwing.http.exchange.JsonText;
import io.waxwing.http.exchange.Preferences;
import io.waxwing.http.exchange.Problem;
import io.waxwing.http.exchange.Query;
import io.waxwing.http.grants.LedgerGrants.Asked;
import io.waxwing.http.grants.LedgerGrants.Expected;
import io.waxwing.http.grants.LedgerGrants.Explanation;
import io.waxwing.http.grants.LedgerGrants.Layer;
import io.waxwing.http.grants.LedgerGrants.Name;
import io.waxwing.http.grants.LedgerGrants.Shown;
import io.waxwing.http.grants.LedgerGrants.Wish;
import io.waxwing.http.members.OperatorToken;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * {@code /v1/grants}: GET lists what holds; {@code /v1/grants/<id>}: GET shows, PUT says, DELETE ends one, of this
 * institution unless {@code ?institution=} names another; {@code /v1/grants:explain}: GET says whether a principal may
 * do something, and why. Changing and explaining is for the operator. An ETag is the index of the leaf.
 */
public final class GrantResources {
    /** The other piece behind {@code v1} that this serves. */
    public static final String EXPLAIN = "grants:explain";

    private static final Set<String> MEMBERS = Set.of("effect", "audience", "resource", "principal", "actions");
    private static final String CLAIM = "claim";

    private final LedgerGrants grants;
    private final OperatorToken operator;
    private final HttpSettings settings;

    public GrantResources(LedgerGrants grants, OperatorToken operator, HttpSettings settings) {
        this.grants = grants;
        this.operator = operator;
        this.settings = settings;
    }

    /** Serves a path whose first pieces are {@code v1} and {@code grants} or {@value #EXPLAIN}. */
    public HttpResponse serve(Exchange exchange) {
        List<String> pieces = exchange.pieces();
        if (pieces.get(1).equals(EXPLAIN) && pieces.size() == 2) {
            exchange.allow(HttpMethod.GET);
            return explain(exchange);
        }
        if (pieces.get(1).equals(EXPLAIN) || pieces.size() > 3) {
            throw Problem.of(FailureCode.NOT_FOUND, "see /v1/grants, /v1/grants/<id> and /v1/grants:explain")
                    .asException();
        }
        if (pieces.size() == 2) {
            exchange.allow(HttpMethod.GET);
            exchange.noQuery();
            JsonText json = new JsonText().open().name("grants").openArray();
            grants.all().forEach(each -> write(json.element(), each));
            return Exchange.json(200, json.closeArray().close().toString());
        }
        exchange.allow(HttpMethod.GET, HttpMethod.PUT, HttpMethod.DELETE);
        return one(exchange, pieces.get(2));
    }

    private HttpResponse one(Exchange exchange, String id) {
        if (exchange.method() == HttpMethod.PUT) {
            operator.require(exchange);
            exchange.noQuery();
            long waitMs = waitMs(exchange);
            Expected expected = expected(exchange);
            return exchange.withBody(bytes -> {
                Wish wish = wish(id, bytes);
                return HttpResponse.of(grants.say(wish, expected, waitMs).thenApply(GrantResources::answer));
            });
        }
        String other = exchange.query(Set.of("institution")).get("institution");
        Name name = new Name(other == null ? grants.institution() : other, id);
        if (exchange.method() == HttpMethod.GET) {
            return grants.all().stream()
                    .filter(each -> each.institution().equals(name.institution())
                            && each.said().id().equals(id))
                    .findFirst()
                    .map(GrantResources::answer)
                    .orElseThrow(() -> new RefusedException(
                            FailureCode.GRANT_UNKNOWN, name.institution() + " has no claim or grant '" + id + "'"));
        }
        operator.require(exchange);
        CompletableFuture<Shown> ended = grants.end(name, expected(exchange), waitMs(exchange));
        return HttpResponse.of(ended.thenApply(GrantResources::answer));
    }

    private long waitMs(Exchange exchange) {
        Preferences preferences = Preferences.parse(exchange.header(HttpHeaderNames.PREFER));
        long asked = preferences.waitMs() < 0 ? settings.defaultWaitMs() : preferences.waitMs();
        return Math.min(asked, settings.maxWaitMs());
    }

    private static Expected expected(Exchange exchange) {
        String tag = exchange.header(HttpHeaderNames.IF_MATCH);
        String none = exchange.header(HttpHeaderNames.IF_NONE_MATCH);
        if (none != null && !none.strip().equals("*")) {
            throw Query.refused("If-None-Match of a change is *: there is none of that name yet");
        }
        return new Expected(tag == null || tag.strip().equals("*") ? null : leafIndex(tag.strip()), none != null);
    }

    private static Long leafIndex(String tag) {
        try {
            return Long.parseLong(tag.substring(1, tag.length() - 1));
        } catch (NumberFormatException | IndexOutOfBoundsException e) {
            throw new RefusedException(FailureCode.GRANT_CHANGED, "no claim or grant ever had the ETag " + tag);
        }
    }

    private static Wish wish(String id, byte[] bytes) {
        JsonBody body = JsonBody.of(bytes, MEMBERS);
        String effect = body.text("effect");
        String filter = body.text("resource");
        if (effect == null || !Set.of(CLAIM, "allow", "deny").contains(effect)) {
            throw JsonBody.refused("want claim, allow or deny", "/effect");
        }
        if (filter == null) {
            throw JsonBody.refused("want a topic filter", "/resource");
        }
        String audience = Objects.requireNonNullElse(body.text("audience"), "all");
        if (effect.equals(CLAIM)) {
            if (body.has("principal") || body.has("actions")) {
                throw JsonBody.refused("a claim is this institution's: it has no principal and no actions", "");
            }
            return new Wish(id, effect, audience, filter, "", List.of());
        }
        String principal = body.text("principal");
        if (principal == null || principal.isEmpty()) {
            throw JsonBody.refused("want an institution, institution/user, or *", "/principal");
        }
        List<Action> actions = new ArrayList<>();
        for (String word : body.texts("actions", 2)) {
            Action action = Action.ofWord(word);
            if (action != Action.PUBLISH && action != Action.SUBSCRIBE) {
                throw JsonBody.refused("want publish or subscribe", "/actions");
            }
            actions.add(action);
        }
        return new Wish(id, effect, audience, filter, principal, actions);
    }

    private static Action asked(@Nullable String word) {
        Action action = Action.ofWord(word == null ? "" : word);
        if (action == null || action == Action.MANAGE) {
            throw JsonBody.refused("want publish, subscribe or command", "action");
        }
        return action;
    }

    private HttpResponse explain(Exchange exchange) {
        operator.require(exchange);
        Query query = exchange.query(Set.of("principal", "resource", "action"));
        String principal = Objects.requireNonNullElse(query.get("principal"), "");
        String topic = Objects.requireNonNullElse(query.get("resource"), "");
        var refusal = Topic.check(topic);
        if (refusal != null) {
            throw refusal.asException();
        }
        Action action = asked(query.get("action"));
        int slash = principal.indexOf('/');
        String institution = slash < 0 ? grants.institution() : principal.substring(0, slash);
        String user = slash < 0 ? principal : principal.substring(slash + 1);
        Explanation why = grants.explain(new Asked(institution, user, topic, action));
        JsonText json = new JsonText()
                .open()
                .member("principal", institution + "/" + user)
                .member("resource", topic)
                .member("action", action.word())
                .member("allowed", why.allowed());
        Layer node = why.node();
        if (node != null) {
            json.name("node").open().member("allows", node.allows());
            if (!node.because().isEmpty()) {
                json.member("because", node.because());
            }
            json.close();
        }
        json.name("ledger").open().member("allows", why.ledgerAllows());
        part(json, "claim", why.claim());
        part(json, "because", why.because());
        return Exchange.json(200, json.close().close().toString());
    }

    private static void part(JsonText json, String name, @Nullable Shown shown) {
        if (shown != null) {
            write(json.name(name), shown);
        }
    }

    private static HttpResponse answer(Shown shown) {
        JsonText json = new JsonText();
        write(json, shown);
        ResponseHeaders headers = ResponseHeaders.builder(200)
                .contentType(MediaType.JSON)
                .set(HttpHeaderNames.CACHE_CONTROL, "no-store")
                .set(HttpHeaderNames.ETAG, "\"" + shown.leafIndex() + "\"")
                .build();
        return HttpResponse.of(headers, HttpData.wrap(json.toString().getBytes(StandardCharsets.UTF_8)));
    }

    private static void write(JsonText json, Shown shown) {
        Wish said = shown.said();
        json.open()
                .member("id", said.id())
                .member("institution", shown.institution())
                .member("effect", said.effect())
                .member("audience", said.audience())
                .member("resource", said.filter());
        if (!said.effect().equals(CLAIM)) {
            json.member("principal", said.principal()).name("actions").openArray();
            said.actions().forEach(action -> json.text(action.word()));
            json.closeArray();
        }
        json.member("leafIndex", Long.toString(shown.leafIndex()))
                .member("height", Long.toString(shown.height()))
                .close();
    }
}

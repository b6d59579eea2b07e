package io.waxwing.http.members;

import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpResponse;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.http.exchange.Exchange;
import io.waxwing.http.exchange.JsonText;
import io.waxwing.http.exchange.Problem;
import io.waxwing.http.exchange.ProblemException;
import io.waxwing.ledger.control.GovernanceCodes;
import io.waxwing.ledger.control.Quorum;
import io.waxwing.ledger.control.Registry;
import io.waxwing.ledger.control.Registry.Institution;
import io.waxwing.ledger.control.Registry.Node;
import io.waxwing.ledger.control.Registry.Origin;
import io.waxwing.ledger.failure.LedgerFailure;
import io.waxwing.ledger.failure.MalformedException;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.leaf.ConfigLeaf;
import io.waxwing.ledger.note.TrustPolicy;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * {@code /v1/members}: GET lists the institutions, their keys and nodes; {@code /v1/members/proposals}: GET lists what
 * is proposed, POST proposes; {@code /v1/members/proposals/<id>:vote}: POST approves or takes that back.
 */
public final class MemberResources {
    private static final String VOTE = ":vote";

    private final Consortium consortium;
    private final OperatorToken token;

    public MemberResources(Consortium consortium, OperatorToken token) {
        this.consortium = consortium;
        this.token = token;
    }

    /** Serves a path whose first pieces are {@code v1} and {@code members}. */
    public HttpResponse serve(Exchange exchange) {
        exchange.noQuery();
        List<String> rest = exchange.pieces().subList(2, exchange.pieces().size());
        if (rest.isEmpty()) {
            exchange.allow(HttpMethod.GET);
            return HttpResponse.of(answered(
                    consortium.convicted(), liars -> Exchange.json(200, members(consortium.config(), liars))));
        }
        if (rest.get(0).equals("proposals") && rest.size() == 1) {
            exchange.allow(HttpMethod.GET, HttpMethod.POST);
            return exchange.method() == HttpMethod.POST ? propose(exchange) : proposals();
        }
        if (rest.get(0).equals("proposals") && rest.size() == 2 && rest.get(1).endsWith(VOTE)) {
            exchange.allow(HttpMethod.POST);
            String id = rest.get(1).substring(0, rest.get(1).length() - VOTE.length());
            return vote(exchange, id(id));
        }
        throw Problem.of(FailureCode.NOT_FOUND, "see /v1/members and /v1/members/proposals")
                .asException();
    }

    private static Hash id(String text) {
        try {
            return Hash.fromHex(text);
        } catch (MalformedException e) {
            throw Problem.of(FailureCode.NOT_FOUND, "the id of a proposal has 64 hexadecimal digits")
                    .asException();
        }
    }

    private HttpResponse proposals() {
        return HttpResponse.of(answered(consortium.proposed(), all -> {
            JsonText json = new JsonText().open().name("proposals").openArray();
            all.forEach(proposed -> write(json.element(), proposed));
            return Exchange.json(200, json.closeArray().close().toString());
        }));
    }

    private HttpResponse propose(Exchange exchange) {
        token.require(exchange);
        Registry registry = Registry.parse(consortium.config().registry());
        return withBody(
                exchange,
                body -> answered(
                        consortium.propose(new ChangeReading(registry).changes(body)),
                        id -> Exchange.json(
                                201,
                                new JsonText()
                                        .open()
                                        .member("id", id.hex())
                                        .close()
                                        .toString())));
    }

    private HttpResponse vote(Exchange exchange, Hash id) {
        token.require(exchange);
        return withBody(exchange, body -> {
            boolean approves = ChangeReading.approves(body);
            return answered(
                    consortium.vote(id, approves),
                    done -> Exchange.json(
                            200,
                            new JsonText()
                                    .open()
                                    .member("id", id.hex())
                                    .member("approved", approves)
                                    .close()
                                    .toString()));
        });
    }

    private static HttpResponse withBody(Exchange exchange, Function<byte[], CompletableFuture<HttpResponse>> use) {
        return HttpResponse.of(exchange.request()
                .aggregate()
                .thenCompose(body -> use.apply(body.content().array())));
    }

    private static <T> CompletableFuture<HttpResponse> answered(
            CompletableFuture<T> result, Function<T, HttpResponse> write) {
        return result.handle((value, failure) -> {
            if (failure == null) {
                return write.apply(value);
            }
            Throwable cause =
                    failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
            if (cause instanceof LedgerFailure refused && isRefusal(refused)) {
                throw new ProblemException(
                        new Problem(409, FailureCode.CHANGE, String.valueOf(refused.getMessage()), null));
            }
            throw new CompletionException(cause);
        });
    }

    private static boolean isRefusal(LedgerFailure failure) {
        return Set.of(GovernanceCodes.CHANGE, GovernanceCodes.REFUSED, GovernanceCodes.NOT_NOW)
                        .contains(failure.code())
                || failure instanceof MalformedException;
    }

    private static void write(JsonText json, Consortium.Proposed proposed) {
        json.open()
                .member("id", proposed.id().hex())
                .member("approvedHere", proposed.approvedHere())
                .member("needed", proposed.needed())
                .name("approvedBy");
        texts(json, proposed.approvedBy());
        json.name("changes");
        texts(json, proposed.differences());
        json.close();
    }

    private static void texts(JsonText json, List<String> texts) {
        json.openArray();
        texts.forEach(text -> json.text(text));
        json.closeArray();
    }

    private static String members(ConfigLeaf config, SortedMap<String, SortedSet<String>> convicted) {
        Registry registry = Registry.parse(config.registry());
        int validators = registry.validators().size();
        JsonText json = new JsonText()
                .open()
                .member(
                        "ledger",
                        TrustPolicy.parse(config.policy().toBytes())
                                .logs()
                                .get(0)
                                .key()
                                .name())
                .member("epoch", config.epoch())
                .member("since", Long.toString(config.firstHeight()))
                .member("validators", validators)
                .member("quorum", Quorum.of(validators))
                .member("faults", Quorum.faults(validators))
                .name("members")
                .openArray();
        for (Institution member : registry.institutions()) {
            write(json.element(), member, registry, convicted.get(member.name()));
        }
        json.closeArray().name("audiences").openArray();
        registry.audiences().forEach(audience -> {
            json.element()
                    .open()
                    .member("id", audience.audienceId())
                    .member("availability", audience.availability().word())
                    .name("members");
            texts(
                    json,
                    registry.institutions().stream()
                            .filter(member -> audience.institutionIds().contains(member.id()))
                            .map(Institution::name)
                            .toList());
            json.close();
        });
        return json.closeArray().close().toString();
    }

    private static void write(
            JsonText json, Institution member, Registry registry, @Nullable SortedSet<String> convicted) {
        json.open().member("name", member.name()).member("id", member.id()).member("role", role(member, registry));
        if (convicted != null) {
            json.name("convicted");
            texts(json, List.copyOf(convicted));
        }
        json.member("voteKey", member.voteKey().toString())
                .member("cosignerKey", member.cosignerKey().toString())
                .member("logKey", member.logKey().toString())
                .name("origins")
                .openArray();
        for (Origin origin : registry.originsOf(member.id())) {
            json.element()
                    .open()
                    .member("id", origin.originId())
                    .member("active", origin.active())
                    .member("key", origin.key().toString());
            Node node = registry.node(origin.originId());
            if (node != null) {
                json.member("peer", node.address().toString())
                        .member("pin", node.pin().hex());
            }
            json.close();
        }
        json.closeArray().close();
    }

    private static String role(Institution member, Registry registry) {
        if (!registry.isMember(member.id())) {
            return "removed";
        }
        return member.validator() ? "validator" : "observer";
    }
}

package io.waxwing.http.weevent;

import com.linecorp.armeria.common.HttpResponse;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.spi.Access;
import io.waxwing.http.exchange.Exchange;
import io.waxwing.http.exchange.JsonText;
import io.waxwing.http.exchange.Problem;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * {@code /admin/*}: what WeEvent's operators read of the chain, answered from the ledger (weevent.md 1.3). All groups
 * are on one ledger, so blocks, transactions and nodes are the same for each.
 */
final class AdminResource {
    private final Calls calls;
    private final Scopes scopes;
    private final Chain chain;
    private final ChainPages pages;
    private final LiveSubscriptions live;

    AdminResource(Calls calls, Scopes scopes, Chain chain, LiveSubscriptions live) {
        this.calls = calls;
        this.scopes = scopes;
        this.chain = chain;
        this.pages = new ChainPages(chain);
        this.live = live;
    }

    HttpResponse serve(Exchange exchange, List<String> call) {
        String name = String.join("/", call);
        return exchange.withBody(body -> RestResource.answered(() -> {
            Params params = Params.of(exchange, body);
            Scope scope = scopes.of(params.get("groupId"));
            Supplier<String> read = read(new Asked(exchange, scope, params), name);
            return calls.read(() -> Answers.data(read.get()));
        }));
    }

    /** One request. */
    private record Asked(Exchange exchange, Scope scope, Params params) {}

    private Supplier<String> read(Asked asked, String name) {
        Params params = asked.params();
        return switch (name) {
            case "listGroup" -> () -> texts(scopes.ids());
            case "validateGroupId" -> {
                scopes.of(params.required("groupId"));
                yield () -> "\"SUCCESS\"";
            }
            case "listNodes" -> () -> texts(List.of(here(asked)));
            case "getVersion" -> AdminResource::version;
            case "listSubscription" -> {
                params.required("nodeInstances");
                yield () -> subscriptionsByNode(asked);
            }
            case "innerListSubscription" -> () -> subscriptionsById(asked);
            case "group/general" -> this::general;
            case "block/blockList" -> {
                ChainPages.Wish wish = wish(params, "pkHash");
                yield () -> pages.blocks(wish);
            }
            case "transaction/transList" -> {
                ChainPages.Wish wish = wish(params, "transactionHash");
                yield () -> pages.transactions(wish);
            }
            case "node/nodeList" -> {
                ChainPages.Wish wish = wish(params, "nodeName");
                yield () -> pages.nodes(wish);
            }
            case "getContractContext" ->
                throw new WeEventFault(
                        WeEventCode.SIGNED_TRANSACTION, "there are no contracts here to sign transactions for");
            default ->
                throw Problem.of(FailureCode.NOT_FOUND, "nothing of WeEvent's is here")
                        .asException();
        };
    }

    private static ChainPages.Wish wish(Params params, String named) {
        int number = params.number("pageNumber");
        int size = params.number("pageSize");
        // WeEvent counts these pages from 1, and some callers from 0.
        InputRules.page(number, size);
        String name = params.get(named);
        return new ChainPages.Wish(
                Math.max(0, number - 1),
                size,
                name == null || name.isBlank() ? null : name,
                params.longOrNull("blockNumber"));
    }

    private static String texts(List<String> texts) {
        JsonText json = new JsonText().openArray();
        texts.forEach(json::text);
        return json.closeArray().toString();
    }

    /** This node as whoever asks reaches it. */
    private static String here(Asked asked) {
        String authority = asked.exchange().request().authority();
        return authority == null ? "" : authority;
    }

    private static String version() {
        String version = AdminResource.class.getPackage().getImplementationVersion();
        JsonText json = new JsonText().open().member("weEventVersion", "1.6.0");
        json.member("gitCommitTimeStamp", "").member("gitBranch", "waxwing");
        return json.member("gitCommitHash", version == null ? "" : version)
                .close()
                .toString();
    }

    private String general() {
        return new JsonText()
                .open()
                .member("nodeCount", chain.nodes().size())
                .member("transactionCount", chain.transactions())
                .member("latestBlock", chain.height())
                .close()
                .toString();
    }

    /** Those of the group that are the caller's own; all where nobody is asked who he is. */
    private List<LiveSubscriptions.Info> subscriptions(Asked asked) {
        Access access = asked.exchange().access();
        @Nullable String owner =
                access.principal().isEverybody() ? null : access.principal().name();
        return live.list(owner).stream()
                .filter(info -> info.groupId().equals(asked.scope().groupId()))
                .toList();
    }

    private String subscriptionsByNode(Asked asked) {
        JsonText json = new JsonText().open().name(here(asked)).openArray();
        subscriptions(asked).forEach(info -> write(json.element(), info));
        return json.closeArray().close().toString();
    }

    private String subscriptionsById(Asked asked) {
        JsonText json = new JsonText().open();
        subscriptions(asked).forEach(info -> write(json.name(info.subscriptionId()), info));
        return json.close().toString();
    }

    private static void write(JsonText json, LiveSubscriptions.Info info) {
        json.open()
                .member("interfaceType", "stomp")
                .member("notifiedEventCount", Long.toString(info.notified()))
                .member("notifyingEventCount", Long.toString(info.waiting()))
                .member("notifyTimeStamp", "")
                .member("topicName", info.topics())
                .member("subscribeId", info.subscriptionId())
                .member("remoteIp", info.address())
                .member("createTimeStamp", Long.toString(info.createdMs()))
                .member("groupId", info.groupId())
                .close();
    }
}

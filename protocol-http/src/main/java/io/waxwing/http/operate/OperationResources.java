package io.waxwing.http.operate;

import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpResponse;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.http.exchange.Exchange;
import io.waxwing.http.exchange.JsonText;
import io.waxwing.http.exchange.Problem;
import io.waxwing.http.exchange.SlowReads;
import io.waxwing.http.members.OperatorToken;

/** {@code POST /v1/backup}: a copy of the database in the node's data folder, for {@code waxwing server backup}. */
public final class OperationResources {
    /** The piece of the path behind {@code v1}. */
    public static final String BACKUP = "backup";

    private final Operations operations;
    private final OperatorToken token;
    private final SlowReads slow;

    public OperationResources(Operations operations, OperatorToken token, SlowReads slow) {
        this.operations = operations;
        this.token = token;
        this.slow = slow;
    }

    /** Serves a path whose first pieces are {@code v1} and {@code backup}. */
    public HttpResponse backup(Exchange exchange) {
        exchange.allow(HttpMethod.POST);
        exchange.noQuery();
        if (exchange.pieces().size() != 2) {
            throw Problem.of(FailureCode.NOT_FOUND, "nothing is below /v1/backup")
                    .asException();
        }
        token.require(exchange);
        return slow.answer(() -> Exchange.json(
                201,
                new JsonText()
                        .open()
                        .member("folder", operations.copyDatabase())
                        .close()
                        .toString()));
    }
}

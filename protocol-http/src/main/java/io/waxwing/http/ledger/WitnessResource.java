package io.waxwing.http.ledger;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.ResponseHeaders;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.http.exchange.Exchange;
import io.waxwing.http.exchange.Problem;
import io.waxwing.http.exchange.SlowReads;
import io.waxwing.ledger.witness.AddCheckpoint;
import io.waxwing.ledger.witness.CheckpointWitness;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;

/**
 * This node as a witness of other logs: {@code POST /ledger/add-checkpoint} by c2sp.org/tlog-witness, so the submission
 * prefix is {@code <node>/ledger}; and {@code GET /ledger/witness}, its vkey.
 */
final class WitnessResource {
    private final CheckpointWitness witness;
    private final SlowReads slow;

    WitnessResource(CheckpointWitness witness, SlowReads slow) {
        this.witness = witness;
        this.slow = slow;
    }

    HttpResponse add(Exchange exchange) {
        exchange.allow(HttpMethod.POST);
        exchange.noQuery();
        if (exchange.request().headers().contentLength() > AddCheckpoint.MAX_BYTES) {
            throw tooLarge();
        }
        CompletableFuture<HttpResponse> answer = new CompletableFuture<>();
        var unused = exchange.request()
                .aggregate(exchange.context().eventLoop().withoutContext())
                .whenComplete((request, failure) -> {
                    if (failure != null) {
                        answer.completeExceptionally(failure);
                        return;
                    }
                    try {
                        answer.complete(judged(request.content().array()));
                    } catch (RuntimeException refused) {
                        answer.completeExceptionally(refused);
                    }
                });
        return HttpResponse.of(answer);
    }

    private HttpResponse judged(byte[] body) {
        if (body.length > AddCheckpoint.MAX_BYTES) {
            throw tooLarge();
        }
        // A cosignature waits for the disk.
        return slow.answer(() -> {
            CheckpointWitness.Answer answer = witness.add(body);
            return answer(answer.status(), answer.contentType(), answer.body());
        });
    }

    HttpResponse key(Exchange exchange) {
        exchange.allow(HttpMethod.GET);
        exchange.noQuery();
        String vkey = witness.vkey();
        if (vkey.isEmpty()) {
            throw Problem.of(FailureCode.NOT_FOUND, "this node witnesses no logs")
                    .asException();
        }
        return answer(200, CheckpointWitness.Answer.TEXT, vkey + "\n");
    }

    private static HttpResponse answer(int status, String contentType, String body) {
        return HttpResponse.of(
                ResponseHeaders.builder(HttpStatus.valueOf(status))
                        .set(HttpHeaderNames.CONTENT_TYPE, contentType)
                        .set(HttpHeaderNames.CACHE_CONTROL, "no-store")
                        .build(),
                HttpData.wrap(body.getBytes(StandardCharsets.UTF_8)));
    }

    private static RuntimeException tooLarge() {
        return Problem.of(
                        FailureCode.REQUEST_TOO_LARGE,
                        "an add-checkpoint request has at most " + AddCheckpoint.MAX_BYTES + " bytes")
                .asException();
    }
}

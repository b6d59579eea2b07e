package io.waxwing.http.runtime;

import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.ClosedSessionException;
import com.linecorp.armeria.common.ContentTooLargeException;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.ShuttingDownException;
import com.linecorp.armeria.common.stream.ClosedStreamException;
import com.linecorp.armeria.server.HttpStatusException;
import com.linecorp.armeria.server.RequestTimeoutException;
import com.linecorp.armeria.server.ServerErrorHandler;
import com.linecorp.armeria.server.ServiceConfig;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.http.exchange.HttpMeters;
import io.waxwing.http.exchange.Problem;
import io.waxwing.http.exchange.ProblemException;
import io.waxwing.ledger.failure.LedgerFailure;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Everything that goes wrong leaves as {@code application/problem+json}, also what the server itself refuses. */
final class ErrorAnswers implements ServerErrorHandler {
    private static final Logger LOG = LoggerFactory.getLogger(ErrorAnswers.class);

    private final HttpMeters meters;

    ErrorAnswers(HttpMeters meters) {
        this.meters = meters;
    }

    @Override
    public HttpResponse onServiceException(ServiceRequestContext context, Throwable thrown) {
        Throwable cause =
                thrown instanceof CompletionException && thrown.getCause() != null ? thrown.getCause() : thrown;
        String instance = context.request().path();
        int question = instance.indexOf('?');
        String path = question < 0 ? instance : instance.substring(0, question);
        if (cause instanceof ProblemException known) {
            return known.problem().answer(path, known.allow()).toHttpResponse();
        }
        return problem(context, cause).answer(path, null).toHttpResponse();
    }

    private static Problem problem(ServiceRequestContext context, Throwable cause) {
        if (cause instanceof RefusedException refused) {
            return Problem.of(refused.refusal());
        }
        if (cause instanceof ContentTooLargeException) {
            return Problem.of(
                    FailureCode.REQUEST_TOO_LARGE, "the body has more than " + context.maxRequestLength() + " bytes");
        }
        if (cause instanceof RequestTimeoutException) {
            boolean bodyMissing = !context.request().isComplete();
            return bodyMissing
                    ? Problem.of(FailureCode.REQUEST_TIMEOUT, "the body did not arrive in time")
                    : Problem.of(FailureCode.NODE_BUSY, "the node did not answer in time");
        }
        if (cause instanceof ShuttingDownException) {
            return Problem.of(FailureCode.SHUTTING_DOWN, "what was taken is kept; ask for it when the node is back");
        }
        if (cause instanceof LedgerFailure ledger) {
            LOG.error("WXW-2104 the ledger refused a read: {}", ledger.getMessage());
            return Problem.of(FailureCode.DATA_DAMAGED, String.valueOf(ledger.getMessage()));
        }
        if (cause instanceof HttpStatusException status) {
            return ofStatus(status.httpStatus(), "the request is malformed");
        }
        if (cause instanceof ClosedSessionException || cause instanceof ClosedStreamException) {
            LOG.debug("the client of {} {} has gone", context.method(), context.path());
            return Problem.of(FailureCode.NODE_BUSY, "the connection ended");
        }
        LOG.error(
                "WXW-1399 answering {} {} failed",
                context.method(),
                context.request().path(),
                cause);
        return Problem.of(FailureCode.INTERNAL, "see the node's log for this time");
    }

    @Override
    public @Nullable AggregatedHttpResponse onProtocolViolation(
            ServiceConfig config,
            @Nullable RequestHeaders headers,
            HttpStatus status,
            @Nullable String description,
            @Nullable Throwable cause) {
        meters.request("any", "malformed", status.code());
        String why = cause == null || cause.getMessage() == null ? "" : ": " + cause.getMessage();
        if (why.contains("transfer coding")) {
            return new Problem(501, FailureCode.PROTOCOL, "Transfer-Encoding: want chunked or none", null)
                    .answer(null, null);
        }
        String detail = (description == null ? "malformed request" : description) + why;
        Problem problem = ofStatus(status, detail.replaceAll("\\p{Cntrl}", "?"));
        return problem.answer(null, status.code() == 405 ? "GET, HEAD, POST, PUT" : null);
    }

    private static Problem ofStatus(HttpStatus status, String detail) {
        FailureCode code = switch (status.code()) {
            case 404 -> FailureCode.NOT_FOUND;
            case 405 -> FailureCode.METHOD;
            case 408 -> FailureCode.REQUEST_TIMEOUT;
            case 413, 414, 431 -> FailureCode.REQUEST_TOO_LARGE;
            case 415 -> FailureCode.MEDIA_TYPE;
            case 503 -> FailureCode.NODE_BUSY;
            case 500 -> FailureCode.INTERNAL;
            default -> FailureCode.PROTOCOL;
        };
        return new Problem(status.code(), code, detail, null);
    }
}

package io.waxwing.http.webhook;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpObject;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.ResponseHeaders;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/**
 * What a receiver answers, of which only status and headers count: a body is read so far that the connection can be
 * used again, and given up where it is longer. Whatever becomes of a body changes nothing about the status before it.
 */
final class Reply implements Subscriber<HttpObject> {
    private static final int BODY_BYTES_MAX = 64 << 10;

    private final CompletableFuture<ResponseHeaders> answer = new CompletableFuture<>();
    private @Nullable Subscription subscription;
    private @Nullable ResponseHeaders head;
    private int bytes;

    private Reply() {}

    /** Fails if there is no status. */
    static CompletableFuture<ResponseHeaders> of(HttpResponse response) {
        Reply reply = new Reply();
        response.subscribe(reply);
        return reply.answer;
    }

    @Override
    public void onSubscribe(Subscription to) {
        subscription = to;
        to.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(HttpObject part) {
        if (part instanceof ResponseHeaders headers && !headers.status().isInformational()) {
            head = headers;
        } else if (part instanceof HttpData data) {
            bytes += data.length();
            Subscription from = subscription;
            ResponseHeaders read = head;
            if (bytes > BODY_BYTES_MAX && from != null && read != null) {
                from.cancel();
                boolean unused = answer.complete(read);
            }
        }
    }

    @Override
    public void onError(Throwable failure) {
        ResponseHeaders read = head;
        boolean unused = read == null ? answer.completeExceptionally(failure) : answer.complete(read);
    }

    @Override
    public void onComplete() {
        ResponseHeaders read = head;
        boolean unused = read == null
                ? answer.completeExceptionally(new IllegalStateException("an answer without a status"))
                : answer.complete(read);
    }
}

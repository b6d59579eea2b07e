package io.waxwing.http.rest;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpResponseWriter;
import com.linecorp.armeria.common.ResponseHeaders;
import io.netty.channel.EventLoop;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.Refusal;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.http.exchange.Exchange;
import io.waxwing.http.exchange.SlowReads;
import io.waxwing.http.file.SharedFiles;
import io.waxwing.http.file.SharedFiles.Shared;
import io.waxwing.ledger.file.FileLayout;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Sends a range of a file, chunk by chunk: the next one is read when the client has taken the last. What cannot be had
 * at the begin is a problem; later the connection breaks off, and the client goes on from there. Lives on the request's
 * event loop.
 */
final class FileStream {
    private static final int BUSY_MS = 100;
    private static final int BUSY_TRIES = 100;

    private final SharedFiles files;
    private final SlowReads slow;
    private final Exchange exchange;
    private final EventLoop loop;
    private final Shared file;
    private final ByteRange range;
    private final HttpResponseWriter out = HttpResponse.streaming();
    private final CompletableFuture<HttpResponse> answer = new CompletableFuture<>();
    private int chunk;
    private int busy;

    FileStream(SharedFiles files, SlowReads slow, Exchange exchange, Shared file, ByteRange range) {
        this.files = files;
        this.slow = slow;
        this.exchange = exchange;
        this.loop = exchange.context().eventLoop().withoutContext();
        this.file = file;
        this.range = range;
        this.chunk = file.layout().chunkAt(range.from());
    }

    HttpResponse start(ResponseHeaders headers) {
        boolean unused = out.tryWrite(headers);
        read();
        return HttpResponse.of(answer);
    }

    private void read() {
        boolean taken = slow.submit(() -> {
            try {
                files.chunk(file, chunk, new Taking());
            } catch (RefusedException e) {
                refused(e.refusal());
            }
        });
        if (taken) {
            busy = 0;
        } else if (busy++ < BUSY_TRIES) {
            var unused = loop.schedule(this::read, BUSY_MS, TimeUnit.MILLISECONDS);
        } else {
            refused(new Refusal(FailureCode.NODE_BUSY, "too many reads are waiting"));
        }
    }

    private final class Taking implements SharedFiles.Taker {
        @Override
        public void took(byte[] bytes) {
            loop.execute(() -> write(bytes));
        }

        @Override
        public void refused(Refusal refusal) {
            FileStream.this.refused(refusal);
        }
    }

    private void refused(Refusal refusal) {
        loop.execute(() -> {
            if (!answer.completeExceptionally(refusal.asException())) {
                out.close(refusal.asException());
            }
        });
    }

    private void write(byte[] bytes) {
        if (!exchange.access().mayReceive(file.topic()) || exchange.access().isOver()) {
            refused(new Refusal(FailureCode.NOT_GRANTED, "the grant to receive the topic is gone"));
            return;
        }
        FileLayout layout = file.layout();
        long begin = layout.offsetOf(chunk);
        int from = (int) Math.max(0, range.from() - begin);
        int to = (int) Math.min(bytes.length, range.to() - begin);
        boolean open = out.tryWrite(HttpData.wrap(bytes, from, to - from));
        answer.complete(out);
        chunk++;
        if (!open) {
            return;
        }
        if (layout.offsetOf(chunk) >= range.to()) {
            out.close();
            return;
        }
        var unused = out.whenConsumed().whenCompleteAsync((nothing, failure) -> consumed(failure), loop);
    }

    private void consumed(@org.jspecify.annotations.Nullable Throwable failure) {
        if (failure == null && out.isOpen()) {
            read();
        }
    }
}

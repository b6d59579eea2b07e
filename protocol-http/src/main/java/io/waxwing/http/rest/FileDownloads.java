package io.waxwing.http.rest;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.ResponseHeadersBuilder;
import io.waxwing.bus.event.Event;
import io.waxwing.bus.event.EventId;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.Refusal;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.bus.spi.EventReader;
import io.waxwing.http.exchange.Exchange;
import io.waxwing.http.exchange.JsonText;
import io.waxwing.http.exchange.SlowReads;
import io.waxwing.http.file.FileCardText;
import io.waxwing.http.file.SharedFiles;
import io.waxwing.http.file.SharedFiles.Shared;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * Files by their event: {@code GET /v1/files/{eventId}} what it is and how much of it is here, {@code …/hashes} the
 * hashes of its chunks, {@code …/content} its bytes, also one range of them (RFC 9110 section 14). Each asks anew for
 * the grant to receive the topic.
 */
final class FileDownloads {
    /** Hexadecimal, as in the event. */
    private static final String ROOT_HEADER = "waxwing-file-root";

    private final SharedFiles files;
    private final EventReader reader;
    private final SlowReads slow;

    FileDownloads(SharedFiles files, EventReader reader, SlowReads slow) {
        this.files = files;
        this.reader = reader;
        this.slow = slow;
    }

    /** The file that whoever asks may have. Reads the store. */
    private Shared visible(Exchange exchange, EventId eventId) {
        Event event = EventResource.found(exchange, () -> reader.find(eventId));
        Shared file = event == null || !exchange.access().mayReceive(event.topic()) ? null : files.find(event);
        if (file == null) {
            throw new RefusedException(FailureCode.FILE_UNKNOWN, "this node has no event " + eventId + " of a file");
        }
        return file;
    }

    private HttpResponse with(Exchange exchange, String eventIdText, Function<Shared, HttpResponse> answer) {
        exchange.allow(HttpMethod.GET);
        exchange.noQuery();
        EventId eventId = EventId.parse(eventIdText);
        return slow.answer(() -> answer.apply(visible(exchange, eventId)));
    }

    HttpResponse one(Exchange exchange, String eventId) {
        return with(exchange, eventId, file -> {
            JsonText json = new JsonText()
                    .open()
                    .member("eventId", file.eventId().toString())
                    .member("topic", file.topic());
            FileCardText.writeMembers(json, file.card());
            return Exchange.json(
                    200, json.member("chunksHere", file.chunksHere()).close().toString());
        });
    }

    HttpResponse hashes(Exchange exchange, String eventId) {
        return with(exchange, eventId, file -> {
            CompletableFuture<HttpResponse> answer = new CompletableFuture<>();
            withoutTimeout(exchange);
            files.hashes(file, new SharedFiles.Taker() {
                @Override
                public void took(byte[] bytes) {
                    answer.complete(HttpResponse.of(
                            headers(HttpStatus.OK, file)
                                    .set(HttpHeaderNames.CONTENT_TYPE, "application/octet-stream")
                                    .build(),
                            HttpData.wrap(bytes)));
                }

                @Override
                public void refused(Refusal refusal) {
                    answer.completeExceptionally(refusal.asException());
                }
            });
            return HttpResponse.of(answer);
        });
    }

    /** Others may have to be asked; how long that may take the file's own settings say. */
    private static void withoutTimeout(Exchange exchange) {
        exchange.context().clearRequestTimeout();
    }

    private static String tag(Shared file) {
        return "\"" + file.card().root().hex() + "\"";
    }

    private static ResponseHeadersBuilder headers(HttpStatus status, Shared file) {
        return ResponseHeaders.builder(status)
                .set(HttpHeaderNames.CACHE_CONTROL, "private, no-cache")
                .set(HttpHeaderNames.ETAG, tag(file))
                .set(ROOT_HEADER, file.card().root().hex());
    }

    HttpResponse content(Exchange exchange, String eventId) {
        return with(exchange, eventId, file -> {
            String known = exchange.header(HttpHeaderNames.IF_NONE_MATCH);
            if (known != null && (known.strip().equals("*") || known.contains(tag(file)))) {
                return HttpResponse.of(headers(HttpStatus.NOT_MODIFIED, file).build());
            }
            String condition = exchange.header(HttpHeaderNames.IF_RANGE);
            boolean same = condition == null || condition.strip().equals(tag(file));
            // RFC 9110 section 14.2: only GET knows ranges.
            boolean ranges = same && exchange.request().method() == HttpMethod.GET;
            ByteRange range = ranges
                    ? ByteRange.of(
                            exchange.header(HttpHeaderNames.RANGE),
                            file.layout().sizeBytes())
                    : ByteRange.whole(file.layout().sizeBytes());
            if (range == null) {
                return HttpResponse.of(headers(HttpStatus.REQUESTED_RANGE_NOT_SATISFIABLE, file)
                        .set(
                                HttpHeaderNames.CONTENT_RANGE,
                                "bytes */" + file.layout().sizeBytes())
                        .setLong(HttpHeaderNames.CONTENT_LENGTH, 0)
                        .build());
            }
            return content(exchange, file, range);
        });
    }

    private HttpResponse content(Exchange exchange, Shared file, ByteRange range) {
        // A label of its sender: browsers are not to believe it, nor to run anything of it.
        ResponseHeadersBuilder headers = headers(range.isPart() ? HttpStatus.PARTIAL_CONTENT : HttpStatus.OK, file)
                .set(HttpHeaderNames.CONTENT_TYPE, file.card().mediaType())
                .set(HttpHeaderNames.ACCEPT_RANGES, "bytes")
                .set(HttpHeaderNames.X_CONTENT_TYPE_OPTIONS, "nosniff")
                .set(HttpHeaderNames.CONTENT_DISPOSITION, "attachment")
                .set(HttpHeaderNames.CONTENT_SECURITY_POLICY, "sandbox")
                .setLong(HttpHeaderNames.CONTENT_LENGTH, range.length());
        if (range.isPart()) {
            headers.set(HttpHeaderNames.CONTENT_RANGE, range.text());
        }
        if (exchange.request().method() == HttpMethod.HEAD || range.length() == 0) {
            return HttpResponse.of(headers.build());
        }
        withoutTimeout(exchange);
        return new FileStream(files, slow, exchange, file, range).start(headers.build());
    }
}

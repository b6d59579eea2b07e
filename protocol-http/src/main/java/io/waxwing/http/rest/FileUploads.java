package io.waxwing.http.rest;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import io.waxwing.bus.event.EventId;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.Refusal;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.bus.identity.Action;
import io.waxwing.bus.spi.TopicDirectory;
import io.waxwing.bus.topic.Topic;
import io.waxwing.http.exchange.Exchange;
import io.waxwing.http.exchange.HttpSettings;
import io.waxwing.http.exchange.JsonBody;
import io.waxwing.http.exchange.JsonText;
import io.waxwing.http.exchange.Preferences;
import io.waxwing.http.exchange.SlowReads;
import io.waxwing.http.file.FileCardText;
import io.waxwing.http.file.SharedFiles;
import io.waxwing.http.file.SharedFiles.Range;
import io.waxwing.http.file.SharedFiles.Upload;
import io.waxwing.ledger.failure.MalformedException;
import io.waxwing.ledger.hash.Hash;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Uploads: {@code POST /v1/files} makes one, {@code PUT /v1/files/{id}/chunks/{n}} brings a chunk, in any order and as
 * often as one likes, {@code GET} says what is missing, {@code POST /v1/files/{id}:publish} makes it an event,
 * {@code DELETE} gives it up. Each asks anew for the grant to publish to the topic; uploads of others are not there.
 */
final class FileUploads {
    private static final long MAX_SIZE = Long.MAX_VALUE;

    private final SharedFiles files;
    private final TopicDirectory directory;
    private final SlowReads slow;
    private final HttpSettings settings;

    FileUploads(SharedFiles files, TopicDirectory directory, SlowReads slow, HttpSettings settings) {
        this.files = files;
        this.directory = directory;
        this.slow = slow;
        this.settings = settings;
    }

    HttpResponse create(Exchange exchange) {
        exchange.allow(HttpMethod.POST);
        exchange.noQuery();
        return exchange.withBody(bytes -> {
            SharedFiles.Wish wish = wish(bytes);
            Refusal illegal = Topic.check(wish.topic());
            if (illegal != null) {
                throw illegal.asException();
            }
            exchange.require(exchange.access().mayPublish(wish.topic()), Action.PUBLISH);
            if (!directory.policyOf(wish.topic()).deliveryClass().isOnTheLedger()) {
                throw new RefusedException(
                        FailureCode.FILE_CLASS, "events of topic '" + wish.topic() + "' never leave this node");
            }
            return slow.answer(() -> {
                Upload upload = files.open(wish, exchange.access().principal().name());
                HttpResponse shown = shown(201, upload);
                String place = "/v1/files/" + upload.card().fileId();
                return shown.mapHeaders(headers ->
                        headers.toBuilder().set(HttpHeaderNames.LOCATION, place).build());
            });
        });
    }

    private static SharedFiles.Wish wish(byte[] bytes) {
        JsonBody body = JsonBody.of(bytes, Set.of("topic", "name", "size", "chunkSize", "mediaType", "root"));
        String topic = body.text("topic");
        String name = body.text("name");
        if (topic == null || name == null || !body.has("size")) {
            throw JsonBody.refused(
                    "want topic, name and size", topic == null ? "/topic" : name == null ? "/name" : "/size");
        }
        String mediaType = body.text("mediaType");
        return new SharedFiles.Wish(
                topic,
                name,
                body.number("size", 0, MAX_SIZE, 0),
                (int) body.number("chunkSize", 0, Integer.MAX_VALUE, 0),
                mediaType == null ? "application/octet-stream" : mediaType,
                root(body));
    }

    private static @Nullable Hash root(JsonBody body) {
        String root = body.text("root");
        try {
            return root == null ? null : Hash.fromHex(root);
        } catch (MalformedException e) {
            throw JsonBody.refused("want 64 hexadecimal digits", "/root");
        }
    }

    /** Of the one who asks. @throws RefusedException WXW-1501 */
    private Upload mine(Exchange exchange, String fileId) {
        Upload upload = files.upload(fileId);
        if (upload == null || !upload.by().equals(exchange.access().principal().name())) {
            throw new RefusedException(FailureCode.FILE_UNKNOWN, "this node has no upload of that id");
        }
        exchange.require(exchange.access().mayPublish(upload.topic()), Action.PUBLISH);
        return upload;
    }

    HttpResponse one(Exchange exchange, String fileId) {
        exchange.allow(HttpMethod.GET, HttpMethod.DELETE);
        exchange.noQuery();
        boolean remove = exchange.method() == HttpMethod.DELETE;
        return slow.answer(() -> {
            Upload upload = mine(exchange, fileId);
            if (!remove) {
                return shown(200, upload);
            }
            boolean unused = files.remove(fileId);
            return HttpResponse.of(HttpStatus.NO_CONTENT);
        });
    }

    HttpResponse chunk(Exchange exchange, String fileId, String number) {
        exchange.allow(HttpMethod.PUT);
        exchange.noQuery();
        if (!number.matches("[0-9]{1,9}")) {
            throw new RefusedException(FailureCode.FILE_CHUNK, "'" + number + "' is no chunk's number");
        }
        exchange.context().setMaxRequestLength(files.maxChunkBytes());
        return exchange.withBody(bytes -> slow.answer(() -> {
            Upload unused = mine(exchange, fileId);
            files.put(fileId, Integer.parseInt(number), bytes);
            return HttpResponse.of(HttpStatus.NO_CONTENT);
        }));
    }

    HttpResponse publish(Exchange exchange, String fileId) {
        exchange.allow(HttpMethod.POST);
        exchange.noQuery();
        Preferences preferences = Preferences.parse(exchange.header(HttpHeaderNames.PREFER));
        long asked = preferences.waitMs() < 0 ? settings.defaultWaitMs() : preferences.waitMs();
        long waitMs = preferences.respondAsync() ? 0 : Math.min(asked, settings.maxWaitMs());
        return exchange.withBody(bytes -> {
            Hash root = root(JsonBody.of(bytes, Set.of("root")));
            return slow.answer(() -> {
                Upload upload = mine(exchange, fileId);
                Published published = new Published(exchange, upload, waitMs);
                files.publish(fileId, root, published);
                return HttpResponse.of(published.response);
            });
        });
    }

    /** Waits for the ledger's order, but no longer than it was asked to. */
    private static final class Published implements SharedFiles.Told {
        private final Exchange exchange;
        private final Upload upload;
        private final long waitMs;
        private final CompletableFuture<HttpResponse> response = new CompletableFuture<>();

        Published(Exchange exchange, Upload upload, long waitMs) {
            this.exchange = exchange;
            this.upload = upload;
            this.waitMs = waitMs;
        }

        @Override
        public void durable() {
            var unused = exchange.context()
                    .eventLoop()
                    .schedule(() -> response.complete(answer(202, "durable", null)), waitMs, TimeUnit.MILLISECONDS);
        }

        @Override
        public void ordered(EventId eventId) {
            response.complete(answer(201, "ordered", eventId));
        }

        @Override
        public void refused(Refusal refusal) {
            response.completeExceptionally(refusal.asException());
        }

        private HttpResponse answer(int status, String word, @Nullable EventId eventId) {
            JsonText json = new JsonText()
                    .open()
                    .member("status", word)
                    .member("topic", upload.topic())
                    .member("file", upload.card().fileId());
            if (eventId != null) {
                json.member("eventId", eventId.toString());
            }
            return Exchange.json(status, json.close().toString());
        }
    }

    private static HttpResponse shown(int status, Upload upload) {
        JsonText json = new JsonText()
                .open()
                .member("state", upload.state().name().toLowerCase(Locale.ROOT))
                .member("topic", upload.topic());
        FileCardText.writeMembers(json, upload.card());
        EventId eventId = upload.eventId();
        if (eventId != null) {
            json.member("eventId", eventId.toString());
        }
        json.name("missing").openArray();
        for (Range range : upload.missing()) {
            json.element()
                    .open()
                    .member("from", range.from())
                    .member("to", range.to())
                    .close();
        }
        return Exchange.json(status, json.closeArray().close().toString());
    }
}

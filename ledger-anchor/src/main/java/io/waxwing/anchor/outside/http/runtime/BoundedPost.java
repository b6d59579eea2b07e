package io.waxwing.anchor.outside.http.runtime;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Posts to one address; the whole exchange, body included, ends within a time and a number of bytes. */
public final class BoundedPost {
    private final URI address;
    private final String contentType;
    private final Duration timeout;
    private final int maxBytes;
    private final HttpClient client;

    public BoundedPost(URI address, String contentType, Duration timeout, int maxBytes) {
        this.address = address;
        this.contentType = contentType;
        this.timeout = timeout;
        this.maxBytes = maxBytes;
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(timeout)
                .build();
    }

    /** Any answer. */
    @SuppressWarnings("ArrayRecordComponent") // Read once, never compared.
    public record Answer(int status, String contentType, byte[] body) {}

    /** Throws {@link IOException} if there is no whole answer within the bounds. Interruptible. */
    public Answer send(byte[] body) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(address)
                .timeout(timeout)
                .header("content-type", contentType)
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build();
        CompletableFuture<HttpResponse<byte[]>> pending = client.sendAsync(request, head -> new LimitedBody(maxBytes));
        try {
            HttpResponse<byte[]> response = pending.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            String type = response.headers().firstValue("content-type").orElse("");
            return new Answer(response.statusCode(), type, response.body());
        } catch (TimeoutException late) {
            throw new IOException("no whole answer within " + timeout.toMillis() + " ms");
        } catch (ExecutionException failed) {
            throw new IOException(String.valueOf(failed.getCause()), failed.getCause());
        } finally {
            pending.cancel(true);
        }
    }
}

package io.waxwing.broker.access;

import io.waxwing.broker.config.JwtSettings;
import io.waxwing.bus.failure.FailureCode;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys of an identity provider, from a file or a URL, taken up while the node runs. Keys that cannot be had or read
 * change nothing; until the first are there no token is good. One thread that may wait.
 */
final class ProviderKeys {
    private static final Logger LOG = LoggerFactory.getLogger(ProviderKeys.class);
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Duration AGAIN = Duration.ofSeconds(15);
    private static final int BYTES_MAX = 1 << 20;

    private final JwtSettings settings;
    private final IdentityTokens tokens;
    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(PATIENCE).build();
    private String seen = "";
    private String told = "";
    private long nextNanos;
    private boolean began;

    ProviderKeys(JwtSettings settings, IdentityTokens tokens) {
        this.settings = settings;
        this.tokens = tokens;
    }

    void look(long nowNanos) {
        if (settings.isUrl() && began && nowNanos - nextNanos < 0) {
            return;
        }
        began = true;
        nextNanos = nowNanos + AGAIN.toNanos();
        try {
            String text = settings.isUrl() ? fetched() : Files.readString(Path.of(settings.keys()));
            nextNanos = nowNanos + settings.refresh().toNanos();
            told = "";
            if (!text.equals(seen)) {
                seen = text;
                tokens.keys(text);
                LOG.info("tokens of {} are checked with new keys", settings.issuer());
            }
        } catch (IOException | ParseException e) {
            tell(String.valueOf(e.getMessage()));
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
    }

    /** Once for each reason. */
    private void tell(String why) {
        if (!why.equals(told)) {
            told = why;
            LOG.atError()
                    .addKeyValue("code", FailureCode.ACCESS_FILE.text())
                    .log("keys of {} stay as they were: {}", settings.issuer(), why);
        }
    }

    private String fetched() throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(settings.keys()))
                .timeout(PATIENCE)
                .build();
        HttpResponse<InputStream> response = client.send(request, HttpResponse.BodyHandlers.ofInputStream());
        try (InputStream body = response.body()) {
            if (response.statusCode() != 200) {
                throw new IOException("status " + response.statusCode());
            }
            byte[] bytes = body.readNBytes(BYTES_MAX + 1);
            if (bytes.length > BYTES_MAX) {
                throw new IOException("more than 1 MiB");
            }
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }
}

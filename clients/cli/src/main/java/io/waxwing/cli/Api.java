package io.waxwing.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** A node's HTTP interface as the commands use it: bytes and JSON in, {@link CliFailure} out. */
final class Api {
    static final ObjectMapper JSON = new ObjectMapper();
    /** Largest answer that is read into memory: a receipt with its payload, a page of events. */
    private static final int MAX_ANSWER_BYTES = 64 << 20;

    private final String base;
    private final Duration timeout;
    private final @Nullable String token;
    private final HttpClient client;

    Api(String url, Duration timeout) {
        this(url, timeout, null, null);
    }

    /**
     * {@code token} goes with every request, null: none does; {@code authorities} is a PEM file of who vouches for the
     * node, null: whom Java believes.
     */
    Api(String url, Duration timeout, @Nullable String token, @Nullable Path authorities) {
        this.token = token;
        this.base = url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
        this.timeout = timeout;
        if (!base.startsWith("http://") && !base.startsWith("https://")) {
            throw new CliFailure(
                    ExitCodes.USAGE, "'" + url + "' is no HTTP address", "", "--url http://127.0.0.1:8080");
        }
        HttpClient.Builder building =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(timeout);
        if (authorities != null) {
            building.sslContext(PemTrust.of(authorities));
        }
        this.client = building.build();
    }

    String base() {
        return base;
    }

    static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** An answer of any status. */
    @SuppressWarnings("ArrayRecordComponent") // Read once, never compared.
    record Answer(int status, byte[] body, HttpResponse<?> response) {
        JsonNode json() {
            try {
                return JSON.readTree(body);
            } catch (IOException notJson) {
                throw new CliFailure(
                        ExitCodes.UNREACHABLE, "the answer is no JSON", "is this a Waxwing node?", "waxwing doctor");
            }
        }

        @Nullable String header(String name) {
            return response.headers().firstValue(name).orElse(null);
        }
    }

    /** GET that must succeed. */
    Answer get(String path, String... headers) {
        return orFail(exchange(request(path, headers).GET()));
    }

    /** GET whose failure the caller judges. */
    Answer tryGet(String path, String... headers) {
        return exchange(request(path, headers).GET());
    }

    Answer send(String method, String path, BodyPublisher body, String... headers) {
        return orFail(exchange(request(path, headers).method(method, body)));
    }

    /** An endless answer; the caller closes it. */
    HttpResponse<InputStream> open(String path, String... headers) {
        HttpRequest.Builder request = withHeaders(HttpRequest.newBuilder(uri(path)), headers);
        HttpResponse<InputStream> response = sent(request, HttpResponse.BodyHandlers.ofInputStream());
        if (response.statusCode() != 200) {
            throw failure(new Answer(response.statusCode(), bounded(response.body()), response));
        }
        return response;
    }

    private HttpRequest.Builder request(String path, String... headers) {
        return withHeaders(HttpRequest.newBuilder(uri(path)).timeout(timeout), headers);
    }

    /** With the token of the environment, unless the command brings its own. */
    private HttpRequest.Builder withHeaders(HttpRequest.Builder request, String... headers) {
        boolean own = List.of(headers).contains("authorization");
        if (token != null && !own) {
            request.header("authorization", "Bearer " + token.strip());
        }
        return headers.length == 0 ? request : request.headers(headers);
    }

    private URI uri(String path) {
        try {
            return URI.create(base + path);
        } catch (IllegalArgumentException notOne) {
            throw new CliFailure(ExitCodes.USAGE, "'" + base + "' is no HTTP address", "", "--url http://host:port");
        }
    }

    private Answer exchange(HttpRequest.Builder request) {
        HttpResponse<InputStream> response = sent(request, HttpResponse.BodyHandlers.ofInputStream());
        return new Answer(response.statusCode(), bounded(response.body()), response);
    }

    private <T> HttpResponse<T> sent(HttpRequest.Builder request, HttpResponse.BodyHandler<T> handler) {
        try {
            return client.send(request.build(), handler);
        } catch (HttpTimeoutException late) {
            throw new CliFailure(
                    ExitCodes.TIMEOUT,
                    "no answer from " + base,
                    "none within " + timeout.toSeconds() + " s",
                    "try --timeout, or: waxwing doctor --url " + base);
        } catch (ConnectException refused) {
            throw unreachable("nobody listens there");
        } catch (SSLException untrusted) {
            throw new CliFailure(
                    ExitCodes.UNREACHABLE,
                    "no TLS with " + base,
                    String.valueOf(untrusted.getMessage()),
                    "name who vouches for it with --cacert, if it is not a public authority");
        } catch (IOException failed) {
            throw unreachable(String.valueOf(failed.getMessage()));
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new CliFailure(ExitCodes.TIMEOUT, "interrupted", "", null);
        }
    }

    private CliFailure unreachable(String why) {
        return new CliFailure(
                ExitCodes.UNREACHABLE,
                "cannot reach " + base,
                why,
                "start a node with: waxwing server run   or name another one with --url");
    }

    private static byte[] bounded(InputStream body) {
        try (body) {
            byte[] bytes = body.readNBytes(MAX_ANSWER_BYTES + 1);
            if (bytes.length > MAX_ANSWER_BYTES) {
                throw new CliFailure(
                        ExitCodes.UNREACHABLE,
                        "the answer is too large",
                        "more than " + MAX_ANSWER_BYTES + " bytes",
                        null);
            }
            return bytes;
        } catch (IOException broken) {
            throw new CliFailure(
                    ExitCodes.UNREACHABLE, "the answer broke off", String.valueOf(broken.getMessage()), null);
        }
    }

    private static Answer orFail(Answer answer) {
        if (answer.status() / 100 != 2) {
            throw failure(answer);
        }
        return answer;
    }

    /** A problem answer as a failure with the exit code that fits. */
    static CliFailure failure(Answer answer) {
        String code = "";
        String title = "the node answered " + answer.status();
        String detail = "";
        try {
            JsonNode problem = JSON.readTree(new String(answer.body(), StandardCharsets.UTF_8));
            code = problem.path("code").asText("");
            title = problem.path("title").asText(title);
            detail = problem.path("detail").asText("");
            detail += problem.has("pointer") ? " (at " + problem.get("pointer").asText() + ")" : "";
        } catch (JsonProcessingException noProblem) {
            detail = "its answer is no problem document; is it a Waxwing node?";
        }
        int exitCode = switch (answer.status()) {
            case 401, 403 -> ExitCodes.DENIED;
            case 404, 410 -> ExitCodes.NOT_FOUND;
            case 408, 504 -> ExitCodes.TIMEOUT;
            case 500, 502, 503 -> code.equals("WXW-1204") ? ExitCodes.NOT_ORDERED : ExitCodes.UNREACHABLE;
            default -> ExitCodes.USAGE;
        };
        String what = code.isEmpty() ? title : code + " " + title;
        return new CliFailure(exitCode, what, detail, code.isEmpty() ? null : "waxwing error " + code);
    }
}

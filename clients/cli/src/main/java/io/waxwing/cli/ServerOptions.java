package io.waxwing.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * Options of every command that talks to a node. A token for it comes from WAXWING_TOKEN, never from the command line.
 */
public final class ServerOptions {
    @Option(
            names = "--url",
            paramLabel = "URL",
            description = "The node's HTTP port; also from WAXWING_URL. Default: http://127.0.0.1:8080")
    private @Nullable String url;

    @Option(
            names = "--cacert",
            paramLabel = "FILE",
            description = "PEM file of who vouches for an https node; also from WAXWING_CACERT. Default: Java's list")
    private @Nullable Path authorities;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            defaultValue = "30",
            description = "Longest wait for an answer. Default: ${DEFAULT-VALUE}")
    private long timeoutSeconds;

    Api api() {
        String fromEnvironment = System.getenv("WAXWING_URL");
        String chosen = url != null ? url : fromEnvironment != null ? fromEnvironment : "http://127.0.0.1:8080";
        return new Api(
                chosen, Duration.ofSeconds(Math.max(1, timeoutSeconds)), System.getenv("WAXWING_TOKEN"), authorities());
    }

    /**
     * POSTs an empty body as the operator whose token that is; gives the answer's JSON.
     *
     * @throws CliFailure with the exit code that fits
     */
    public JsonNode asOperator(String token, String path) {
        return api().send("POST", path, BodyPublishers.noBody(), "authorization", "Bearer " + token.strip())
                .json();
    }

    private @Nullable Path authorities() {
        String fromEnvironment = System.getenv("WAXWING_CACERT");
        return authorities != null || fromEnvironment == null ? authorities : Path.of(fromEnvironment);
    }
}

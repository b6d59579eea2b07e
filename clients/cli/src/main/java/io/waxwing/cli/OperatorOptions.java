package io.waxwing.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How a command shows that it comes from the node's operator. */
final class OperatorOptions {
    @Option(
            names = "--token",
            paramLabel = "FILE",
            description =
                    "The node's operator.token; also its text from WAXWING_TOKEN." + " Default: data/operator.token")
    private @Nullable Path file;

    /** The header of requests that change something. */
    String[] headers() {
        String fromEnvironment = System.getenv("WAXWING_TOKEN");
        String token = file == null && fromEnvironment != null ? fromEnvironment : read();
        return new String[] {"content-type", "application/json", "authorization", "Bearer " + token.strip()};
    }

    private String read() {
        Path chosen = file == null ? Path.of("data", "operator.token") : file;
        try {
            return Files.readString(chosen, StandardCharsets.US_ASCII);
        } catch (IOException e) {
            throw new CliFailure(
                    ExitCodes.USAGE,
                    "the operator's token cannot be read",
                    String.valueOf(e.getMessage()),
                    "name the file operator.token of the node's data folder with --token");
        }
    }
}

package io.waxwing.cli;

import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code waxwing schema}: what the data of a topic have to look like. */
@Command(
        name = "schema",
        description = "Sets, shows and removes the JSON Schema of a topic.",
        mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the fields before a command runs.
final class SchemaCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "which one: put, get or rm?");
    }

    private static String path(String topic) {
        return "/v1/topics/" + Api.encode(topic) + "/schema";
    }

    @Command(
            name = "put",
            description = "Gives a topic a schema: what does not fit is refused from now on.",
            mixinStandardHelpOptions = true)
    int put(
            @Mixin ServerOptions server,
            @Parameters(paramLabel = "TOPIC") String topic,
            @Parameters(paramLabel = "FILE", description = "JSON Schema 2020-12") Path file) {
        Api.Answer answer = server.api()
                .send(
                        "PUT",
                        path(topic),
                        BodyPublishers.ofString(RuleFiles.read(file), StandardCharsets.UTF_8),
                        "content-type",
                        "application/schema+json");
        new Screen(spec)
                .line((answer.status() == 201 ? "set " : "replaced ")
                        + answer.json().path("id").asText());
        return ExitCodes.OK;
    }

    @Command(name = "get", description = "Prints the schema of a topic.", mixinStandardHelpOptions = true)
    int get(@Mixin ServerOptions server, @Parameters(paramLabel = "TOPIC") String topic) {
        new Screen(spec).line(new String(server.api().get(path(topic)).body(), StandardCharsets.UTF_8).stripTrailing());
        return ExitCodes.OK;
    }

    @Command(name = "rm", description = "Asks nothing of a topic's data any more.", mixinStandardHelpOptions = true)
    int remove(@Mixin ServerOptions server, @Parameters(paramLabel = "TOPIC") String topic) {
        Api.Answer unused = server.api().send("DELETE", path(topic), BodyPublishers.noBody());
        new Screen(spec).line("removed");
        return ExitCodes.OK;
    }
}

package io.waxwing.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code waxwing rule}: what the node makes of events by itself. */
@Command(
        name = "rule",
        description = "Makes, tries, lists and removes rules that make events of events.",
        mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the fields before a command runs.
final class RuleCommand implements Runnable {
    private static final String RULES = "/v1/rules";

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(), "which one: put, ls, show, rm, pause, resume, redrive or check?");
    }

    private static String path(String id) {
        return RULES + "/" + Api.encode(id);
    }

    private static Api.Answer post(ServerOptions server, String path, String body) {
        return server.api()
                .send(
                        "POST",
                        path,
                        BodyPublishers.ofString(body, StandardCharsets.UTF_8),
                        "content-type",
                        "application/json");
    }

    @Command(name = "put", description = "Makes a rule or changes it.", mixinStandardHelpOptions = true)
    int put(
            @Mixin ServerOptions server,
            @Parameters(paramLabel = "ID") String id,
            @Parameters(paramLabel = "FILE", description = "The rule in JSON") Path file) {
        Api.Answer answer = server.api()
                .send(
                        "PUT",
                        path(id),
                        BodyPublishers.ofString(RuleFiles.read(file), StandardCharsets.UTF_8),
                        "content-type",
                        "application/json");
        Screen screen = new Screen(spec);
        screen.line(answer.status() == 201 ? "made" : "changed");
        show(screen, answer.json());
        return ExitCodes.OK;
    }

    @Command(name = "ls", description = "Lists the rules.", mixinStandardHelpOptions = true)
    int list(
            @Mixin ServerOptions server,
            @Option(names = "-o", paramLabel = "table|json", defaultValue = "TABLE") OutputFormat format) {
        JsonNode rules = server.api().get(RULES).json().path("rules");
        Screen screen = new Screen(spec);
        if (format == OutputFormat.JSON) {
            screen.line(rules.toString());
            return ExitCodes.OK;
        }
        rules.forEach(each -> show(screen, each));
        if (rules.isEmpty()) {
            screen.line("no rules");
        }
        return ExitCodes.OK;
    }

    @Command(name = "show", description = "Shows a rule and what it has done.", mixinStandardHelpOptions = true)
    int show(@Mixin ServerOptions server, @Parameters(paramLabel = "ID") String id) {
        new Screen(spec).line(server.api().get(path(id)).json().toPrettyString());
        return ExitCodes.OK;
    }

    @Command(name = "rm", description = "Removes a rule.", mixinStandardHelpOptions = true)
    int remove(@Mixin ServerOptions server, @Parameters(paramLabel = "ID") String id) {
        Api.Answer unused = server.api().send("DELETE", path(id), BodyPublishers.noBody());
        new Screen(spec).line("removed");
        return ExitCodes.OK;
    }

    @Command(name = "pause", description = "Has a rule process nothing for now.", mixinStandardHelpOptions = true)
    int pause(@Mixin ServerOptions server, @Parameters(paramLabel = "ID") String id) {
        show(new Screen(spec), post(server, path(id) + ":pause", "").json());
        return ExitCodes.OK;
    }

    @Command(name = "resume", description = "Has it go on where it stood.", mixinStandardHelpOptions = true)
    int resume(@Mixin ServerOptions server, @Parameters(paramLabel = "ID") String id) {
        show(new Screen(spec), post(server, path(id) + ":resume", "").json());
        return ExitCodes.OK;
    }

    @Command(name = "redrive", description = "Processes its dead letters again.", mixinStandardHelpOptions = true)
    int redrive(@Mixin ServerOptions server, @Parameters(paramLabel = "ID") String id) {
        JsonNode answer = post(server, path(id) + ":redrive", "").json();
        new Screen(spec).line(answer.path("redriven").asInt() + " are processed again");
        return ExitCodes.OK;
    }

    @Command(
            name = "check",
            description = "Says what a rule would make of an event, and does nothing.",
            mixinStandardHelpOptions = true)
    int check(
            @Mixin ServerOptions server,
            @Parameters(paramLabel = "FILE", description = "The rule in JSON") Path file,
            @Parameters(paramLabel = "TOPIC", description = "Where the event would have been published") String topic,
            @Parameters(paramLabel = "EVENT", description = "Attributes and data in JSON: {\"data\":7}") String event) {
        ObjectNode body = Api.JSON.createObjectNode();
        body.set("rule", json("the rule", RuleFiles.read(file)));
        body.set("event", json("the event", event));
        body.put("topic", topic);
        JsonNode answer = post(server, "/v1/rules:check", body.toString()).json();
        new Screen(spec).line(answer.toPrettyString());
        return answer.has("error") ? ExitCodes.USAGE : ExitCodes.OK;
    }

    private static JsonNode json(String what, String text) {
        try {
            return Api.JSON.readTree(text);
        } catch (JsonProcessingException noJson) {
            throw new CliFailure(ExitCodes.USAGE, what + " is no JSON", noJson.getOriginalMessage(), null);
        }
    }

    private static void show(Screen screen, JsonNode rule) {
        JsonNode counters = rule.path("counters");
        screen.line(String.format(
                Locale.ROOT,
                "%-20s  %-6s  %-20s  %s  done %d, passed over %d, retried %d, dead letters %d",
                rule.path("id").asText(),
                rule.path("state").asText(),
                rule.path("filter").asText(),
                rule.path("target"),
                counters.path("done").asLong(),
                counters.path("passedOver").asLong(),
                counters.path("retried").asLong(),
                rule.path("deadLetters").asLong()));
    }
}

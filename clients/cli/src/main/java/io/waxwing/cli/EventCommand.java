package io.waxwing.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(name = "event", description = "Fetches and erases single events.", mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the fields before a command runs.
final class EventCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "which one: get or erase?");
    }

    @Command(name = "get", description = "Shows one event as a CloudEvent in JSON.", mixinStandardHelpOptions = true)
    int get(@Mixin ServerOptions server, @Parameters(paramLabel = "EVENTID") String eventId) {
        Api.Answer answer = server.api().get("/v1/events/" + Api.encode(eventId));
        new Screen(spec).line(new String(answer.body(), StandardCharsets.UTF_8));
        return ExitCodes.OK;
    }

    @Command(
            name = "erase",
            description = {
                "Has the ledger order that the content of an event goes, at every institution that has it.",
                "Its place, its commitment and its receipts stay. Nothing brings the content back."
            },
            mixinStandardHelpOptions = true)
    int erase(
            @Mixin ServerOptions server,
            @Parameters(paramLabel = "EVENTID") String eventId,
            @Option(
                            names = "--reason",
                            required = true,
                            paramLabel = "TEXT",
                            description = "Goes to the audit log of the node, and not to the ledger.")
                    String reason,
            @Option(
                            names = "--wait",
                            paramLabel = "SECONDS",
                            defaultValue = "10",
                            description = "How long to wait for the order; ${DEFAULT-VALUE} if it is not given.")
                    int wait) {
        Api.Answer answer = server.api()
                .send(
                        "DELETE",
                        "/v1/events/" + Api.encode(eventId) + "?reason=" + Api.encode(reason),
                        HttpRequest.BodyPublishers.noBody(),
                        "prefer",
                        "wait=" + wait);
        JsonNode json = answer.json();
        Screen screen = new Screen(spec);
        if (answer.status() == 202) {
            screen.line("asked for: the ledger will order it, whatever happens; it has not within " + wait + " s");
            return ExitCodes.NOT_ORDERED;
        }
        screen.line("erased " + json.path("eventId").asText() + " by leaf "
                + json.path("leafIndex").asText() + " of the ledger, block "
                + json.path("height").asText());
        return ExitCodes.OK;
    }
}

package io.waxwing.cli;

import java.nio.charset.StandardCharsets;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(name = "event", description = "Fetches single events.", mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the fields before a command runs.
final class EventCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "which one: get?");
    }

    @Command(name = "get", description = "Shows one event as a CloudEvent in JSON.", mixinStandardHelpOptions = true)
    int get(@Mixin ServerOptions server, @Parameters(paramLabel = "EVENTID") String eventId) {
        Api.Answer answer = server.api().get("/v1/events/" + Api.encode(eventId));
        new Screen(spec).line(new String(answer.body(), StandardCharsets.UTF_8));
        return ExitCodes.OK;
    }
}

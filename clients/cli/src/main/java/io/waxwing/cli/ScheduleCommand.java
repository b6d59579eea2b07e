package io.waxwing.cli;

import com.fasterxml.jackson.databind.JsonNode;
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

/** {@code waxwing schedule}: what the node publishes at times. */
@Command(
        name = "schedule",
        description = "Makes, lists and removes events that are published at a time, or as cron says.",
        mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the fields before a command runs.
final class ScheduleCommand implements Runnable {
    private static final String SCHEDULES = "/v1/schedules";

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "which one: put, ls, show or rm?");
    }

    private static String path(String id) {
        return SCHEDULES + "/" + Api.encode(id);
    }

    @Command(name = "put", description = "Makes a schedule or changes it.", mixinStandardHelpOptions = true)
    int put(
            @Mixin ServerOptions server,
            @Parameters(paramLabel = "ID") String id,
            @Parameters(paramLabel = "FILE", description = "The schedule in JSON") Path file) {
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

    @Command(name = "ls", description = "Lists the schedules.", mixinStandardHelpOptions = true)
    int list(
            @Mixin ServerOptions server,
            @Option(names = "-o", paramLabel = "table|json", defaultValue = "TABLE") OutputFormat format) {
        JsonNode schedules = server.api().get(SCHEDULES).json().path("schedules");
        Screen screen = new Screen(spec);
        if (format == OutputFormat.JSON) {
            screen.line(schedules.toString());
            return ExitCodes.OK;
        }
        schedules.forEach(each -> show(screen, each));
        if (schedules.isEmpty()) {
            screen.line("no schedules");
        }
        return ExitCodes.OK;
    }

    @Command(name = "show", description = "Shows a schedule and what it has done.", mixinStandardHelpOptions = true)
    int show(@Mixin ServerOptions server, @Parameters(paramLabel = "ID") String id) {
        new Screen(spec).line(server.api().get(path(id)).json().toPrettyString());
        return ExitCodes.OK;
    }

    @Command(name = "rm", description = "Removes a schedule.", mixinStandardHelpOptions = true)
    int remove(@Mixin ServerOptions server, @Parameters(paramLabel = "ID") String id) {
        Api.Answer unused = server.api().send("DELETE", path(id), BodyPublishers.noBody());
        new Screen(spec).line("removed");
        return ExitCodes.OK;
    }

    private static void show(Screen screen, JsonNode schedule) {
        JsonNode counters = schedule.path("counters");
        screen.line(String.format(
                Locale.ROOT,
                "%-20s  %-24s  %-20s  next %-24s  fired %d, missed %d, failed %d",
                schedule.path("id").asText(),
                schedule.path("cron").asText(schedule.path("at").asText()),
                schedule.path("topic").asText(),
                schedule.path("next").asText("-"),
                counters.path("fired").asLong(),
                counters.path("missed").asLong(),
                counters.path("failed").asLong()));
    }
}

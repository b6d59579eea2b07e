package io.waxwing.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(name = "topic", description = "Lists, creates, changes and shows topics.", mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the fields before a command runs.
final class TopicCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "which one: ls, create, set or show?");
    }

    @Command(name = "ls", description = "Lists the topics that the node knows.", mixinStandardHelpOptions = true)
    int list(
            @Mixin ServerOptions server,
            @Parameters(paramLabel = "PREFIX", defaultValue = "", description = "Names that begin so") String prefix,
            @Option(names = "-o", paramLabel = "table|json", defaultValue = "TABLE") OutputFormat format) {
        Api api = server.api();
        Screen screen = new Screen(spec);
        String next = "/v1/topics?prefix=" + Api.encode(prefix);
        while (next != null) {
            JsonNode page = api.get(next).json();
            for (JsonNode topic : page.path("topics")) {
                show(screen, topic, format);
            }
            next = page.hasNonNull("next") ? page.get("next").asText() : null;
        }
        return ExitCodes.OK;
    }

    @Command(name = "show", description = "Shows one topic.", mixinStandardHelpOptions = true)
    int show(
            @Mixin ServerOptions server,
            @Parameters(paramLabel = "TOPIC") String topic,
            @Option(names = "-o", paramLabel = "table|json", defaultValue = "TABLE") OutputFormat format) {
        show(
                new Screen(spec),
                server.api().get("/v1/topics/" + Api.encode(topic)).json(),
                format);
        return ExitCodes.OK;
    }

    @Command(
            name = "create",
            description = "Creates a topic; without options as the node's configuration says.",
            mixinStandardHelpOptions = true)
    int create(
            @Mixin ServerOptions server,
            @Parameters(paramLabel = "TOPIC") String topic,
            @Option(names = "--class", paramLabel = "ordered|sealed|local") @Nullable String deliveryClass,
            @Option(names = "--ack", paramLabel = "ordered|durable") @Nullable String ack,
            @Option(
                            names = "--audience",
                            paramLabel = "NAME",
                            description = "Who may hold its events: a name of the" + " node's settings or a number.")
                    @Nullable String audience) {
        ObjectNode policy = Api.JSON.createObjectNode();
        if (deliveryClass != null) {
            policy.put("class", deliveryClass.toLowerCase(Locale.ROOT));
        }
        if (ack != null) {
            policy.put("ack", ack.toLowerCase(Locale.ROOT));
        }
        if (audience != null) {
            policy.put("audience", audience);
        }
        Api.Answer answer = put(server, topic, policy);
        Screen screen = new Screen(spec);
        screen.line(answer.status() == 201 ? "created" : "was there already");
        show(screen, answer.json(), OutputFormat.TABLE);
        return ExitCodes.OK;
    }

    @Command(
            name = "set",
            description = "Says how long a topic is kept and what may be published to it; 0 is no bound.",
            mixinStandardHelpOptions = true)
    int set(@Mixin ServerOptions server, @Parameters(paramLabel = "TOPIC") String topic, @Mixin Terms terms) {
        ObjectNode policy = terms.json();
        if (policy.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "say at least one of the options");
        }
        JsonNode now = put(server, topic, policy).json();
        Screen screen = new Screen(spec);
        screen.line("retention " + said(now, "retention") + "  quota " + said(now, "quota"));
        return ExitCodes.OK;
    }

    /** What may change of a topic. */
    static final class Terms {
        @Option(names = "--keep-seconds", paramLabel = "N", description = "Contents that are older go.")
        private @Nullable Long seconds;

        @Option(names = "--keep-bytes", paramLabel = "N", description = "Beyond so many the oldest contents go.")
        private @Nullable Long bytes;

        @Option(names = "--events-per-second", paramLabel = "N", description = "Of all publishers at this node.")
        private @Nullable Long events;

        @Option(names = "--bytes-per-second", paramLabel = "N", description = "Of all publishers at this node.")
        private @Nullable Long rate;

        ObjectNode json() {
            ObjectNode policy = Api.JSON.createObjectNode();
            if (seconds != null || bytes != null) {
                policy.putObject("retention").put("ageSeconds", seconds).put("bytes", bytes);
            }
            if (events != null || rate != null) {
                policy.putObject("quota").put("eventsPerSecond", events).put("bytesPerSecond", rate);
            }
            return policy;
        }
    }

    private static String said(JsonNode topic, String member) {
        return topic.has(member) ? topic.get(member).toString() : "none";
    }

    private static Api.Answer put(ServerOptions server, String topic, ObjectNode policy) {
        return server.api()
                .send(
                        "PUT",
                        "/v1/topics/" + Api.encode(topic),
                        BodyPublishers.ofString(policy.toString(), StandardCharsets.UTF_8),
                        "content-type",
                        "application/json");
    }

    private static void show(Screen screen, JsonNode topic, OutputFormat format) {
        if (format == OutputFormat.JSON) {
            screen.line(topic.toString());
            return;
        }
        screen.line(String.format(
                Locale.ROOT,
                "%-40s  class %-7s  ack %-8s  audience %-10s  last #%s",
                topic.path("name").asText(),
                topic.path("class").asText(),
                topic.path("ack").asText(),
                topic.path("audience").asText(),
                topic.path("lastTopicSeq").asText()));
    }
}

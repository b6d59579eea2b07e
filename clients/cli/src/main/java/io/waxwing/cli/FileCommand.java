package io.waxwing.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.waxwing.ledger.failure.MalformedException;
import io.waxwing.ledger.file.FileCard;
import io.waxwing.ledger.file.FileLayout;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "file",
        description = "Sends files to the members of an audience, and gets them.",
        mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the fields before a command runs.
final class FileCommand implements Runnable {
    private static final int CHUNK_BYTES = 512 << 10;

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "which one: send, get, ls or show?");
    }

    /** Which node, and how long a transfer waits for it while it is away. */
    @SuppressWarnings("NullAway.Init") // picocli sets the fields before a command runs.
    static final class TransferOptions {
        @Mixin
        private ServerOptions server;

        @Option(
                names = "--patience",
                paramLabel = "SECONDS",
                defaultValue = "60",
                description = "How long to wait for a node that is away. Default: ${DEFAULT-VALUE}")
        private long seconds;

        Api api() {
            return server.api();
        }

        Patience with(Screen screen) {
            return new Patience(seconds, screen);
        }
    }

    @Command(
            name = "send",
            description = {
                "Uploads a file and publishes the event that names it. Shows its eventId.",
                "Stopped midway, the same command goes on where it was."
            },
            mixinStandardHelpOptions = true)
    int send(
            @Mixin TransferOptions node,
            @Parameters(paramLabel = "TOPIC") String topic,
            @Parameters(paramLabel = "PATH") Path path,
            @Option(names = "--name", paramLabel = "NAME", description = "What others see. Default: the file's name")
                    @Nullable String name,
            @Option(names = "--content-type", paramLabel = "TYPE", description = "Default: by the name's ending")
                    @Nullable String type) {
        Screen screen = new Screen(spec);
        String shown = name == null
                ? Objects.requireNonNullElse(path.getFileName(), path).toString()
                : name;
        FileSending.Plan plan =
                new FileSending.Plan(topic, path, shown, type == null ? guess(path) : type, layout(path));
        FileLayout layout = plan.layout();
        Progress progress = new Progress(spec.commandLine().getErr(), "sent", layout.sizeBytes(), layout.chunks());
        JsonNode published = new FileSending(node.api(), node.with(screen)).send(plan, progress);
        screen.line(published.path("eventId").asText());
        return ExitCodes.OK;
    }

    private static FileLayout layout(Path path) {
        try {
            if (!Files.isRegularFile(path)) {
                throw new CliFailure(ExitCodes.USAGE, path + " is no file", "", null);
            }
            long size = Files.size(path);
            boolean large = size / CHUNK_BYTES >= FileLayout.MAX_CHUNKS;
            return new FileLayout(size, large ? FileLayout.MAX_CHUNK_BYTES : CHUNK_BYTES);
        } catch (MalformedException tooLarge) {
            throw new CliFailure(ExitCodes.USAGE, path + " is too large", String.valueOf(tooLarge.getMessage()), null);
        } catch (IOException e) {
            throw new UncheckedIOException(path + ": " + e.getMessage(), e);
        }
    }

    private static String guess(Path path) {
        try {
            String guessed = Files.probeContentType(path);
            return guessed == null ? "application/octet-stream" : guessed;
        } catch (IOException e) {
            return "application/octet-stream";
        }
    }

    @Command(
            name = "get",
            description = {
                "Gets the file of an event, from the own node, whoever sent it. Each chunk is verified here.",
                "Stopped midway, the same command goes on where it was: what is there stands in PATH.part."
            },
            mixinStandardHelpOptions = true)
    int get(
            @Mixin TransferOptions node,
            @Parameters(paramLabel = "EVENTID") String eventId,
            @Option(
                            names = "-o",
                            required = true,
                            paramLabel = "PATH",
                            description = "Where it goes; nothing may be there")
                    Path path,
            @Option(names = "--verify", description = "Fetch the event's receipt and verify it here first")
                    boolean verify,
            @Option(names = "--trust", paramLabel = "FILE", description = "The pinned trust file for --verify")
                    @Nullable Path trust) {
        if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            throw new CliFailure(ExitCodes.USAGE, path + " is there already", "nothing is overwritten", "another -o");
        }
        Screen screen = new Screen(spec);
        Api api = node.api();
        ReceivedEvent event = event(api, eventId);
        FileCard card = FileCards.of(event);
        if (verify) {
            LiveVerifier.Verdict verdict = new LiveVerifier(api, TrustFiles.read(trust), null).judge(event);
            if (verdict.state() != LiveVerifier.State.VERIFIED) {
                throw new CliFailure(
                        ExitCodes.VERIFICATION_FAILED,
                        "the event is not proved",
                        verdict.why(),
                        "waxwing receipt " + eventId);
            }
        }
        Progress progress = new Progress(
                spec.commandLine().getErr(),
                "verified",
                card.layout().sizeBytes(),
                card.layout().chunks());
        new FileGetting(api, node.with(screen)).get(eventId, card, path, progress);
        screen.line(screen.good(verify ? "verified" : "whole") + "  " + path + "  root "
                + card.root().hex() + (verify ? ", proved by the ledger" : ""));
        return ExitCodes.OK;
    }

    private static ReceivedEvent event(Api api, String eventId) {
        Api.Answer answer = api.get("/v1/events/" + Api.encode(eventId), "accept", "application/cloudevents+json");
        ReceivedEvent event = new ReceivedEvent(new String(answer.body(), StandardCharsets.UTF_8));
        if (!event.eventId().equals(eventId)) {
            throw new CliFailure(
                    ExitCodes.VERIFICATION_FAILED, "the node gave another event", "got " + event.eventId(), null);
        }
        return event;
    }

    @Command(
            name = "ls",
            description = "Lists the files of a topic, the oldest first.",
            mixinStandardHelpOptions = true)
    int list(@Mixin ServerOptions server, @Parameters(paramLabel = "TOPIC") String topic) {
        Api api = server.api();
        Screen screen = new Screen(spec);
        String events = "/v1/topics/" + Api.encode(topic) + "/events?limit=1000";
        String next = events + "&from=first";
        while (next != null) {
            JsonNode page = api.get(next).json();
            for (JsonNode each : page.path("events")) {
                FileCard card =
                        each.path("type").asText().equals(FileCard.TYPE) ? FileCards.read(each.path("data")) : null;
                if (card != null) {
                    screen.line(FileCards.line(each.path("wxweventid").asText("(not on the ledger yet)"), card));
                }
            }
            next = page.path("atEnd").asBoolean(true)
                    ? null
                    : events + "&cursor=" + Api.encode(page.path("cursor").asText());
        }
        return ExitCodes.OK;
    }

    @Command(
            name = "show",
            description = "Shows a file and how much of it the node has.",
            mixinStandardHelpOptions = true)
    int show(@Mixin ServerOptions server, @Parameters(paramLabel = "EVENTID") String eventId) {
        JsonNode json = server.api().get("/v1/files/" + Api.encode(eventId)).json();
        FileCard card = FileCards.read(json);
        if (card == null) {
            throw new CliFailure(ExitCodes.UNREACHABLE, "the node's answer is no file", "", "waxwing doctor");
        }
        Screen screen = new Screen(spec);
        screen.line(FileCards.line(eventId, card));
        screen.row("topic", json.path("topic").asText());
        screen.row("root", card.root().hex());
        screen.row(
                "chunks",
                json.path("chunksHere").asInt() + " of " + card.layout().chunks() + " are at this node");
        return ExitCodes.OK;
    }
}

package io.waxwing.cli;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "sub",
        description = "Shows events as they are delivered; with --verify each is proved before it is called ordered.",
        mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the fields before call().
final class SubCommand implements Callable<Integer> {
    private static final int MAX_RECONNECTS = 10;
    private static final long RECONNECT_NANOS = TimeUnit.SECONDS.toNanos(2);

    @Spec
    private CommandSpec spec;

    @Mixin
    private ServerOptions server;

    @Parameters(paramLabel = "FILTER", description = "For example home/#")
    private String filter;

    @Option(
            names = "--from",
            paramLabel = "START",
            defaultValue = "next",
            description = "now, first, last, an eventId, a time, or for one topic a topicSeq. Default: now")
    private String from;

    @Option(names = "--filter", paramLabel = "CESQL", description = "Only events this is true for, e.g. \"type = 'x'\"")
    private @Nullable String sql;

    @Option(
            names = "--on-withheld",
            paramLabel = "wait|gap",
            description = "What to do where a payload is missing. gap: after a while say so and go on. Default: wait")
    private OnWithheld onWithheld = OnWithheld.WAIT;

    /** What to do where a payload is missing. */
    enum OnWithheld {
        WAIT,
        GAP
    }

    @Option(names = "--verify", description = "Fetch each event's receipt and verify it here")
    private boolean verify;

    @Option(names = "--trust", paramLabel = "FILE", description = "The pinned trust file for --verify")
    private @Nullable Path trust;

    @Option(names = "--state", paramLabel = "DIR", description = "Where seen checkpoints are kept")
    private @Nullable Path state;

    @Option(names = "--no-state", description = "Do not remember or compare checkpoints seen before")
    private boolean noState;

    @Option(names = "-n", paramLabel = "N", defaultValue = "0", description = "Stop after so many events")
    private int limit;

    @Option(names = "-o", paramLabel = "table|json", defaultValue = "TABLE", description = "Output format")
    private OutputFormat format;

    @Override
    public Integer call() {
        Api api = server.api();
        EventLines lines = new EventLines(new Screen(spec), format, verifier(api));
        Thread summary = new Thread(lines::summary, "summary");
        Runtime.getRuntime().addShutdownHook(summary);
        try {
            follow(api, lines);
        } finally {
            Runtime.getRuntime().removeShutdownHook(summary);
        }
        lines.summary();
        return lines.failed() > 0 ? ExitCodes.VERIFICATION_FAILED : ExitCodes.OK;
    }

    private @Nullable LiveVerifier verifier(Api api) {
        if (!verify) {
            return null;
        }
        byte[] trustFile = TrustFiles.read(trust);
        SeenCheckpoints seen = noState ? null : SeenCheckpoints.in(state, trustFile);
        return new LiveVerifier(api, trustFile, seen);
    }

    /** Reads until enough is there; a broken line is taken up again behind the last event seen. */
    private void follow(Api api, EventLines lines) {
        String start = from.equals("now") ? "next" : from;
        String path = "/v1/events?filter=" + Api.encode(filter) + "&from=" + Api.encode(start);
        path += onWithheld == OnWithheld.GAP ? "&onWithheld=gap" : "";
        // What is gone is said, and does not keep what is there from coming.
        path += "&onGone=skip";
        path += sql == null ? "" : "&sql=" + Api.encode(sql);
        String last = "";
        int reconnects = 0;
        while (true) {
            HttpResponse<InputStream> response = last.isEmpty()
                    ? api.open(path, "accept", "text/event-stream")
                    : api.open(path, "accept", "text/event-stream", "last-event-id", last);
            try (SseLines stream = new SseLines(response.body())) {
                for (SseLines.Sse sse = stream.next(); sse != null; sse = stream.next()) {
                    if (sse.event().equals("gap") && onWithheld == OnWithheld.GAP) {
                        lines.gap(sse.data());
                    } else if (sse.event().equals("missed")) {
                        lines.missed(sse.data());
                    } else {
                        lines.show(new ReceivedEvent(sse.data()));
                    }
                    last = sse.id().isEmpty() ? last : sse.id();
                    reconnects = 0;
                    if (limit > 0 && lines.received() >= limit) {
                        return;
                    }
                }
            } catch (IOException broken) {
                lines.note("the stream broke off (" + broken.getMessage() + "), going on after the last event");
            }
            reconnects++;
            if (reconnects > MAX_RECONNECTS) {
                throw new CliFailure(
                        ExitCodes.UNREACHABLE, "the stream ends again and again", api.base(), "waxwing doctor");
            }
            LockSupport.parkNanos(RECONNECT_NANOS);
        }
    }
}

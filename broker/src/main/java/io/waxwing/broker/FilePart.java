package io.waxwing.broker;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.waxwing.anchor.availability.AudienceSecret;
import io.waxwing.broker.config.BrokerConfig;
import io.waxwing.broker.dispatch.FileEvents;
import io.waxwing.broker.file.FileAgent;
import io.waxwing.broker.file.FileService;
import io.waxwing.broker.file.Files;
import io.waxwing.broker.runtime.CoreThread;
import io.waxwing.broker.store.SegmentRecord;
import io.waxwing.broker.store.StoredEvent;
import io.waxwing.bus.event.EventId;
import io.waxwing.bus.spi.EventBus;
import io.waxwing.ledger.spi.PeerLinks;
import io.waxwing.ledger.spi.PeerLinks.Channel;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Files that members of an audience share, with the thread that gets and gives them. */
final class FilePart implements FileAgent.Members, AutoCloseable {
    private final Pipeline pipeline;
    private final AudiencePart audience;
    private final @Nullable PeerLinks links;
    private final Files files;
    private final CoreThread thread;

    FilePart(
            BrokerConfig config,
            Path folder,
            Pipeline pipeline,
            AudiencePart audience,
            LedgerPart ledger,
            EventBus bus,
            Consumer<Throwable> onFailure) {
        this.pipeline = pipeline;
        this.audience = audience;
        links = ledger.peering == null ? null : ledger.peering.traffic;
        files = Files.open(
                folder,
                config.files(),
                new Files.Node(
                        ledger.self.originId(),
                        ledger.institution,
                        bus,
                        this,
                        pipeline.dispatcher.history(),
                        pipeline.dispatcher::nextPosition,
                        this::stored));
        thread = new CoreThread("files", files.agents(), onFailure);
        files.wakes(thread::wake);
        FileEvents unused = new FileEvents(pipeline.dispatcher, files::heard);
        if (links != null) {
            links.receive(Channel.FILE, files.agent()::onFrame);
        }
    }

    FileService service() {
        return files.service();
    }

    /** Shows figures, and hears of events before their content goes. */
    void register(MeterRegistry metrics, RetentionPart retention) {
        retention.onGoing(files.service()::onGone);
        FileAgent agent = files.agent();
        FunctionCounter.builder("waxwing.files.got", agent, FileAgent::gotBytes)
                .baseUnit("bytes")
                .description("Bytes of files that other members gave, since the start")
                .register(metrics);
        FunctionCounter.builder("waxwing.files.given", agent, FileAgent::givenBytes)
                .baseUnit("bytes")
                .description("Bytes of files that other members were given")
                .register(metrics);
        FunctionCounter.builder("waxwing.files.lies", agent, FileAgent::lies)
                .description("Times a member gave something that the root of its event disproves")
                .register(metrics);
        FunctionCounter.builder("waxwing.files.denied", agent, FileAgent::denied)
                .description("Questions of nodes that are not in the file's audience")
                .register(metrics);
        FunctionCounter.builder("waxwing.files.dropped", agent, FileAgent::dropped)
                .description("Frames about files for which there was no room")
                .register(metrics);
        Gauge.builder("waxwing.files.kept", files, Files::bytes)
                .baseUnit("bytes")
                .description("Bytes of all files here, as they will be when they are whole")
                .register(metrics);
        Gauge.builder("waxwing.files.uploads", files, Files::uploads)
                .description("Uploads that are not published")
                .register(metrics);
    }

    private @Nullable StoredEvent stored(EventId eventId) {
        for (SegmentRecord segment : pipeline.index.findSegments(eventId.topicHash(), eventId.topicSeq())) {
            if (segment.height() == eventId.height() && segment.hasEvents()) {
                int position = segment.indexOf(eventId.topicSeq());
                return pipeline.events.reader().read(segment.journalSeqs()[position]);
            }
        }
        return null;
    }

    void start() {
        thread.start();
    }

    @Override
    public List<Integer> reachable(long audienceId) {
        PeerLinks reaching = links;
        AudienceSecret known = audience.audiences.secret(audienceId);
        return reaching == null || known == null
                ? List.of()
                : known.nodes().others().keySet().stream()
                        .filter(node -> reaching.isUp(node, Channel.FILE))
                        .toList();
    }

    @Override
    public boolean isIn(long audienceId, int node) {
        AudienceSecret known = audience.audiences.secret(audienceId);
        return known != null && known.nodes().others().containsKey(node);
    }

    @Override
    public boolean send(int node, byte[] frame) {
        return links != null && links.send(node, Channel.FILE, frame);
    }

    @Override
    public String institutionOf(int originId) {
        return audience.institutionOf(originId);
    }

    @Override
    public int institutions() {
        return audience.institutions();
    }

    @Override
    public @Nullable String diskProblem() {
        return pipeline.guard.failure();
    }

    @Override
    public void close() {
        try {
            thread.stop();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

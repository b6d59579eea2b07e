package io.waxwing.broker.file;

import io.waxwing.broker.runtime.Agent;
import io.waxwing.broker.store.StoredEvent;
import io.waxwing.bus.delivery.StartFrom;
import io.waxwing.bus.event.Attributes;
import io.waxwing.bus.event.Event;
import io.waxwing.bus.event.EventId;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.bus.spi.EventReader;
import io.waxwing.bus.topic.TopicFilter;
import io.waxwing.http.file.SharedFiles.State;
import io.waxwing.ledger.file.FileCard;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is to be done for files now and then: events of files that were delivered right before a stop are looked for
 * after it, what lost its event goes, and so do uploads that nobody goes on with. On the thread of {@link FileAgent}.
 */
final class FileRounds implements Agent {
    private static final Logger LOG = LoggerFactory.getLogger(FileRounds.class);
    /** File in the folder of files: the position up to which all events were looked at. */
    static final String POSITION = "position";

    private static final long MARK_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final long ROUND_NANOS = TimeUnit.MINUTES.toNanos(10);
    private static final int PAGE = 500;
    private static final TopicFilter ALL = TopicFilter.parse("#");

    private final Path mark;
    private final Parts parts;
    private final long target;
    private long position;
    private long seen;
    private long markNanos = Long.MIN_VALUE;
    private long roundNanos = Long.MIN_VALUE;

    /**
     * What it works with.
     *
     * @param nextPosition of the next event that will be delivered
     * @param stored reads an event that is on the ledger, also one without content
     */
    record Parts(
            FileShelf shelf,
            Uploads uploads,
            FileService service,
            FileAgent agent,
            EventReader reader,
            LongSupplier nextPosition,
            Function<EventId, @Nullable StoredEvent> stored) {}

    FileRounds(Path folder, Parts parts) {
        this.mark = folder.resolve(POSITION);
        this.parts = parts;
        this.target = parts.nextPosition().getAsLong() - 1;
        this.position = read(target);
        this.seen = target;
    }

    private long read(long otherwise) {
        try {
            return Math.min(otherwise, Long.parseLong(Files.readString(mark).strip()));
        } catch (NoSuchFileException first) {
            return otherwise;
        } catch (IOException | NumberFormatException e) {
            LOG.warn("{} cannot be read, files of events right before the last stop are got when they are read", mark);
            return otherwise;
        }
    }

    @Override
    public int doWork(long nowNanos) {
        try {
            if (position < target) {
                catchUp();
                return 1;
            }
            if (markNanos == Long.MIN_VALUE || nowNanos - markNanos >= MARK_NANOS) {
                markNanos = nowNanos;
                markPosition();
            }
            if (roundNanos == Long.MIN_VALUE || nowNanos - roundNanos >= ROUND_NANOS) {
                boolean first = roundNanos == Long.MIN_VALUE;
                roundNanos = nowNanos;
                round(first);
                return 1;
            }
        } catch (RefusedException e) {
            position = target;
            LOG.atWarn()
                    .addKeyValue("code", e.refusal().code().text())
                    .log("files are not looked after: {}", e.getMessage());
        }
        return 0;
    }

    @Override
    public long nextWorkNanos() {
        return markNanos == Long.MIN_VALUE ? Long.MAX_VALUE : markNanos + MARK_NANOS;
    }

    private void catchUp() {
        EventReader.Page page = parts.reader().read(ALL, new StartFrom.AfterPosition(position), PAGE);
        for (Event event : page.events()) {
            EventId eventId = event.eventId();
            if (eventId != null && FileCard.TYPE.equals(event.attributes().get(Attributes.TYPE))) {
                parts.service().onEvent(eventId);
            }
        }
        position = page.atEnd() ? target : Math.max(page.nextPosition(), position + 1);
    }

    /** Of what was delivered by the last time, everything has been heard of by now. */
    private void markPosition() {
        long now = parts.nextPosition().getAsLong() - 1;
        if (seen > position || !Files.exists(mark)) {
            position = Math.max(position, seen);
            try {
                ForcedFiles.write(mark, (position + "\n").getBytes(StandardCharsets.US_ASCII));
            } catch (IOException e) {
                LOG.warn("{} cannot be written: {}", mark, e.toString());
            }
        }
        seen = now;
    }

    private void round(boolean first) {
        for (FileMeta meta : List.copyOf(parts.shelf().all())) {
            EventId eventId = meta.eventId();
            if (meta.state() == State.SHARED && eventId != null) {
                StoredEvent event = parts.stored().apply(eventId);
                if (event != null && event.expired()) {
                    parts.agent().forget(meta.key());
                    boolean unused = parts.shelf().remove(meta.key());
                } else if (first) {
                    parts.agent().onKnown(meta);
                }
            }
        }
        int given = parts.uploads().giveUpAbandoned(this::isKnown);
        if (given > 0) {
            LOG.info("gave up {} uploads that nobody went on with", given);
        }
    }

    /** Whether an upload's event is there; if it is on the ledger, the upload is one no more. */
    private boolean isKnown(FileMeta meta) {
        Event event = parts.reader()
                .findByIdentity(parts.service().source(meta.by()), meta.card().fileId());
        EventId eventId = event == null ? null : event.eventId();
        if (eventId != null) {
            parts.service().onEvent(eventId);
        }
        return event != null;
    }
}

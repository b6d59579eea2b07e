package io.waxwing.broker.file;

import io.waxwing.broker.store.StoredEvent;
import io.waxwing.bus.delivery.Acknowledgement;
import io.waxwing.bus.event.Attributes;
import io.waxwing.bus.event.Event;
import io.waxwing.bus.event.EventDraft;
import io.waxwing.bus.event.EventId;
import io.waxwing.bus.event.Payload;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.Refusal;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.bus.spi.AckSink;
import io.waxwing.bus.topic.AckPolicy;
import io.waxwing.http.file.FileCardText;
import io.waxwing.http.file.SharedFiles;
import io.waxwing.ledger.file.ChunkHashes;
import io.waxwing.ledger.file.FileCard;
import io.waxwing.ledger.file.FileLayout;
import io.waxwing.ledger.hash.Hash;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Files of this node, for those who upload and read them. */
public final class FileService implements SharedFiles {
    private static final long TOKEN = 0;

    private final FileShelf shelf;
    private final Uploads uploads;
    private final FileAgent agent;
    private final Files.Node node;

    FileService(FileShelf shelf, Uploads uploads, FileAgent agent, Files.Node node) {
        this.shelf = shelf;
        this.uploads = uploads;
        this.agent = agent;
        this.node = node;
    }

    @Override
    public int maxChunkBytes() {
        return FileLayout.MAX_CHUNK_BYTES;
    }

    private void requireDisk() {
        String problem = node.members().diskProblem();
        if (problem != null) {
            throw new RefusedException(FailureCode.STORAGE, problem);
        }
    }

    @Override
    public Upload open(Wish wish, String by) {
        requireDisk();
        return uploads.begin(wish, by);
    }

    @Override
    public @Nullable Upload upload(String fileId) {
        return uploads.shown(fileId);
    }

    @Override
    public void put(String fileId, int chunk, byte[] bytes) {
        requireDisk();
        uploads.put(fileId, chunk, bytes);
    }

    @Override
    public boolean remove(String fileId) {
        return uploads.remove(fileId);
    }

    @Override
    public void publish(String fileId, @Nullable Hash root, Told told) {
        Upload before = uploads.shown(fileId);
        EventId already = before == null ? null : before.eventId();
        if (already != null) {
            told.ordered(already);
            return;
        }
        requireDisk();
        FileMeta sealed = uploads.seal(fileId, root);
        boolean taken = node.bus().publish(draft(sealed), TOKEN, new Publishing(sealed, told));
        if (!taken) {
            uploads.notTaken(fileId);
            told.refused(new Refusal(FailureCode.NODE_BUSY, "the event finds no room just now; publish it again"));
        }
    }

    private EventDraft draft(FileMeta meta) {
        String by = meta.by();
        Attributes attributes = new Attributes.Builder()
                .put(Attributes.SPECVERSION, "1.0")
                .put(Attributes.ID, meta.card().fileId())
                .put(Attributes.SOURCE, source(by))
                .put(Attributes.TYPE, FileCard.TYPE)
                .put(Attributes.TIME, Instant.ofEpochMilli(meta.createdMs()).toString())
                .put(Attributes.DATACONTENTTYPE, "application/json")
                .build();
        return new EventDraft(
                meta.topic(),
                attributes,
                Payload.utf8(FileCardText.write(meta.card())),
                1,
                false,
                true,
                AckPolicy.ORDERED,
                "",
                System.nanoTime());
    }

    /** CloudEvents source of what somebody uploads. */
    String source(String by) {
        return "//" + node.institution() + "/" + (by.isEmpty() ? "files" : by);
    }

    /** What becomes of an upload's event; told on threads of the bus. */
    private final class Publishing implements AckSink {
        private final FileMeta sealed;
        private final Told told;

        Publishing(FileMeta sealed, Told told) {
            this.sealed = sealed;
            this.told = told;
        }

        @Override
        public void acknowledged(long token, Acknowledgement acknowledgement) {
            uploads.taken(sealed.card().fileId());
            EventId eventId = acknowledgement.eventId();
            if (eventId == null) {
                told.durable();
            } else {
                agent.submit(() -> {
                    onEvent(eventId);
                    told.ordered(eventId);
                });
            }
        }

        @Override
        public void durable(long token) {
            uploads.taken(sealed.card().fileId());
            told.durable();
        }

        @Override
        public void refused(long token, Refusal refusal) {
            agent.submit(() -> {
                uploads.refused(sealed.card().fileId());
                told.refused(refusal);
            });
        }
    }

    /** An event of a file is on the ledger. On the agent's thread, or one that may wait for the disk. */
    void onEvent(EventId eventId) {
        StoredEvent event = node.stored().apply(eventId);
        FileMeta meta = event == null ? null : meta(event, eventId);
        if (meta != null) {
            agent.onKnown(known(meta));
        }
    }

    private static @Nullable FileMeta meta(StoredEvent event, EventId eventId) {
        if (!FileCard.TYPE.equals(event.attributes().get(Attributes.TYPE))) {
            return null;
        }
        FileCard card = FileCardText.read(event.payload().bytes());
        return card == null
                ? null
                : new FileMeta(
                        event.topic(),
                        event.lane().originId(),
                        event.lane().audienceId(),
                        card,
                        State.SHARED,
                        "",
                        event.receivedMs(),
                        eventId);
    }

    /** The same; if it was an upload here, it is one no more. */
    private FileMeta known(FileMeta meta) {
        FileMeta before = shelf.get(meta.key());
        if (before == null || before.state() == State.SHARED || !before.card().equals(meta.card())) {
            return meta;
        }
        FileMeta shared = before.shared(meta.audienceId(), Objects.requireNonNull(meta.eventId()));
        shelf.put(shared);
        uploads.published(meta.card().fileId());
        removeIfGone(shared);
        return shared;
    }

    /** What was erased while it was written down is not there again. */
    private void removeIfGone(FileMeta meta) {
        EventId eventId = Objects.requireNonNull(meta.eventId());
        StoredEvent event = node.stored().apply(eventId);
        if (event == null || event.expired()) {
            boolean unused = shelf.remove(meta.key());
        }
    }

    /** What this event was the name of goes. The keeper's thread. */
    public void onGone(StoredEvent event) {
        FileCard card = FileCard.TYPE.equals(event.attributes().get(Attributes.TYPE))
                ? FileCardText.read(event.payload().bytes())
                : null;
        if (card != null) {
            Hash key = FileMeta.key(event.lane().originId(), event.topic(), card.fileId());
            if (!isOfAnother(key, event)) {
                agent.forget(key);
                boolean unused = shelf.remove(key);
            }
        }
    }

    /** Whether the file belongs to another event, which has its content: who repeats what that says has no file. */
    private boolean isOfAnother(Hash key, StoredEvent event) {
        FileMeta meta = shelf.get(key);
        EventId eventId = meta == null ? null : meta.eventId();
        StoredEvent named = eventId == null ? null : node.stored().apply(eventId);
        return named != null && !named.expired() && named.journalSeq() != event.journalSeq();
    }

    @Override
    public @Nullable Shared find(Event event) {
        EventId eventId = event.eventId();
        StoredEvent found = eventId == null ? null : node.stored().apply(eventId);
        FileMeta meta = found == null || eventId == null ? null : meta(found, eventId);
        if (meta == null || eventId == null) {
            return null;
        }
        FileMeta known = known(meta);
        ChunkHashes hashes = shelf.has(known) ? shelf.hashes(known) : null;
        int here = hashes == null ? 0 : shelf.here(known.key(), hashes).cardinality();
        return new Shared(eventId, meta.topic(), meta.originId(), meta.audienceId(), meta.card(), here);
    }

    private static FileMeta meta(Shared file) {
        return new FileMeta(
                file.topic(), file.originId(), file.audienceId(), file.card(), State.SHARED, "", 0, file.eventId());
    }

    @Override
    public void hashes(Shared file, Taker taker) {
        FileMeta meta = meta(file);
        ChunkHashes here = shelf.has(meta) ? shelf.hashes(meta) : null;
        if (here != null) {
            taker.took(here.encode());
        } else {
            agent.wantHashes(meta, taker);
        }
    }

    @Override
    public void chunk(Shared file, int chunk, Taker taker) {
        FileMeta meta = meta(file);
        byte[] here = shelf.chunk(meta, chunk);
        if (here != null) {
            taker.took(here);
        } else {
            agent.wantChunk(meta, chunk, taker);
        }
    }
}

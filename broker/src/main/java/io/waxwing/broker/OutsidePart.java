package io.waxwing.broker;

import io.micrometer.core.instrument.MeterRegistry;
import io.waxwing.anchor.outside.AnchorRecord;
import io.waxwing.anchor.outside.CheckpointAnchor;
import io.waxwing.anchor.outside.OutsideAgent;
import io.waxwing.anchor.outside.WitnessedCheckpoint;
import io.waxwing.anchor.outside.runtime.OutsideThread;
import io.waxwing.anchor.outside.witness.HttpWitness;
import io.waxwing.broker.config.OutsideSettings;
import io.waxwing.ledger.failure.LedgerFailure;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.note.Checkpoint;
import io.waxwing.ledger.note.SignedNote;
import io.waxwing.ledger.spi.LedgerReader;
import io.waxwing.ledger.spi.PublishedCheckpoint;
import io.waxwing.node.crypto.Signatures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The outside anchors of this node, with their thread if there are any, and the latest checkpoint that an outside
 * witness has cosigned, kept in {@code witnessed.note} of the data folder.
 */
final class OutsidePart implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OutsidePart.class);

    private final Path file;
    private final @Nullable OutsideThread thread;
    private volatile ByteString witnessed;

    OutsidePart(
            OutsideSettings settings, LedgerReader ledger, Signatures signatures, Path data, MeterRegistry metrics) {
        file = data.resolve("witnessed.note");
        witnessed = read(file);
        List<CheckpointAnchor> anchors = new ArrayList<>();
        for (OutsideSettings.OutsideWitness witness : settings.witnesses()) {
            anchors.add(new HttpWitness(witness.url(), witness.key(), ledger, signatures, settings.timeout()));
        }
        thread = anchors.isEmpty()
                ? null
                : new OutsideThread(new OutsideAgent(
                        anchors,
                        settings.interval().toNanos(),
                        System.nanoTime(),
                        ledger::latestCheckpoint,
                        this::onShown,
                        metrics));
    }

    /** After the ledger runs. */
    void start() {
        if (thread != null) {
            thread.start();
        }
    }

    /** Empty before the first. Any thread. */
    ByteString witnessed() {
        return witnessed;
    }

    private void onShown(PublishedCheckpoint checkpoint, List<AnchorRecord> records) {
        ByteString before = witnessed;
        ByteString base = sizeOf(before) == checkpoint.treeSize() ? before : checkpoint.note();
        ByteString next = WitnessedCheckpoint.of(base, checkpoint.treeSize(), records);
        if (next.size() == 0) {
            return;
        }
        witnessed = next;
        try {
            Path fresh = file.resolveSibling(file.getFileName() + ".next");
            Files.write(fresh, next.toBytes());
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            LOG.warn("WXW-2101 {} cannot be written: {}", file, e.toString());
        }
    }

    private static long sizeOf(ByteString note) {
        return note.size() == 0
                ? 0
                : Checkpoint.parse(SignedNote.parse(note.toBytes()).text()).treeSize();
    }

    /** What was kept, if it is whole: it can be had again. */
    private static ByteString read(Path file) {
        try {
            ByteString note = Files.exists(file) ? ByteString.of(Files.readAllBytes(file)) : ByteString.EMPTY;
            return sizeOf(note) == 0 ? ByteString.EMPTY : note;
        } catch (IOException | LedgerFailure e) {
            LOG.warn("WXW-2104 {} cannot be read and is left alone: {}", file, e.toString());
            return ByteString.EMPTY;
        }
    }

    @Override
    public void close() {
        if (thread != null) {
            thread.close();
        }
    }
}

package io.waxwing.broker.backup;

import io.waxwing.broker.BrokerFolder;
import io.waxwing.broker.store.Database;
import io.waxwing.broker.store.DeliveryIndex;
import io.waxwing.broker.store.EventJournal;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.leaf.LeafCodec;
import io.waxwing.node.store.FileVoteLog;
import io.waxwing.node.store.RocksLedgerStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Takes a backup. The database is copied at one point of its write-ahead log, all columns together: journal, order and
 * ledger. Everything else in the data folder is small and written whole. Without keys nothing secret of the node is in
 * it but what the topics hold: payloads, and the keys of topics.
 */
public final class Backup {
    /** Folders of this name in a data folder are copies of the database on their way to a backup. */
    public static final String STAGED = "backup-";

    static final String DATA = "data/";
    static final String KEYS = "keys/";
    private static final String VOTES = "votes";

    private final BrokerFolder folder;
    private final boolean withKeys;
    private final Snapshot snapshot;

    /** Copies what changes together. */
    @FunctionalInterface
    public interface Snapshot {
        /**
         * Makes the folder {@code db}, which is not there, the copy of the database at a moment, and {@code votes} that
         * of the vote log at the same moment. If nobody writes votes it need not do that.
         */
        void into(Path db, Path votes) throws IOException;
    }

    public Backup(BrokerFolder folder, boolean withKeys, Snapshot snapshot) {
        this.folder = folder;
        this.withKeys = withKeys;
        this.snapshot = snapshot;
    }

    /** A snapshot of a node that stands. @throws RefusedException WXW-2103 if it runs */
    public static Snapshot ofStopped(BrokerFolder folder) {
        return (db, votes) -> {
            try (Database database = Database.open(folder.database(), RocksLedgerStore.columnNames())) {
                database.checkpoint(db);
            }
        };
    }

    /**
     * Writes the backup, which stands there whole or not at all.
     *
     * @throws RefusedException WXW-2111 if something is there, WXW-2106 if a file cannot be read or written
     */
    public BackupManifest to(Path target) {
        try {
            FileTree.requireFree(target);
            Path part = FileTree.beside(target);
            FileTree.create(part.resolve(DATA));
            Path db = part.resolve(DATA).resolve("db");
            Path votes = part.resolve(VOTES);
            snapshot.into(db, votes);
            BackupManifest.Place place = place(db);
            boolean alone = !Files.exists(folder.genesis());
            copyData(part);
            if (withKeys) {
                copyKeys(part);
            }
            if (withKeys && alone) {
                keepVotes(votes, part.resolve(KEYS).resolve(VOTES), place.ledgerId());
            }
            FileTree.delete(votes);
            BackupManifest manifest = new BackupManifest(
                    Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(), place, alone, withKeys, hashes(part));
            Files.write(part.resolve(BackupManifest.NAME), manifest.encode());
            FileTree.force(part.resolve(BackupManifest.NAME));
            FileTree.become(part, target.toAbsolutePath().normalize());
            return manifest;
        } catch (IOException e) {
            throw new RefusedException(FailureCode.FILE, "the backup cannot be written: " + e);
        }
    }

    /** Opens the copy: one that does not open is no backup. */
    private static BackupManifest.Place place(Path db) {
        try (Database database = Database.open(db, RocksLedgerStore.columnNames())) {
            RocksLedgerStore ledger = new RocksLedgerStore(database.rocks(), database.foreign());
            long height = ledger.appliedHeight();
            byte[] first = ledger.leaf(0);
            if (height < 0 || first == null) {
                throw new RefusedException(FailureCode.STORAGE, "the node has no ledger yet; start it once");
            }
            return new BackupManifest.Place(
                    Database.FORMAT,
                    LeafCodec.decodeConfig(first).configHash(),
                    height,
                    ledger.treeSizeAt(height),
                    new EventJournal(database).lastJournalSeq(),
                    new DeliveryIndex(database).cursor().nextPosition());
        }
    }

    private void copyData(Path part) throws IOException {
        Path db = folder.database().toAbsolutePath().normalize();
        Path keys = folder.keys().toAbsolutePath().normalize();
        for (var file : FileTree.files(folder.data()).entrySet()) {
            Path at = file.getValue().toAbsolutePath().normalize();
            if (!at.startsWith(db) && !at.startsWith(keys) && belongs(file.getKey())) {
                FileTree.copy(at, part.resolve(DATA).resolve(file.getKey()));
            }
        }
    }

    /** Secrets go with the keys; they are made anew where they are missing. */
    private boolean belongs(String name) {
        boolean secret = name.equals(BrokerFolder.OPERATOR_TOKEN) || name.equals("cursor.key");
        return !name.startsWith(STAGED) && (withKeys || !secret);
    }

    private void copyKeys(Path part) throws IOException {
        for (var file : FileTree.files(folder.keys()).entrySet()) {
            if (!file.getKey().startsWith(VOTES + "/")) {
                FileTree.copy(file.getValue(), part.resolve(KEYS).resolve(file.getKey()));
            }
        }
    }

    /** Those of the moment of the database: later ones would tell of events that it does not have. */
    private void keepVotes(Path copied, Path to, Hash ledgerId) throws IOException {
        if (Files.isDirectory(copied)) {
            FileTree.move(copied, to);
        } else {
            copyVotes(folder, to);
        }
        FileVoteLog.open(to, ledgerId, FileVoteLog.SEGMENT_BYTES).close();
        Files.delete(to.resolve("lock"));
    }

    /** Copies the vote log while nobody writes it. */
    public static void copyVotes(BrokerFolder folder, Path to) throws IOException {
        for (var file : FileTree.files(folder.votes()).entrySet()) {
            if (!file.getKey().equals("lock") && !file.getKey().equals("draft")) {
                FileTree.copy(file.getValue(), to.resolve(file.getKey()));
            }
        }
    }

    private static SortedMap<String, BackupManifest.Content> hashes(Path part) throws IOException {
        SortedMap<String, BackupManifest.Content> hashes = new TreeMap<>();
        for (var file : FileTree.files(part).entrySet()) {
            FileTree.force(file.getValue());
            hashes.put(file.getKey(), FileTree.hash(file.getValue()));
        }
        return hashes;
    }

    /** Takes away copies of the database that no backup took over, made before that time. */
    public static void clear(BrokerFolder folder, Instant before) throws IOException {
        try (var inside = Files.list(folder.data())) {
            for (Path path : inside.toList()) {
                boolean staged =
                        Objects.requireNonNull(path.getFileName()).toString().startsWith(STAGED);
                if (staged && Files.getLastModifiedTime(path).toInstant().isBefore(before)) {
                    FileTree.delete(path);
                }
            }
        }
    }
}

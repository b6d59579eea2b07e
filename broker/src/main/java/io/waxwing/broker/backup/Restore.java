package io.waxwing.broker.backup;

import io.waxwing.broker.BrokerFolder;
import io.waxwing.broker.audit.CommandActs;
import io.waxwing.broker.store.Database;
import io.waxwing.bus.audit.Act;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.node.store.FileVoteLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.SortedMap;

/**
 * Brings a node's folder back from a backup. Every file is compared with the manifest as it is copied, and the folder
 * stands there whole or not at all. Of a member among several the votes do not come back: its key is marked as one that
 * has voted and lost its log, so that the node follows without a vote until the key is rotated, whatever happened after
 * the backup. A ledger of one has nobody else to remember: its votes come back with the keys, if the operator accepts
 * that what came after the backup never was.
 */
public final class Restore {
    private final Path backup;
    private final BackupManifest manifest;

    private Restore(Path backup, BackupManifest manifest) {
        this.backup = backup;
        this.manifest = manifest;
    }

    /**
     * Reads what a backup holds. @throws RefusedException WXW-2110 if it is none, WXW-2102 if a newer version made it
     */
    public static Restore of(Path backup) {
        Path file = backup.resolve(BackupManifest.NAME);
        byte[] bytes;
        try {
            bytes = Files.readAllBytes(file);
        } catch (IOException e) {
            throw new RefusedException(
                    FailureCode.BACKUP_DAMAGED, backup + " is no backup, or not whole: " + file + " cannot be read");
        }
        BackupManifest manifest = BackupManifest.decode(bytes);
        Database.requireKnownFormat(backup.toString(), manifest.place().format());
        return new Restore(backup, manifest);
    }

    public BackupManifest manifest() {
        return manifest;
    }

    /** Compares every file with the manifest. @throws RefusedException WXW-2110 naming what is not as it was */
    public void verify() {
        try {
            requireSameNames();
            for (var file : manifest.files().entrySet()) {
                requireSame(file, FileTree.hash(backup.resolve(file.getKey())));
            }
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    /**
     * Makes the folders of a node.
     *
     * @param acceptLoss the ledger of one may forget what came after the backup
     * @throws RefusedException WXW-2111 if something is there, WXW-2112 if {@code acceptLoss} is needed, WXW-2110 if a
     *     file is not what the manifest says, WXW-2106 if one cannot be written
     */
    public void to(BrokerFolder folder, boolean acceptLoss) {
        boolean votes = manifest.alone() && manifest.keys();
        if (votes && !acceptLoss) {
            throw new RefusedException(
                    FailureCode.RESTORE_LOSS,
                    "whatever this ledger of one signed after " + manifest.taken()
                            + " is contradicted by what it will sign from here on, and nobody else remembers it; if the"
                            + " node's own keys folder is still there, restore without keys and start with --keys");
        }
        Path data = folder.data().toAbsolutePath().normalize();
        Path keys = folder.keys().toAbsolutePath().normalize();
        boolean inside = keys.startsWith(data);
        try {
            requireSameNames();
            FileTree.requireFree(data);
            if (manifest.keys() && !inside) {
                FileTree.requireFree(keys);
            }
            Path dataPart = FileTree.beside(data);
            Path keysPart =
                    !manifest.keys() ? null : inside ? dataPart.resolve(data.relativize(keys)) : FileTree.beside(keys);
            for (var file : manifest.files().entrySet()) {
                boolean ofKeys = file.getKey().startsWith(Backup.KEYS);
                Path to = ofKeys && keysPart != null
                        ? keysPart.resolve(file.getKey().substring(Backup.KEYS.length()))
                        : dataPart.resolve(file.getKey().substring(Backup.DATA.length()));
                requireSame(file, FileTree.copy(backup.resolve(file.getKey()), to));
            }
            if (keysPart != null && !manifest.alone()) {
                FileVoteLog.markLost(keysPart.resolve("votes"), manifest.place().ledgerId());
            }
            CommandActs.record(
                    BrokerFolder.of(dataPart, null).auditLog(),
                    Act.done(
                            CommandActs.COMMAND,
                            backup.toString(),
                            "restore",
                            "as of " + manifest.taken() + ", height "
                                    + manifest.place().height() + (votes ? ", loss accepted" : "")),
                    Instant.now());
            if (keysPart != null && !inside) {
                FileTree.become(keysPart, keys);
            }
            FileTree.become(dataPart, data);
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    private void requireSameNames() throws IOException {
        SortedMap<String, Path> found = FileTree.files(backup);
        found.remove(BackupManifest.NAME);
        for (String name : found.keySet()) {
            if (!manifest.files().containsKey(name)) {
                throw new RefusedException(FailureCode.BACKUP_DAMAGED, name + " is there, but not in the manifest");
            }
        }
        for (String name : manifest.files().keySet()) {
            boolean known = name.startsWith(Backup.DATA) || (manifest.keys() && name.startsWith(Backup.KEYS));
            if (!found.containsKey(name) || !known) {
                throw new RefusedException(FailureCode.BACKUP_DAMAGED, name + " is missing, or no file of a node");
            }
        }
    }

    private static void requireSame(Map.Entry<String, BackupManifest.Content> file, BackupManifest.Content found) {
        if (!file.getValue().equals(found)) {
            throw new RefusedException(
                    FailureCode.BACKUP_DAMAGED,
                    file.getKey() + " has " + found.bytes() + " bytes with SHA-256 "
                            + found.sha256().hex() + ", the manifest says "
                            + file.getValue().bytes() + " with "
                            + file.getValue().sha256().hex());
        }
    }

    private static RefusedException unreadable(IOException e) {
        return new RefusedException(FailureCode.FILE, "a file cannot be read or written: " + e);
    }
}

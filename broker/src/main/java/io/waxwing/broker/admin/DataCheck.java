package io.waxwing.broker.admin;

import io.waxwing.broker.BrokerFolder;
import io.waxwing.broker.file.FileCheck;
import io.waxwing.broker.store.Database;
import io.waxwing.broker.store.EventCheck;
import io.waxwing.broker.store.EventJournal;
import io.waxwing.broker.store.IndexCheck;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.ledger.failure.LedgerFailure;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.leaf.ConfigLeaf;
import io.waxwing.ledger.leaf.LeafCodec;
import io.waxwing.ledger.simplex.VoteRecord;
import io.waxwing.node.check.BlockCheck;
import io.waxwing.node.check.LedgerCheck;
import io.waxwing.node.crypto.Signatures;
import io.waxwing.node.store.FileVoteLog;
import io.waxwing.node.store.RocksLedgerStore;
import io.waxwing.node.store.StoreCodes;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/**
 * {@code waxwing server check}: hashes everything in a stopped node's folders again: the database's files; ledger
 * leaves, tiles, checkpoints, blocks and certificates; the journal's events against the ledger's roots; what points at
 * events; chunks of shared files against the roots of their events; the trust file against the genesis; the vote log.
 * One line for each fault, with a code.
 */
public final class DataCheck {
    private final BrokerFolder folder;
    private final List<String> problems = new ArrayList<>();

    private DataCheck(BrokerFolder folder) {
        this.folder = folder;
    }

    /**
     * What was found.
     *
     * @param lines for a human
     * @param damaged something is not what it was
     */
    public record Report(List<String> lines, boolean damaged) {}

    /**
     * Checks a data folder that no node has open.
     *
     * @throws RefusedException WXW-2101 if there is none, and as {@link Database#open}
     */
    public static Report run(BrokerFolder folder) {
        if (!Files.isDirectory(folder.database())) {
            throw new RefusedException(FailureCode.STORAGE, "no node has written to " + folder.database() + " yet");
        }
        DataCheck check = new DataCheck(folder);
        List<String> lines = new ArrayList<>();
        try (Database database = Database.open(folder.database(), RocksLedgerStore.columnNames())) {
            lines.add(check.all(database));
        } catch (RefusedException e) {
            if (e.refusal().code() != FailureCode.DATA_DAMAGED) {
                throw e;
            }
            check.problems.add("files    " + e.getMessage());
        }
        lines.addAll(check.problems);
        lines.add(
                check.problems.isEmpty() ? "RESULT   OK" : "RESULT   DAMAGED in " + check.problems.size() + " places");
        return new Report(lines, !check.problems.isEmpty());
    }

    /** The faults alone, of a database that is open. */
    static List<String> problems(BrokerFolder folder, Database database) {
        DataCheck check = new DataCheck(folder);
        String unused = check.all(database);
        return check.problems;
    }

    private String all(Database database) {
        look("files    ", () -> {
            database.verifyFiles();
            return List.of();
        });
        RocksLedgerStore store = new RocksLedgerStore(database.rocks(), database.foreign());
        look("ledger   " + StoreCodes.DAMAGED, () -> texts(new LedgerCheck(store, Signatures.get()).run()));
        look("blocks   " + StoreCodes.DAMAGED, () -> texts(new BlockCheck(store, Signatures.get()).run()));
        EventCheck events = new EventCheck(database, store);
        look("events   " + FailureCode.DATA_DAMAGED.text(), events::run);
        look("index    " + FailureCode.DATA_DAMAGED.text(), () -> new IndexCheck(database).run());
        look("chunks   " + FailureCode.DATA_DAMAGED.text(), new FileCheck(folder.files())::run);
        look("trust    " + FailureCode.DATA_DAMAGED.text(), () -> trust(store));
        look("votes    " + StoreCodes.VOTE_LOG_DAMAGED, () -> votes(store, database));
        store.close();
        return "files, leaves and tiles, blocks, journal events (" + events.checked()
                + "), order, shared files, trust file, vote log";
    }

    /** A part that cannot even be read is one fault. */
    private void look(String what, Supplier<List<String>> part) {
        try {
            part.get().forEach(problem -> problems.add(what + " " + problem));
        } catch (RefusedException e) {
            problems.add(what.substring(0, 9) + e.refusal().code().text() + " "
                    + e.refusal().detail());
        } catch (LedgerFailure e) {
            problems.add(what.substring(0, 9) + e.getMessage());
        }
    }

    private static List<String> texts(List<?> findings) {
        return findings.stream().map(Object::toString).toList();
    }

    private List<String> trust(RocksLedgerStore store) {
        ConfigLeaf genesis = genesis(store);
        if (genesis == null) {
            return List.of("the ledger has no first leaf");
        }
        try {
            return Arrays.equals(genesis.policy().toBytes(), Files.readAllBytes(folder.trustPolicy()))
                    ? List.of()
                    : List.of(folder.trustPolicy() + " is not the policy in the ledger's first leaf");
        } catch (IOException e) {
            return List.of(folder.trustPolicy() + " cannot be read: " + e.getMessage());
        }
    }

    private static @org.jspecify.annotations.Nullable ConfigLeaf genesis(RocksLedgerStore store) {
        byte[] first = store.leaf(0);
        return first == null ? null : LeafCodec.decodeConfig(first);
    }

    /** A log whose end was lost, or data that is older than what the keys are bound to. */
    private List<String> votes(RocksLedgerStore store, Database database) {
        ConfigLeaf genesis = genesis(store);
        if (genesis == null || !FileVoteLog.hasHistory(folder.votes())) {
            return List.of();
        }
        Hash ledgerId = genesis.configHash();
        List<String> found = new ArrayList<>();
        FileVoteLog log = FileVoteLog.open(folder.votes(), ledgerId, FileVoteLog.SEGMENT_BYTES);
        try {
            // A member among several is given what it lacks; a block that is stored and not applied is made up for.
            if (Files.exists(folder.genesis())) {
                return found;
            }
            VoteRecord.Cosigned cosigned = log.history().lastCosigned();
            long height = store.appliedHeight();
            long treeSize = store.treeSizeAt(height);
            if (cosigned != null
                    && cosigned.treeSize() > treeSize
                    && store.blocksAbove(height).isEmpty()) {
                found.add("the key has signed " + cosigned.treeSize() + " leaves, " + treeSize + " are here");
            }
            long journal = new EventJournal(database).lastJournalSeq();
            long bound = log.history().batches().stream()
                    .mapToLong(VoteRecord.BatchSeq::lastJournalSeq)
                    .max()
                    .orElse(0);
            if (bound > journal) {
                found.add("a signed batch takes events up to journal event " + bound + ", the journal ends at "
                        + journal);
            }
            return found;
        } finally {
            log.close();
        }
    }
}

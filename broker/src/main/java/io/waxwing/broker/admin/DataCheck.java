package io.waxwing.broker.admin;

import io.waxwing.broker.BrokerFolder;
import io.waxwing.broker.store.Database;
import io.waxwing.broker.store.EventCheck;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.ledger.leaf.LeafCodec;
import io.waxwing.node.check.Finding;
import io.waxwing.node.check.LedgerCheck;
import io.waxwing.node.crypto.Signatures;
import io.waxwing.node.store.RocksLedgerStore;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * {@code waxwing server check}: hashes everything in a stopped node's data folder again: ledger leaves, tiles and
 * checkpoints, the journal's events against the ledger's roots, the trust file against the genesis.
 */
public final class DataCheck {
    private DataCheck() {}

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
        List<String> problems = new ArrayList<>();
        List<String> lines = new ArrayList<>();
        try (Database database = Database.open(folder.database(), RocksLedgerStore.columnNames())) {
            RocksLedgerStore store = new RocksLedgerStore(database.rocks(), database.foreign());
            for (Finding finding : new LedgerCheck(store, Signatures.get()).run()) {
                problems.add("ledger   " + finding);
            }
            EventCheck events = new EventCheck(database, store);
            events.run().forEach(problem -> problems.add("events   " + problem));
            checkTrust(folder, store, problems);
            lines.add("leaves and tiles, journal events (" + events.checked() + "), trust file");
            store.close();
        }
        lines.addAll(problems);
        lines.add(problems.isEmpty() ? "RESULT   OK" : "RESULT   DAMAGED in " + problems.size() + " places");
        return new Report(lines, !problems.isEmpty());
    }

    private static void checkTrust(BrokerFolder folder, RocksLedgerStore store, List<String> problems) {
        byte[] first = store.leaf(0);
        if (first == null) {
            problems.add("ledger   has no first leaf");
            return;
        }
        byte[] genesis = LeafCodec.decodeConfig(first).policy().toBytes();
        try {
            if (!Arrays.equals(genesis, Files.readAllBytes(folder.trustPolicy()))) {
                problems.add("trust    " + folder.trustPolicy() + " is not the policy in the ledger's first leaf");
            }
        } catch (IOException e) {
            problems.add("trust    " + folder.trustPolicy() + " cannot be read: " + e.getMessage());
        }
    }
}

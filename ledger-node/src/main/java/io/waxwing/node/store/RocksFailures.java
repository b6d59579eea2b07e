package io.waxwing.node.store;

import io.waxwing.ledger.failure.LedgerFailure;
import org.rocksdb.RocksDBException;

/** What the database's refusals mean for the ledger. */
final class RocksFailures {
    private RocksFailures() {}

    static LedgerFailure refused(RocksDBException e) {
        return new LedgerFailure(StoreCodes.STORE_WRITE, "the ledger cannot be written: " + e.getMessage(), e);
    }

    static LedgerFailure unreadable(RocksDBException e) {
        return new LedgerFailure(StoreCodes.DAMAGED, "the ledger cannot be read: " + e.getMessage(), e);
    }
}

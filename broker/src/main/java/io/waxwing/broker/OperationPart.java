package io.waxwing.broker;

import io.waxwing.broker.backup.Backup;
import io.waxwing.broker.store.Database;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.http.operate.Operations;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;

/** What this node does for its operator while it runs. Any thread that may wait for the disk. */
final class OperationPart implements Operations {
    /** A copy that nobody took in this time is of nobody. */
    private static final Duration FORGOTTEN = Duration.ofHours(1);

    private static final int NAME_BYTES = 8;

    private final BrokerFolder folder;
    private final Database database;

    OperationPart(BrokerFolder folder, Database database) {
        this.folder = folder;
        this.database = database;
    }

    @Override
    public String copyDatabase() {
        byte[] random = new byte[NAME_BYTES];
        new SecureRandom().nextBytes(random);
        String name = Backup.STAGED + HexFormat.of().formatHex(random);
        try {
            Backup.clear(folder, Instant.now().minus(FORGOTTEN));
        } catch (IOException e) {
            throw new RefusedException(FailureCode.STORAGE, "an old copy cannot be taken away: " + e.getMessage());
        }
        database.checkpoint(folder.data().resolve(name));
        return name;
    }
}

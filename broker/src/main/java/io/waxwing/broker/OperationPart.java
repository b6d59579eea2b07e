package io.waxwing.broker;

import io.waxwing.broker.backup.Backup;
import io.waxwing.broker.backup.StagedCopy;
import io.waxwing.broker.runtime.Answer;
import io.waxwing.broker.store.Database;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.Refusal;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.http.operate.Operations;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What this node does for its operator while it runs. Any thread that may wait for the disk. */
final class OperationPart implements Operations {
    /** A copy that nobody took in this time is of nobody. */
    private static final Duration FORGOTTEN = Duration.ofHours(1);

    private static final int NAME_BYTES = 8;
    private static final long COPY_SECONDS = 60;

    private final BrokerFolder folder;
    private final Database database;

    private final @Nullable Executor core;

    /** {@code core} is the thread that writes votes, if they are to be copied too; null if they never come back. */
    OperationPart(BrokerFolder folder, Database database, @Nullable Executor core) {
        this.core = core;
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
        Path copy = folder.data().resolve(name);
        Executor writer = core;
        if (writer == null) {
            database.checkpoint(copy);
            return name;
        }
        Answer<Boolean> answer = new Answer<>();
        try {
            writer.execute(() -> copyTogether(copy, folder.data().resolve(StagedCopy.votesOf(name)), answer));
        } catch (RejectedExecutionException full) {
            throw new RefusedException(FailureCode.NODE_BUSY, "the node is busy or shutting down");
        }
        answer.await(
                COPY_SECONDS,
                TimeUnit.SECONDS,
                new Refusal(FailureCode.NODE_BUSY, "no copy after " + COPY_SECONDS + " s; ask again"));
        return name;
    }

    /** Nothing is signed meanwhile, so the database has all that the votes tell of. */
    private void copyTogether(Path copy, Path votes, Answer<Boolean> answer) {
        try {
            database.checkpoint(copy);
            Backup.copyVotes(folder, votes);
            answer.give(true);
        } catch (RefusedException e) {
            answer.refuse(e.refusal());
        } catch (IOException e) {
            answer.refuse(new Refusal(FailureCode.STORAGE, "the vote log cannot be copied: " + e.getMessage()));
        }
    }
}

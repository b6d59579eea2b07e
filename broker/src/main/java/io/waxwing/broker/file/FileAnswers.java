package io.waxwing.broker.file;

import io.waxwing.anchor.file.FileFrame;
import io.waxwing.anchor.file.FileFrame.ChunkWanted;
import io.waxwing.anchor.file.FileFrame.HashesWanted;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.http.file.SharedFiles.State;
import io.waxwing.ledger.file.ChunkHashes;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers questions of other nodes. Who is not in the audience as it is now hears the same as of a file that is not
 * here. Belongs to the thread of {@link FileAgent}.
 */
final class FileAnswers {
    private static final Logger LOG = LoggerFactory.getLogger(FileAnswers.class);

    private final FileShelf shelf;
    private final FileAgent.Members members;
    private final LongAdder given = new LongAdder();
    private final LongAdder denied = new LongAdder();
    // The file asked for last: questions come in runs.
    private @Nullable Hash lastKey;
    private @Nullable ChunkHashes lastHashes;

    FileAnswers(FileShelf shelf, FileAgent.Members members) {
        this.shelf = shelf;
        this.members = members;
    }

    /** False if it is no question. */
    boolean answer(int from, FileFrame frame) {
        if (frame instanceof HashesWanted wanted) {
            send(from, hashes(from, wanted));
            return true;
        }
        if (frame instanceof ChunkWanted wanted) {
            send(from, chunk(from, wanted));
            return true;
        }
        return false;
    }

    /** What finds no room is asked for again. */
    private void send(int to, FileFrame frame) {
        boolean unused = members.send(to, frame.encode());
    }

    private FileFrame hashes(int from, HashesWanted wanted) {
        ChunkHashes hashes = known(from, wanted.key());
        if (hashes == null || wanted.first() >= hashes.size()) {
            return new FileFrame.NotHere(wanted.key(), FileFrame.ALL_HASHES);
        }
        int to = Math.min(hashes.size(), wanted.first() + FileFrame.PAGE_HASHES);
        return new FileFrame.Hashes(wanted.key(), wanted.first(), ByteString.of(hashes.encode(wanted.first(), to)));
    }

    private FileFrame chunk(int from, ChunkWanted wanted) {
        ChunkHashes hashes = known(from, wanted.key());
        byte[] bytes = null;
        if (hashes != null && wanted.chunk() < hashes.size()) {
            try {
                bytes = shelf.chunk(wanted.key(), wanted.chunk(), hashes.get(wanted.chunk()));
            } catch (RefusedException e) {
                LOG.atWarn()
                        .addKeyValue("code", e.refusal().code().text())
                        .log("a chunk that a member asks for cannot be read: {}", e.getMessage());
            }
        }
        if (bytes == null) {
            return new FileFrame.NotHere(wanted.key(), wanted.chunk());
        }
        given.add(bytes.length);
        return new FileFrame.Chunk(wanted.key(), wanted.chunk(), bytes);
    }

    /** Null if it is not here, or not for that node. */
    private @Nullable ChunkHashes known(int from, Hash key) {
        FileMeta meta = shelf.get(key);
        if (meta == null || meta.state() != State.SHARED) {
            return null;
        }
        if (!members.isIn(meta.audienceId(), from)) {
            denied.increment();
            return null;
        }
        if (!key.equals(lastKey) || lastHashes == null) {
            lastKey = key;
            lastHashes = shelf.hashes(meta);
        }
        return lastHashes;
    }

    long givenBytes() {
        return given.sum();
    }

    long denied() {
        return denied.sum();
    }
}

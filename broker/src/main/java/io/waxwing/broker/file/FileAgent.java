package io.waxwing.broker.file;

import io.waxwing.anchor.file.FileFrame;
import io.waxwing.broker.runtime.Agent;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.Refusal;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.http.file.SharedFiles.Taker;
import io.waxwing.ledger.failure.MalformedException;
import io.waxwing.ledger.hash.Hash;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gets files from other members and gives them chunks. Has a thread of its own, which waits for the disk; what others
 * want of it goes through its inbox.
 */
public final class FileAgent implements Agent, Fetching.Asking {
    private static final Logger LOG = LoggerFactory.getLogger(FileAgent.class);
    private static final int TASKS_PER_TURN = 64;
    private static final int LETTERS_PER_TURN = 64;
    private static final int FETCHES = 256;
    private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(10);

    private final FileShelf shelf;
    private final FileLimits limits;
    private final Members members;
    private final FileAnswers answers;
    private final Pace pace;
    private final Predicate<FileMeta> isNamed;
    private final Runnable wake;
    private final ConcurrentLinkedQueue<Runnable> inbox = new ConcurrentLinkedQueue<>();
    private final FileInbox letters = new FileInbox();
    private final FileRoom room;
    private final LongAdder got = new LongAdder();
    private final LongAdder lies = new LongAdder();
    private final LongAdder dropped = new LongAdder();
    private final Map<Hash, Fetching> fetches = new LinkedHashMap<>();
    private final EagerFiles eager = new EagerFiles();
    private long nowNanos;

    /** The other members of audiences, as they are now. Any thread. */
    public interface Members {
        /** Nodes of the audience that can be reached; empty if this node is not in it. */
        List<Integer> reachable(long audienceId);

        /** Whether that node may have what the audience has. */
        boolean isIn(long audienceId, int node);

        boolean send(int node, byte[] frame);

        /** The institution that publishes there; any word that no other has if nobody knows. */
        String institutionOf(int originId);

        /** How many institutions there are, from 1. */
        int institutions();

        /** Why nothing can be written; null if it can. */
        @Nullable String diskProblem();
    }

    /** {@code isNamed} says whether the file's event still has its content; it reads the store. */
    FileAgent(FileShelf shelf, FileRoom room, Members members, Predicate<FileMeta> isNamed, Runnable wake) {
        this.isNamed = isNamed;
        this.room = room;
        this.shelf = shelf;
        this.limits = room.limits();
        this.members = members;
        this.answers = new FileAnswers(shelf, members);
        this.pace = new Pace(limits.bytesPerSecond());
        this.wake = wake;
    }

    /** Runs it on the agent's thread. Any thread. */
    void submit(Runnable task) {
        inbox.add(task);
        wake.run();
    }

    /** Takes a frame of a member. Any thread. */
    public void onFrame(int from, byte[] frame) {
        if (letters.offer(from, frame)) {
            wake.run();
        } else {
            dropped.increment();
        }
    }

    private void take(int from, byte[] bytes) {
        FileFrame frame;
        try {
            frame = FileFrame.decode(bytes);
        } catch (MalformedException e) {
            LOG.atWarn().addKeyValue("code", e.code()).log("node {} says of a file: {}", from, e.getMessage());
            return;
        }
        if (answers.answer(from, frame)) {
            return;
        }
        Fetching fetching = fetches.get(frame.key());
        if (fetching != null && members.isIn(fetching.meta().audienceId(), from)) {
            fetching.onFrame(from, frame, nowNanos);
        }
    }

    /** The whole file is to be here sometime. Any thread. */
    void wantAll(FileMeta meta) {
        submit(() -> {
            if (isRoomFor(meta)) {
                waits(meta);
            }
        });
    }

    private String institution(FileMeta meta) {
        return members.institutionOf(meta.originId());
    }

    private void waits(FileMeta meta) {
        if (!eager.add(institution(meta), meta)) {
            LOG.atWarn()
                    .addKeyValue("code", FailureCode.FILE_LIMIT.text())
                    .log("the file of event {} is got when it is read: too many wait", meta.eventId());
        }
    }

    /** What is on the shelf is thought of after a stop too. */
    private boolean isRoomFor(FileMeta meta) {
        try {
            shelve(meta);
            return true;
        } catch (RefusedException e) {
            LOG.atWarn()
                    .addKeyValue("code", e.refusal().code().text())
                    .log("the file of event {} is not got: {}", meta.eventId(), e.getMessage());
            return false;
        }
    }

    /** The event of a file is known: a small one is got at once. Any thread. */
    void onKnown(FileMeta meta) {
        if (meta.card().layout().sizeBytes() <= limits.eagerBytes()) {
            wantAll(meta);
        }
    }

    void wantHashes(FileMeta meta, Taker taker) {
        want(meta, taker, fetching -> fetching.wantHashes(taker, deadline()));
    }

    void wantChunk(FileMeta meta, int chunk, Taker taker) {
        want(meta, taker, fetching -> {
            if (fetching.hasHashes()) {
                fetching.wantChunk(chunk, taker, deadline());
            } else {
                fetching.wantHashes(new ThenChunk(meta, chunk, taker), deadline());
            }
        });
    }

    /** A chunk cannot be told from another before the hashes are here. */
    private final class ThenChunk implements Taker {
        private final FileMeta meta;
        private final int chunk;
        private final Taker taker;

        ThenChunk(FileMeta meta, int chunk, Taker taker) {
            this.meta = meta;
            this.chunk = chunk;
            this.taker = taker;
        }

        @Override
        public void took(byte[] hashes) {
            wantChunk(meta, chunk, taker);
        }

        @Override
        public void refused(Refusal refusal) {
            taker.refused(refusal);
        }
    }

    private long deadline() {
        return nowNanos + TimeUnit.MILLISECONDS.toNanos(limits.waitMs());
    }

    private void want(FileMeta meta, Taker taker, Consumer<Fetching> ask) {
        submit(() -> {
            try {
                Fetching fetching = shelf.has(meta) ? fetches.get(meta.key()) : null;
                ask.accept(fetching == null ? begin(meta, false) : fetching);
            } catch (RefusedException e) {
                taker.refused(e.refusal());
            }
        });
    }

    private Fetching begin(FileMeta meta, boolean all) {
        shelve(meta);
        if (fetches.size() >= FETCHES) {
            throw new RefusedException(FailureCode.FILE_LIMIT, FETCHES + " files are being got at this time");
        }
        Fetching made = new Fetching(meta, shelf, this, all);
        fetches.put(meta.key(), made);
        return made;
    }

    private void shelve(FileMeta meta) {
        if (!shelf.has(meta)) {
            room.require(meta);
            requireName(meta);
            shelf.put(meta);
            try {
                // It may have been erased meanwhile, by somebody who found nothing here yet.
                requireName(meta);
            } catch (RefusedException e) {
                boolean unused = shelf.remove(meta.key());
                throw e;
            }
        }
    }

    private void requireName(FileMeta meta) {
        if (!isNamed.test(meta)) {
            throw new RefusedException(FailureCode.FILE_UNKNOWN, "its event has no content any more");
        }
    }

    /** The file is gone from the shelf: nothing more is got of it. Any thread. */
    void forget(Hash key) {
        submit(() -> {
            eager.remove(key);
            Fetching fetching = fetches.remove(key);
            if (fetching != null) {
                fetching.end(new Refusal(FailureCode.FILE_UNKNOWN, "the file was taken away"));
            }
        });
    }

    @Override
    public int doWork(long now) {
        nowNanos = now;
        // What this node wants never waits for what members say.
        int work = 0;
        for (Runnable task = inbox.poll(); task != null; task = ++work < TASKS_PER_TURN ? inbox.poll() : null) {
            guarded(task);
        }
        for (int read = 0; read < LETTERS_PER_TURN; read++) {
            FileInbox.Letter letter = letters.poll();
            if (letter == null) {
                break;
            }
            work++;
            guarded(() -> take(letter.from, letter.frame));
        }
        beginEager();
        for (Iterator<Fetching> each = fetches.values().iterator(); each.hasNext(); ) {
            Fetching fetching = each.next();
            if (fetching.nextNanos() == Long.MIN_VALUE || now - fetching.nextNanos() >= 0) {
                guarded(() -> fetching.work(members.reachable(fetching.meta().audienceId()), now));
            }
            boolean stuck = fetching.isStuck(now) && !eager.isEmpty();
            if (stuck) {
                waits(fetching.meta());
            }
            if (stuck || fetching.isOver(now)) {
                each.remove();
                work++;
            }
        }
        return work;
    }

    /** The disk failed: what was wanted of it is asked for again. */
    private static void guarded(Runnable task) {
        try {
            task.run();
        } catch (RefusedException e) {
            LOG.atWarn().addKeyValue("code", e.refusal().code().text()).log("of a file: {}", e.getMessage());
        }
    }

    private void beginEager() {
        List<FileMeta> later = new ArrayList<>();
        for (int tries = eager.size(); running() < limits.parallel() && tries > 0; tries--) {
            FileMeta meta = eager.next(this::running);
            if (meta != null && fetches.containsKey(meta.key())) {
                // Somebody reads it just now; afterwards the rest is got.
                later.add(meta);
            } else if (meta != null && fetches.size() < FETCHES && isRoomFor(meta)) {
                Fetching unused = begin(meta, true);
            }
        }
        later.forEach(this::waits);
    }

    private long running() {
        return fetches.values().stream().filter(Fetching::isEager).count();
    }

    private long running(String institution) {
        return fetches.values().stream()
                .filter(fetching ->
                        fetching.isEager() && institution(fetching.meta()).equals(institution))
                .count();
    }

    @Override
    public long nextWorkNanos() {
        long next = Long.MAX_VALUE;
        for (Fetching fetching : fetches.values()) {
            next = Math.min(next, fetching.nextNanos());
        }
        return next == Long.MIN_VALUE ? nowNanos : Math.min(next, nowNanos + PATIENCE_NANOS);
    }

    @Override
    public boolean ask(int member, FileFrame question, int answerBytes) {
        return members.diskProblem() == null
                && pace.take(answerBytes, nowNanos)
                && members.send(member, question.encode());
    }

    @Override
    public void gotBytes(int bytes) {
        got.add(bytes);
    }

    @Override
    public void lied(int member) {
        lies.increment();
    }

    /** Bytes of chunks that members gave, since the start. Any thread. */
    public long gotBytes() {
        return got.sum();
    }

    /** Times a member gave what the root disproves. Any thread. */
    public long lies() {
        return lies.sum();
    }

    /** Bytes of chunks that members were given. Any thread. */
    public long givenBytes() {
        return answers.givenBytes();
    }

    /** Questions of nodes that may not have what they asked for. Any thread. */
    public long denied() {
        return answers.denied();
    }

    /** Frames for which there was no room. Any thread. */
    public long dropped() {
        return dropped.sum();
    }
}

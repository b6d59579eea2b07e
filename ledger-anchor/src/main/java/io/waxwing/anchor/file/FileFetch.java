package io.waxwing.anchor.file;

import io.waxwing.anchor.file.FileFrame.Chunk;
import io.waxwing.anchor.file.FileFrame.ChunkWanted;
import io.waxwing.anchor.file.FileFrame.Hashes;
import io.waxwing.anchor.file.FileFrame.NotHere;
import io.waxwing.ledger.file.ChunkHashes;
import io.waxwing.ledger.file.FileLayout;
import io.waxwing.ledger.hash.Hash;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Gets one file from those who have it: first the hashes of its chunks, then the chunks that are wanted, from several
 * members at once. Who says something wrong is not asked again; who lacks something, or does not answer, is asked again
 * after a while. Not for several threads; time is an argument.
 */
public final class FileFetch {
    private static final long SOON_NANOS = 10_000_000;

    private final Wanted wanted;
    private final Limits limits;
    private final BitSet have;
    private final HashSearch search;
    private final Deque<Integer> first = new ArrayDeque<>();
    private final Map<Integer, Source> sources = new TreeMap<>();
    private final Map<Integer, Asked> open = new HashMap<>();
    private @Nullable ChunkHashes hashes;
    private boolean everything;
    private int next;

    /**
     * What is to be got.
     *
     * @param key the file's name among members
     * @param root that the event names
     */
    public record Wanted(Hash key, FileLayout layout, Hash root) {}

    /**
     * How it is asked for.
     *
     * @param perSource chunks that one member is asked for at a time
     * @param answerNanos how long an answer may take
     * @param againNanos after which somebody is asked again who lacked something or did not answer
     */
    public record Limits(int perSource, long answerNanos, long againNanos) {}

    /** What comes of it. Called by whoever calls {@link FileFetch}. */
    public interface Output {
        /** Sends a question whose answer has about so many bytes; false if that cannot be done just now. */
        boolean ask(int member, FileFrame question, int answerBytes);

        /** The hashes of the chunks: the root is over them. False if they could not be kept. */
        boolean keep(ChunkHashes proven);

        /** A chunk that has its hash and length. False if it could not be kept. */
        boolean keep(int chunk, byte[] proven);

        /** That member said something that the root disproves. */
        void lied(int member, String what);
    }

    private record Asked(int member, long deadlineNanos) {}

    /** One member as a source of this file. */
    static final class Source {
        final BitSet lacks = new BitSet();
        boolean lied;
        int asked;
        /** Questions without a good answer since the last one with; who has more is asked after the others. */
        int disappointments;

        long restNanos = Long.MIN_VALUE;

        void disappoint(long restsUntilNanos) {
            disappointments++;
            restNanos = restsUntilNanos;
        }

        boolean isBetterThan(Source other) {
            return disappointments == other.disappointments
                    ? asked < other.asked
                    : disappointments < other.disappointments;
        }

        boolean rests(long nowNanos) {
            return restNanos != Long.MIN_VALUE && nowNanos - restNanos < 0;
        }
    }

    /**
     * A file of which that is here already.
     *
     * @param hashes of its chunks, null if they are to be got too
     * @param have chunks that are here
     */
    public FileFetch(Wanted wanted, Limits limits, @Nullable ChunkHashes hashes, BitSet have) {
        this.wanted = wanted;
        this.limits = limits;
        this.hashes = hashes;
        this.have = (BitSet) have.clone();
        this.search = new HashSearch(wanted, limits);
    }

    /** Every chunk is to be got. */
    public void wantEverything() {
        everything = true;
    }

    /** That chunk is to be got, before others. */
    public void want(int chunk) {
        if (!have.get(chunk) && !open.containsKey(chunk) && !first.contains(chunk)) {
            first.add(chunk);
        }
    }

    /** That chunk was here and is not any more. */
    public void lost(int chunk) {
        have.clear(chunk);
    }

    /** Whether nothing is wanted that is not here. */
    public boolean isIdle() {
        return hashes != null && first.isEmpty() && open.isEmpty() && (!everything || isComplete());
    }

    /** Whether hashes and chunks are all here. */
    public boolean isComplete() {
        return hashes != null && have.cardinality() == wanted.layout().chunks();
    }

    /** The hashes, null before they are here. */
    public @Nullable ChunkHashes hashes() {
        return hashes;
    }

    /** Whether everybody who was asked has said something wrong. */
    public boolean isDeserted(List<Integer> members) {
        return members.stream().allMatch(member -> source(member).lied);
    }

    private Source source(int member) {
        return sources.computeIfAbsent(member, unused -> new Source());
    }

    /** Takes what a member said. */
    public void onFrame(int from, FileFrame frame, long nowNanos, Output out) {
        if (frame instanceof Hashes page) {
            onHashes(from, page, out);
        } else if (frame instanceof Chunk chunk) {
            onChunk(from, chunk, out);
        } else if (frame instanceof NotHere lacking) {
            onLacking(from, lacking.chunk(), nowNanos);
        }
    }

    private void onHashes(int from, Hashes page, Output out) {
        if (hashes != null || !search.isAsked(from)) {
            return;
        }
        ChunkHashes whole = search.onPage(page);
        if (search.isRefuted()) {
            source(from).lied = true;
            search.forget();
            out.lied(from, "hashes that do not give the root");
        } else if (whole != null && out.keep(whole)) {
            source(from).disappointments = 0;
            hashes = whole;
        }
    }

    private void onChunk(int from, Chunk chunk, Output out) {
        ChunkHashes known = hashes;
        if (known == null || !wanted.layout().has(chunk.chunk())) {
            return;
        }
        boolean asked = settle(from, chunk.chunk());
        // Of another length it cannot be here at anybody honest, even if it has its hash: its sender made it so.
        boolean fits = chunk.bytes().length == wanted.layout().lengthOf(chunk.chunk());
        if (!fits || !known.proves(chunk.chunk(), chunk.bytes())) {
            source(from).lied = true;
            out.lied(from, "bytes that are not chunk " + chunk.chunk());
            again(asked, chunk.chunk());
        } else if (!have.get(chunk.chunk())) {
            source(from).disappointments = 0;
            if (out.keep(chunk.chunk(), chunk.bytes())) {
                have.set(chunk.chunk());
                boolean unused = first.remove(chunk.chunk());
            } else {
                again(asked, chunk.chunk());
            }
        }
    }

    private void again(boolean asked, int chunk) {
        if (asked && !have.get(chunk) && !first.contains(chunk)) {
            first.addFirst(chunk);
        }
    }

    private void onLacking(int from, int chunk, long nowNanos) {
        if (chunk == FileFrame.ALL_HASHES && search.isAsked(from)) {
            search.forget();
            source(from).disappoint(nowNanos + limits.againNanos());
        } else if (settle(from, chunk)) {
            Source source = source(from);
            source.lacks.set(chunk);
            source.disappoint(nowNanos + limits.againNanos());
            again(true, chunk);
        }
    }

    /** What was asked of that member is answered; false if it was not asked. */
    private boolean settle(int from, int chunk) {
        Asked asked = open.get(chunk);
        if (asked == null || asked.member() != from) {
            return false;
        }
        open.remove(chunk);
        source(from).asked--;
        return true;
    }

    /** Asks as much as may be asked of these members; gives when to be called again, Long.MAX_VALUE for not. */
    public long work(List<Integer> members, long nowNanos, Output out) {
        giveUpWaiting(nowNanos);
        if (hashes == null && wanted.layout().chunks() == 0) {
            ChunkHashes none = new ChunkHashes(List.of());
            if (none.root().equals(wanted.root()) && out.keep(none)) {
                hashes = none;
            }
        }
        boolean waits = hashes == null ? searchHashes(members, nowNanos, out) : askChunks(members, nowNanos, out);
        long at = waits ? nowNanos + SOON_NANOS : Long.MAX_VALUE;
        for (Asked asked : open.values()) {
            at = Math.min(at, asked.deadlineNanos());
        }
        if (!isIdle()) {
            for (Source source : sources.values()) {
                at = source.rests(nowNanos) ? Math.min(at, source.restNanos) : at;
            }
        }
        return Math.min(at, search.deadlineNanos());
    }

    private void giveUpWaiting(long nowNanos) {
        for (Iterator<Map.Entry<Integer, Asked>> each = open.entrySet().iterator(); each.hasNext(); ) {
            Map.Entry<Integer, Asked> waiting = each.next();
            if (nowNanos - waiting.getValue().deadlineNanos() >= 0) {
                each.remove();
                Source silent = source(waiting.getValue().member());
                silent.asked--;
                silent.disappoint(nowNanos + limits.againNanos());
                again(true, waiting.getKey());
            }
        }
        Integer silent = search.giveUpWaiting(nowNanos);
        if (silent != null) {
            source(silent).disappoint(nowNanos + limits.againNanos());
        }
    }

    private boolean searchHashes(List<Integer> members, long nowNanos, Output out) {
        Integer best = null;
        for (int member : members) {
            Source source = source(member);
            boolean may = !source.lied && !source.rests(nowNanos);
            if (may && (best == null || source.isBetterThan(source(best)))) {
                best = member;
            }
        }
        if (best != null && !search.isOpen()) {
            search.begin(best);
        }
        return !search.ask(nowNanos, out);
    }

    /** True if something could not be sent just now. */
    private boolean askChunks(List<Integer> members, long nowNanos, Output out) {
        for (Integer chunk = nextChunk(); chunk != null; chunk = nextChunk()) {
            Integer member = whom(members, chunk, nowNanos);
            ChunkWanted question = new ChunkWanted(wanted.key(), chunk);
            if (member == null || !out.ask(member, question, wanted.layout().lengthOf(chunk))) {
                first.addFirst(chunk);
                return member != null;
            }
            source(member).asked++;
            open.put(chunk, new Asked(member, nowNanos + limits.answerNanos()));
        }
        return false;
    }

    private @Nullable Integer nextChunk() {
        while (!first.isEmpty()) {
            int chunk = first.removeFirst();
            if (!have.get(chunk) && !open.containsKey(chunk)) {
                return chunk;
            }
        }
        int chunks = wanted.layout().chunks();
        while (everything && next < chunks) {
            int chunk = next++;
            if (!have.get(chunk) && !open.containsKey(chunk)) {
                return chunk;
            }
        }
        return null;
    }

    /** The member that is asked for the least, of those that may have it. */
    private @Nullable Integer whom(List<Integer> members, int chunk, long nowNanos) {
        Integer best = null;
        for (int i = 0; i < members.size(); i++) {
            // Another begin for each chunk: those that are asked for equally much take turns.
            int member = members.get((i + chunk) % members.size());
            Source source = source(member);
            if (!source.rests(nowNanos)) {
                source.lacks.clear();
            }
            boolean may = !source.lied && !source.lacks.get(chunk) && source.asked < limits.perSource();
            boolean silent = source.rests(nowNanos) && source.lacks.isEmpty();
            if (may && !silent && (best == null || source.isBetterThan(source(best)))) {
                best = member;
            }
        }
        return best;
    }
}

package io.waxwing.anchor.challenge;

import io.waxwing.anchor.availability.PayloadFrame.Pull;
import io.waxwing.ledger.batch.BatchHeader;
import io.waxwing.ledger.batch.BatchReference;
import io.waxwing.ledger.hash.Hash;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Looks for the payloads of final batches: asks those who signed that they hold one in turn, then the other members,
 * and begins again. One question at a time for each batch, and for {@value #ACTIVE} batches at a time; one whose round
 * ended without an answer goes behind those that wait.
 */
public final class PayloadSearch {
    /** After this long without an answer the next one is asked. */
    static final long ANSWER_NANOS = 1_000_000_000L;
    /** Most batches that are asked for at a time: more would be dropped by the links and asked for again. */
    static final int ACTIVE = 32;

    private final int self;
    private final Map<Hash, Search> searches = new LinkedHashMap<>();

    /** The search of the node with that originId. */
    public PayloadSearch(int self) {
        this.self = self;
    }

    /** A question and whom it goes to. */
    public record Question(int to, Pull pull) {}

    private static final class Search {
        final Pull pull;
        final List<Integer> holders;
        int next;
        int rounds;
        long askAtNanos;

        Search(Pull pull, List<Integer> holders, long nowNanos) {
            this.pull = pull;
            this.holders = holders;
            this.askAtNanos = nowNanos;
        }
    }

    /** Begins to look for a batch, if it is not looked for already. {@code members} of its audience are asked last. */
    public void want(BatchReference batch, Iterable<Integer> members, long nowNanos) {
        Hash batchId = batch.batchId();
        if (searches.containsKey(batchId)) {
            return;
        }
        Set<Integer> holders = new LinkedHashSet<>();
        holders.add(batch.lane().originId());
        for (int origin = 0; origin < Long.SIZE; origin++) {
            if (batch.certificate().isHolder(origin)) {
                holders.add(origin);
            }
        }
        members.forEach(holders::add);
        holders.remove(self);
        Pull pull = new Pull(batch.lane(), batch.batchSeq(), batchId);
        searches.put(batchId, new Search(pull, new ArrayList<>(holders), nowNanos));
    }

    /** Begins to look for a batch that nobody is known to hold. */
    public void want(BatchHeader header, Iterable<Integer> members, long nowNanos) {
        List<Integer> holders = new ArrayList<>();
        members.forEach(holders::add);
        Pull pull = new Pull(header.lane(), header.batchSeq(), header.batchId());
        searches.putIfAbsent(pull.batchId(), new Search(pull, holders, nowNanos));
    }

    /** True if this batch is being looked for. */
    public boolean wants(Hash batchId) {
        return searches.containsKey(batchId);
    }

    /** It is here now. */
    public void found(Hash batchId) {
        searches.remove(batchId);
    }

    /** The one who was asked does not have it: the next one is asked at once, but none twice in a round. */
    public void notHeld(Hash batchId, int from, long nowNanos) {
        Search search = searches.get(batchId);
        if (search != null
                && search.next > 0
                && search.next < search.holders.size()
                && search.holders.get(search.next - 1).equals(from)) {
            search.askAtNanos = nowNanos;
        }
    }

    /** The questions that are due. */
    public List<Question> due(long nowNanos) {
        rotate(nowNanos);
        List<Question> questions = new ArrayList<>();
        for (Search search : active()) {
            if (nowNanos - search.askAtNanos < 0) {
                continue;
            }
            if (search.next == search.holders.size()) {
                search.next = 0;
                search.rounds++;
            }
            questions.add(new Question(search.holders.get(search.next), search.pull));
            search.next++;
            search.askAtNanos = nowNanos + ANSWER_NANOS;
        }
        return questions;
    }

    private List<Search> active() {
        return searches.values().stream()
                .filter(search -> !search.holders.isEmpty())
                .limit(ACTIVE)
                .toList();
    }

    /** Whose round is over makes room for one that waits. */
    private void rotate(long nowNanos) {
        if (searches.size() <= ACTIVE) {
            return;
        }
        for (Search search : active()) {
            if (search.next == search.holders.size() && nowNanos - search.askAtNanos >= 0) {
                search.next = 0;
                search.rounds++;
                searches.remove(search.pull.batchId());
                searches.put(search.pull.batchId(), search);
            }
        }
    }

    /** When {@link #due} has the next one; null for never. */
    public @Nullable Long nextNanos() {
        Long next = null;
        for (Search search : active()) {
            if (next == null || search.askAtNanos - next < 0) {
                next = search.askAtNanos;
            }
        }
        return next;
    }

    /** Those that everybody was asked for so many times in vain, the oldest first; there may be nobody to ask. */
    public List<Hash> fruitless(int rounds) {
        return searches.values().stream()
                .filter(search -> search.rounds >= rounds || search.holders.isEmpty())
                .map(search -> search.pull.batchId())
                .toList();
    }

    /** How many are looked for. */
    public int size() {
        return searches.size();
    }
}

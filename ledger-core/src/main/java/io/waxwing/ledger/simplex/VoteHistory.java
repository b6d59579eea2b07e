package io.waxwing.ledger.simplex;

import io.waxwing.ledger.batch.Lane;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.simplex.VoteRecord.BatchSeq;
import io.waxwing.ledger.simplex.VoteRecord.Cosigned;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a vote log says, folded: enough to go on after a restart, and to begin a new log segment with. Votes and
 * certificates of a view are kept until a finalization of that view or a later one is in the log, never less. One
 * thread.
 */
public final class VoteHistory {
    /** Batches of one lane that may be recorded but not final (ledger-runtime.md section 7), and one before them. */
    public static final int MAX_BATCHES_PER_LANE = 65;

    private boolean empty = true;
    private long view;
    private long epoch;
    private VoteRecord.@Nullable Notarized lastNotarized;
    private VoteRecord.@Nullable Finalized lastFinalized;
    private @Nullable Cosigned lastCosigned;
    private @Nullable Certificate finalization;
    private @Nullable Certificate ending;
    private final Set<ByteString> condemned = new LinkedHashSet<>();
    private final TreeMap<Long, OwnVotes> openVotes = new TreeMap<>();
    private final TreeMap<Long, Certificate> notarizations = new TreeMap<>();
    private final TreeMap<Long, Certificate> nullifications = new TreeMap<>();
    private final Map<Lane, NavigableMap<Long, BatchSeq>> batches = new TreeMap<>();

    public void add(VoteRecord record) {
        empty = false;
        if (record instanceof VoteRecord.Enter enter) {
            view = Math.max(view, enter.view());
        } else if (record instanceof VoteRecord.Proposed proposed) {
            open(proposed.view(), votes(proposed.view()).withProposed(proposed.blockId()));
        } else if (record instanceof VoteRecord.Notarized notarized) {
            lastNotarized = notarized;
            open(notarized.view(), votes(notarized.view()).withNotarized(notarized.blockId()));
        } else if (record instanceof VoteRecord.Nullified nullified) {
            open(nullified.view(), votes(nullified.view()).withNullified());
        } else if (record instanceof VoteRecord.Finalized finalized) {
            lastFinalized = finalized;
            open(finalized.view(), votes(finalized.view()).withFinalized(finalized.blockId()));
        } else if (record instanceof VoteRecord.Certified certified) {
            certify(certified.certificate());
        } else if (record instanceof Cosigned cosigned) {
            lastCosigned = cosigned;
        } else if (record instanceof VoteRecord.Epoch entered) {
            enterEpoch(entered.epoch());
        } else if (record instanceof VoteRecord.Condemned mark) {
            condemned.add(mark.voteKey());
        } else if (record instanceof BatchSeq batch) {
            // A number comes again when the origin's key is another: the same statement, signed anew.
            NavigableMap<Long, BatchSeq> lane = batches.computeIfAbsent(batch.lane(), key -> new TreeMap<>());
            lane.put(batch.batchSeq(), batch);
            if (lane.size() > MAX_BATCHES_PER_LANE) {
                lane.pollFirstEntry();
            }
        }
    }

    private void open(long inView, OwnVotes votes) {
        if (inView > settledView()) {
            openVotes.put(inView, votes);
        }
    }

    private void certify(Certificate certificate) {
        if (certificate.view() <= settledView() && finalization != null) {
            return;
        }
        if (certificate.type() == Vote.Type.FINALIZE) {
            finalization = certificate;
            long settled = certificate.view();
            openVotes.headMap(settled, true).clear();
            notarizations.headMap(settled, true).clear();
            nullifications.headMap(settled, true).clear();
        } else if (certificate.type() == Vote.Type.NOTARIZE) {
            notarizations.putIfAbsent(certificate.view(), certificate);
        } else {
            nullifications.putIfAbsent(certificate.view(), certificate);
        }
    }

    /** Views of different epochs are different views, though they may share numbers. */
    private void enterEpoch(long entered) {
        if (entered > epoch) {
            epoch = entered;
            ending = finalization == null ? ending : finalization;
            view = 0;
            lastNotarized = null;
            lastFinalized = null;
            finalization = null;
            openVotes.clear();
            notarizations.clear();
            nullifications.clear();
        }
    }

    /** True if the log has no record at all. */
    public boolean isEmpty() {
        return empty;
    }

    /** The last view entered in the epoch, 0 before the first. */
    public long view() {
        return view;
    }

    public long epoch() {
        return epoch;
    }

    /** The view of the last finalization certificate logged, 0 before the first: votes up to it are forgotten. */
    public long settledView() {
        return finalization == null ? 0 : finalization.view();
    }

    /** The last finalization certificate logged, or null. */
    public @Nullable Certificate finalization() {
        return finalization;
    }

    /**
     * The last finalization certificate of an epoch before this one, or null. Applying a block is not forced, so the
     * ledger beside the log may still stand in that epoch, and all others' too.
     */
    public @Nullable Certificate ending() {
        return ending;
    }

    Set<ByteString> condemned() {
        return Collections.unmodifiableSet(condemned);
    }

    /** True if that vote key was found to have signed what this log does not know. */
    public boolean isCondemned(ByteString voteKey) {
        return condemned.contains(voteKey);
    }

    /** What the key has signed in that view; nothing for a settled one. */
    public OwnVotes votes(long inView) {
        return openVotes.getOrDefault(inView, OwnVotes.NONE);
    }

    /** What the key has signed in the views that are not settled. */
    public SortedMap<Long, OwnVotes> openVotes() {
        return Collections.unmodifiableSortedMap(openVotes);
    }

    /** Logged notarizations and nullifications of views that are not settled, by rising view. */
    public List<Certificate> openCertificates() {
        List<Certificate> open = new ArrayList<>(notarizations.values());
        open.addAll(nullifications.values());
        open.sort((one, other) -> Long.compare(one.view(), other.view()));
        return open;
    }

    /** The view of the last finalize vote, 0 before the first. */
    public long finalizedView() {
        return lastFinalized == null ? 0 : lastFinalized.view();
    }

    public VoteRecord.@Nullable Finalized lastFinalized() {
        return lastFinalized;
    }

    /** True if this key has voted to notarize that block in that view, as the last thing of its kind. */
    public boolean hasNotarized(long inView, Hash blockId) {
        return lastNotarized != null
                && lastNotarized.view() == inView
                && lastNotarized.blockId().equals(blockId);
    }

    public @Nullable Cosigned lastCosigned() {
        return lastCosigned;
    }

    /** The last batches of every lane, lanes in order, sequences rising. */
    public List<BatchSeq> batches() {
        List<BatchSeq> all = new ArrayList<>();
        batches.values().forEach(lane -> all.addAll(lane.values()));
        return all;
    }

    /** Records that fold to the same history: the beginning of a new log segment. */
    public List<VoteRecord> snapshot() {
        List<VoteRecord> records = new ArrayList<>();
        if (ending != null) {
            records.add(new VoteRecord.Certified(ending));
        }
        records.add(new VoteRecord.Epoch(epoch));
        condemned.forEach(voteKey -> records.add(new VoteRecord.Condemned(voteKey)));
        records.add(new VoteRecord.Enter(view));
        if (lastNotarized != null) {
            records.add(lastNotarized);
        }
        if (lastFinalized != null) {
            records.add(lastFinalized);
        }
        if (finalization != null) {
            records.add(new VoteRecord.Certified(finalization));
        }
        openVotes.forEach((inView, votes) -> addVotes(records, inView, votes));
        openCertificates().forEach(certificate -> records.add(new VoteRecord.Certified(certificate)));
        if (lastCosigned != null) {
            records.add(lastCosigned);
        }
        records.addAll(batches());
        return records;
    }

    private static void addVotes(List<VoteRecord> records, long inView, OwnVotes votes) {
        if (votes.proposed() != null) {
            records.add(new VoteRecord.Proposed(inView, votes.proposed()));
        }
        if (votes.notarized() != null) {
            records.add(new VoteRecord.Notarized(inView, votes.notarized()));
        }
        if (votes.nullified()) {
            records.add(new VoteRecord.Nullified(inView));
        }
        if (votes.finalized() != null) {
            records.add(new VoteRecord.Finalized(inView, votes.finalized()));
        }
    }
}

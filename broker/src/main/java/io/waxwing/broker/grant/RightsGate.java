package io.waxwing.broker.grant;

import io.waxwing.bus.topic.TopicFilter;
import io.waxwing.ledger.execute.Applied;
import io.waxwing.ledger.failure.MalformedException;
import io.waxwing.ledger.grant.GrantAction;
import io.waxwing.ledger.grant.Grants;
import io.waxwing.ledger.grant.Rights;
import io.waxwing.ledger.grant.Rights.Question;
import io.waxwing.ledger.grant.TopicSet;
import io.waxwing.ledger.leaf.GrantLeaf;
import io.waxwing.ledger.leaf.LeafCodec;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntUnaryOperator;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

/**
 * Answers what the ledger's grants say, as of now and for places in the ledger that are not delivered yet. The core
 * thread changes it block by block; asked from any thread. While nobody has claimed anything an answer costs one read
 * of a field.
 */
public final class RightsGate {
    /** Answers that are remembered until the next change. */
    static final int REMEMBERED = 10_000;

    private final Parts parts;
    private final LongAdder refused = new LongAdder();
    private volatile Known known = new Known(Rights.OPEN, Map.of());

    /**
     * What it has to know of the node.
     *
     * @param institutionId of this node
     * @param institutionOf an origin's institution; negative if it has none
     * @param audienceOf a topic's audience
     * @param audiences those that this node is in now
     * @param leaf the bytes of a leaf
     */
    public record Parts(
            int institutionId,
            IntUnaryOperator institutionOf,
            ToLongFunction<String> audienceOf,
            Supplier<Set<Long>> audiences,
            LongFunction<byte[]> leaf) {}

    private record Known(Rights rights, Map<Question, Boolean> answers) {}

    public RightsGate(Parts parts) {
        this.parts = parts;
    }

    /** Of a node whose ledger has no grants, for as long as it has none. */
    public static RightsGate open() {
        return new RightsGate(new Parts(0, origin -> -1, topic -> 0, Set::of, leaf -> new byte[0]));
    }

    /** What holds behind the last block that the ledger has. Before anything else. */
    public void start(Grants grants) {
        change(Rights.of(grants));
    }

    /** What a block that is not delivered yet has ended; of blocks that the ledger had at the start. */
    public void onPast(Applied applied) {
        for (Applied.AppliedGrant grant : applied.grants()) {
            long from = grant.leaf().said().ends();
            if (from > 0 && LeafCodec.decode(parts.leaf().apply(from)) instanceof GrantLeaf ended) {
                change(known.rights().withPast(from, grant.leafIndex(), ended.said()));
            }
        }
    }

    /** The next block is final. */
    public void onApplied(Applied applied) {
        for (Applied.AppliedGrant grant : applied.grants()) {
            change(known.rights()
                    .with(grant.leafIndex(), applied.height(), grant.leaf().said()));
        }
    }

    /** Everything before that leaf is delivered: what ended before is not asked for any more. */
    public void onDelivered(long treeSize) {
        Rights now = known.rights();
        Rights rest = now.from(treeSize);
        if (rest != now) {
            change(rest);
        }
    }

    private void change(Rights next) {
        known = new Known(next, new ConcurrentHashMap<>());
    }

    /** True if nothing is claimed. */
    public boolean isOpen() {
        return known.rights().isOpen();
    }

    /** Statements that were ended and are remembered, because blocks before their end are not delivered. */
    public int ended() {
        return known.rights().ended();
    }

    /** How often somebody of this node was refused. */
    public long refused() {
        return refused.sum();
    }

    /** Whether a user of this institution may do that now. */
    public boolean may(GrantAction action, String user, String topic) {
        Known now = known;
        if (now.rights().isOpen()) {
            return true;
        }
        Question question =
                new Question(parts.audienceOf().applyAsLong(topic), parts.institutionId(), user, topic, action);
        Boolean remembered = now.answers().get(question);
        if (remembered == null) {
            remembered = now.rights().decide(question, Rights.NOW).allowed();
            if (now.answers().size() < REMEMBERED) {
                now.answers().put(question, remembered);
            }
        }
        return remembered;
    }

    /** The same for a publication, which is counted if it is refused. */
    public boolean mayPublish(String user, String topic) {
        boolean allowed = may(GrantAction.PUBLISH, user, topic);
        if (!allowed) {
            refused.increment();
        }
        return allowed;
    }

    /**
     * Whether a subscription makes sense: some topic of the filter may be read. What of a wider one may not is left out
     * event by event.
     */
    public boolean mayAskFor(TopicFilter filter, String user) {
        Rights now = known.rights();
        if (now.isOpen()) {
            return true;
        }
        boolean allowed = !filter.hasWildcard()
                ? may(GrantAction.SUBSCRIBE, user, filter.plain())
                : mayAskForSome(now, filter, user);
        if (!allowed) {
            refused.increment();
        }
        return allowed;
    }

    private boolean mayAskForSome(Rights now, TopicFilter filter, String user) {
        try {
            TopicSet topics = TopicSet.parse(filter.plain());
            Set<Long> audiences = parts.audiences().get();
            return audiences.isEmpty()
                    || audiences.stream().anyMatch(id -> now.mayAskFor(id, topics, parts.institutionId(), user));
        } catch (MalformedException noneOfTheLedger) {
            return true; // It begins with a wildcard, or '$': nobody's claim covers it.
        }
    }

    /** Whether an event of that origin may stand where its SEGMENT leaf does. */
    public boolean stands(long audienceId, int originId, String topic, long segmentLeafIndex) {
        Rights now = known.rights();
        if (now.isOpen()) {
            return true;
        }
        Question question =
                new Question(audienceId, parts.institutionOf().applyAsInt(originId), null, topic, GrantAction.PUBLISH);
        return now.decide(question, segmentLeafIndex).allowed();
    }

    /** What holds now for an institution, and why. */
    public Rights.Decision explain(int institutionId, String user, String topic, GrantAction action) {
        Question question = new Question(parts.audienceOf().applyAsLong(topic), institutionId, user, topic, action);
        return known.rights().decide(question, Rights.NOW);
    }
}

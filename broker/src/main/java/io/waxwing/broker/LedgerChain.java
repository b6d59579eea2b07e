package io.waxwing.broker;

import io.waxwing.broker.intake.TopicState;
import io.waxwing.broker.intake.Topics;
import io.waxwing.broker.store.DeliveryIndex;
import io.waxwing.broker.store.SegmentRecord;
import io.waxwing.bus.event.EventId;
import io.waxwing.http.weevent.Chain;
import io.waxwing.ledger.control.Registry;
import io.waxwing.ledger.hash.Sha256;
import io.waxwing.ledger.leaf.BatchLeaf;
import io.waxwing.ledger.leaf.BlockLeaf;
import io.waxwing.ledger.leaf.Leaf;
import io.waxwing.ledger.leaf.LeafCodec;
import io.waxwing.ledger.leaf.SegmentLeaf;
import io.waxwing.ledger.spi.LedgerReader;
import io.waxwing.ledger.spi.LedgerStore;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The ledger as a chain of blocks, read from the store as far as blocks are applied. Any thread that may wait. */
final class LedgerChain implements Chain {
    private final LedgerStore store;
    private final LedgerReader reader;
    private final DeliveryIndex index;
    private final Topics topics;
    private final Supplier<Registry> registry;

    LedgerChain(LedgerPart ledger, Pipeline pipeline) {
        this.store = ledger.store;
        this.reader = ledger.agent.reader();
        this.index = pipeline.index;
        this.topics = pipeline.topics;
        this.registry = ledger::registry;
    }

    @Override
    public long height() {
        return reader.height();
    }

    @Override
    public long transactions() {
        long height = height();
        // Each block ends with one leaf that is no transaction, that of height 0 too.
        return Math.max(0, store.treeSizeAt(height) - (height + 1));
    }

    @Override
    public @Nullable Block block(long height) {
        long end = height < 0 || height > height() ? -1 : store.treeSizeAt(height);
        byte[] bytes = end < 1 ? null : store.leaf(end - 1);
        if (bytes == null) {
            return null;
        }
        BlockLeaf leaf = LeafCodec.decodeBlock(bytes);
        return new Block(
                height, leaf.blockTimeMs(), Sha256.leafHash(bytes).hex(), leaf.firstLeafIndex(), leaf.otherLeaves());
    }

    @Override
    public List<Transaction> transactions(Block block) {
        List<Transaction> all = new ArrayList<>();
        for (long at = block.firstLeaf(); at < block.firstLeaf() + block.transactions(); at++) {
            byte[] bytes = store.leaf(at);
            if (bytes == null) {
                return List.of();
            }
            Leaf leaf = LeafCodec.decode(bytes);
            all.add(new Transaction(
                    Sha256.leafHash(bytes).hex(), from(leaf), leaf.type().name().toLowerCase(Locale.ROOT)));
        }
        return all;
    }

    private String from(Leaf leaf) {
        if (leaf instanceof SegmentLeaf segment) {
            return institution(segment.originPart().originId());
        }
        return leaf instanceof BatchLeaf batch
                ? institution(batch.header().lane().originId())
                : "";
    }

    private String institution(int originId) {
        Registry now = registry.get();
        Registry.Origin origin = now.origin(originId);
        Registry.Institution institution = origin == null ? null : now.institution(origin.institutionId());
        return institution == null ? "origin " + originId : institution.name();
    }

    @Override
    public @Nullable Place place(EventId eventId) {
        for (SegmentRecord segment : index.findSegments(eventId.topicHash(), eventId.topicSeq())) {
            if (segment.height() == eventId.height()) {
                return place(segment.leafIndex());
            }
        }
        // Delivered just now, so not in the index yet; the leaves were there before.
        for (TopicState topic : topics.all()) {
            long leaf = topic.topicHash() == eventId.topicHash()
                    ? store.segmentIndex(topic.topicTag(), eventId.topicSeq())
                    : -1;
            Place place = leaf < 0 ? null : place(leaf);
            if (place != null && place.height() == eventId.height()) {
                return place;
            }
        }
        return null;
    }

    private @Nullable Place place(long leafIndex) {
        byte[] bytes = store.leaf(leafIndex);
        if (bytes == null) {
            return null;
        }
        SegmentLeaf leaf = LeafCodec.decodeSegment(bytes);
        return new Place(
                leaf.height(),
                leaf.orderTimeMs(),
                Sha256.leafHash(bytes).hex(),
                institution(leaf.originPart().originId()));
    }

    @Override
    public @Nullable Place last(String topic) {
        TopicState known = topics.get(topic);
        SegmentRecord segment = known == null ? null : index.lastSegment(known.topicHash(), known.topicTag());
        return segment == null ? null : place(segment.leafIndex());
    }

    @Override
    public List<Node> nodes() {
        Registry now = registry.get();
        List<Node> nodes = new ArrayList<>();
        for (Registry.Origin origin : now.origins()) {
            Registry.Institution institution = now.institution(origin.institutionId());
            if (origin.active() && institution != null) {
                boolean votes = institution.validator() && now.isMainNode(origin.originId());
                nodes.add(new Node(
                        votes ? institution.voteKey().hex() : origin.key().hex(), institution.name(), votes));
            }
        }
        nodes.sort(Comparator.comparing(Node::votes).reversed().thenComparing(Node::name));
        return nodes;
    }
}

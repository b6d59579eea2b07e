package io.waxwing.ledger.execute;

import io.waxwing.ledger.batch.Lane;
import io.waxwing.ledger.codec.ByteReader;
import io.waxwing.ledger.codec.ByteWriter;
import io.waxwing.ledger.control.Registry;
import io.waxwing.ledger.dispute.Disputes;
import io.waxwing.ledger.failure.MalformedException;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.leaf.BlockLeaf;
import io.waxwing.ledger.leaf.ConfigLeaf;
import io.waxwing.ledger.leaf.LeafCodec;
import io.waxwing.ledger.leaf.OriginHead;
import io.waxwing.ledger.leaf.TopicHead;
import io.waxwing.ledger.merkle.CompactRange;
import io.waxwing.ledger.merkle.SortedTree;
import io.waxwing.ledger.simplex.Conviction;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Everything execution needs of the past: right edge of the tree, heads, configuration, last block. Changed by
 * {@link Execution} only. Not for several threads.
 */
public final class LedgerState {
    long height = -1;
    long timeMs;
    Hash previousBlock = Hash.ZERO;
    CompactRange tree = new CompactRange();
    Hash ledgerId = Hash.ZERO;

    @Nullable ConfigLeaf config;

    @Nullable Registry registry;

    Convicted convicted = Convicted.NOBODY;
    Disputes disputes = Disputes.NONE;

    private @Nullable Undo undo;

    final TreeMap<Hash, TopicHead> topicHeads = new TreeMap<>();
    final TreeMap<Lane, OriginHead> originHeads = new TreeMap<>();
    final SortedTree<Hash> topicTree = new SortedTree<>();
    final SortedTree<Lane> originTree = new SortedTree<>();

    /** Before genesis. */
    public LedgerState() {}

    /** Height of the last block applied, -1 before genesis. */
    public long height() {
        return height;
    }

    /** Time of the last block applied, in milliseconds since 1970. */
    public long timeMs() {
        return timeMs;
    }

    public long treeSize() {
        return tree.size();
    }

    public Hash root() {
        return tree.root();
    }

    /** H(genesis CONFIG leaf); zeros before genesis. */
    public Hash ledgerId() {
        return ledgerId;
    }

    /** The CONFIG in force. Throws {@link IllegalStateException} before genesis. */
    public ConfigLeaf config() {
        if (config == null) {
            throw new IllegalStateException("there is no configuration before genesis");
        }
        return config;
    }

    /** The registry in force. Throws {@link IllegalStateException} before genesis. */
    public Registry registry() {
        if (registry == null) {
            throw new IllegalStateException("there is no registry before genesis");
        }
        return registry;
    }

    /** Whom evidence in the ledger convicts, among the validators under the CONFIG in force. */
    public SortedSet<Conviction> convictions() {
        return convicted.among(registry());
    }

    /** Challenges about missing payloads. */
    public Disputes disputes() {
        return disputes;
    }

    public @Nullable TopicHead topicHead(Hash topicTag) {
        return topicHeads.get(topicTag);
    }

    /** The heads of all lanes, in order. */
    public Collection<OriginHead> originHeads() {
        return Collections.unmodifiableCollection(originHeads.values());
    }

    public @Nullable OriginHead originHead(Lane lane) {
        return originHeads.get(lane);
    }

    /** From here on changes are remembered in what is returned, until the next call. Before each block. */
    public Undo remember() {
        Undo begun = new Undo(this);
        undo = begun;
        return begun;
    }

    /** Takes back everything since {@link #remember()} gave that; later ones first. */
    public void takeBack(Undo changes) {
        undo = null;
        height = changes.height;
        timeMs = changes.timeMs;
        previousBlock = changes.previousBlock;
        tree = changes.tree;
        ledgerId = changes.ledgerId;
        config = changes.config;
        registry = changes.registry;
        convicted = changes.convicted;
        disputes = changes.disputes;
        changes.topicHeads.forEach((tag, before) -> {
            if (before.isPresent()) {
                put(before.get());
            } else {
                topicHeads.remove(tag);
                topicTree.remove(tag);
            }
        });
        changes.originHeads.forEach((lane, before) -> {
            if (before.isPresent()) {
                put(before.get());
            } else {
                originHeads.remove(lane);
                originTree.remove(lane);
            }
        });
    }

    void put(TopicHead head) {
        TopicHead before = topicHeads.put(head.topicTag(), head);
        topicTree.put(head.topicTag(), head.encode());
        if (undo != null) {
            undo.topicHeads.putIfAbsent(head.topicTag(), Optional.ofNullable(before));
        }
    }

    void put(OriginHead head) {
        OriginHead before = originHeads.put(head.lane(), head);
        originTree.put(head.lane(), head.encode());
        if (undo != null) {
            undo.originHeads.putIfAbsent(head.lane(), Optional.ofNullable(before));
        }
    }

    /**
     * The part of the state that is not in head records: u64 height, u64 timeMs, 32 previous BLOCK, 32 ledgerId, u64
     * tree size, its peaks, the convicted ({@link Convicted}), {@link Disputes}, then the CONFIG leaf in force.
     */
    public ByteString encode() {
        ByteWriter out = new ByteWriter(4096);
        out.u63(height).u63(timeMs).hash(previousBlock).hash(ledgerId).u63(tree.size());
        tree.peaks().forEach(out::hash);
        convicted.writeTo(out);
        disputes.writeTo(out);
        return ByteString.of(out.bytes(config().encode()).toBytes());
    }

    /**
     * The state from its record and the heads stored beside it. Throws {@link MalformedException} if the record is
     * none.
     */
    public static LedgerState restore(ByteString record, List<TopicHead> topicHeads, List<OriginHead> originHeads) {
        ByteReader in = new ByteReader(record.toBytes(), MalformedException.BLOCK);
        LedgerState state = new LedgerState();
        state.height = in.u63("height");
        state.timeMs = in.u63("time");
        state.previousBlock = in.hash();
        state.ledgerId = in.hash();
        long size = in.u63("tree size");
        List<Hash> peaks = new ArrayList<>();
        for (int i = 0; i < Long.bitCount(size); i++) {
            peaks.add(in.hash());
        }
        state.tree = new CompactRange(size, peaks);
        Convicted convicted = Convicted.readFrom(in);
        Disputes disputes = Disputes.readFrom(in);
        state.enter(LeafCodec.decodeConfig(in.bytes(in.remaining())));
        state.convicted = convicted;
        state.disputes = disputes;
        topicHeads.forEach(state::put);
        originHeads.forEach(state::put);
        return state;
    }

    /**
     * True if that BLOCK leaf is the last of this state and says the same of everything that a leaf binds: place, time,
     * heads and configuration. Who is convicted stands in no leaf.
     */
    public boolean isBoundBy(BlockLeaf last) {
        return height == last.height()
                && timeMs == last.blockTimeMs()
                && treeSize() == last.treeSizeAfter()
                && previousBlock.equals(last.leafHash())
                && topicTree.size() == last.headsCount()
                && topicTree.root().equals(last.headsRoot())
                && originTree.root().equals(last.originsRoot())
                && config().configHash().equals(last.configHash());
    }

    /** The roots of the perfect subtrees of the tree, highest first. */
    public List<Hash> peaks() {
        return tree.peaks();
    }

    void enter(ConfigLeaf next) {
        Registry before = registry;
        Registry after = Registry.parse(next.registry());
        convicted = before == null ? Convicted.NOBODY : convicted.after(before, after);
        disputes = disputes.under(after);
        config = next;
        registry = after;
    }
}

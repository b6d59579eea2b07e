package io.waxwing.ledger.simplex;

import io.waxwing.ledger.hash.Hash;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The way from the last applied block to a final one. Normally it is one block long. After an absence its ids are
 * walked back from the certificate, body by body; of a long way only {@link #MAX_BODIES} bodies are held, and the
 * others are fetched a second time on the way forward.
 */
final class CatchUp {
    static final int MAX_BODIES = 64;

    /** Longest way that is walked back, 2 MiB of ids. Beyond it the shell must synchronise otherwise. */
    static final int MAX_WAY = 65_536;

    private static final int FETCH_AHEAD = 8;

    private final BlockTree tree;
    private @Nullable Certificate target;
    // From the target down. While connected its last id is the child of the root; before, it is the lowest known.
    private final List<Hash> way = new ArrayList<>();
    // Headers of empty blocks from the target down, until another block comes: what may stand above an epoch's end.
    private final List<BlockHeader> empties = new ArrayList<>();
    private boolean onlyEmpty = true;
    private boolean connected;
    private boolean forked;
    private int firstHeld;

    CatchUp(BlockTree tree) {
        this.tree = tree;
    }

    /** Goes for the newest finalization, as soon as the one before it is reached. */
    void aim(@Nullable Certificate finalization) {
        if (target == null
                && finalization != null
                && finalization.view() > tree.root().view()) {
            target = finalization;
            way.add(finalization.blockId());
        }
        extend();
    }

    /** Ids of the way that is known. */
    int size() {
        return way.size();
    }

    /** What it is going for, or null if the newest known final block is applied. */
    @Nullable Certificate target() {
        return target;
    }

    /** True if the final chain does not contain what was applied: agreement is broken. */
    boolean forked() {
        return forked;
    }

    private void extend() {
        while (target != null && !connected && !forked) {
            Hash lowest = way.get(way.size() - 1);
            if (lowest.equals(tree.rootId())) {
                way.remove(way.size() - 1);
                connected = true;
                continue;
            }
            BlockTree.Node node = tree.node(lowest);
            if (node == null || way.size() == MAX_WAY) {
                return;
            }
            node.markCertified();
            collect(node.block());
            BlockHeader header = node.block().header();
            boolean bottom = header.height() <= tree.root().height() + 1;
            if (bottom && !header.parentId().equals(tree.rootId())) {
                forked = true;
                return;
            }
            way.add(header.parentId());
            if (way.size() - firstHeld > MAX_BODIES) {
                tree.drop(way.get(firstHeld++));
            }
        }
    }

    private void collect(Block block) {
        if (onlyEmpty && block.isEmpty()) {
            empties.add(block.header());
        } else if (onlyEmpty) {
            onlyEmpty = false;
            if (!block.endsEpoch()) {
                empties.clear();
            }
        }
    }

    /** The empty blocks above the one that ends the epoch, lowest first, if that one is ready. */
    List<BlockHeader> above() {
        List<BlockHeader> above = new ArrayList<>(empties);
        Collections.reverse(above);
        return above;
    }

    /** The bodies to ask for now. */
    List<Hash> needs() {
        List<Hash> needs = new ArrayList<>();
        if (target == null || forked || way.size() == MAX_WAY) {
            return needs;
        }
        int ahead = connected ? FETCH_AHEAD : 1;
        for (int i = way.size() - 1; i >= 0 && i >= way.size() - ahead; i--) {
            if (!tree.knows(way.get(i))) {
                needs.add(way.get(i));
            }
        }
        return needs;
    }

    /** The final blocks right above the root whose bodies are here, in order, up to the epoch's last. */
    List<BlockTree.Node> ready() {
        List<BlockTree.Node> ready = new ArrayList<>();
        for (int i = way.size() - 1; connected && i >= 0; i--) {
            BlockTree.Node node = tree.node(way.get(i));
            if (node == null) {
                break;
            }
            ready.add(node);
            if (node.block().endsEpoch()) {
                break;
            }
        }
        return ready;
    }

    /** The tree's root went up by so many of the ready blocks. */
    void advanced(int blocks) {
        way.subList(way.size() - blocks, way.size()).clear();
        if (way.isEmpty()) {
            reset();
        }
    }

    /** The root has changed otherwise. */
    void reset() {
        target = null;
        way.clear();
        empties.clear();
        onlyEmpty = true;
        connected = false;
        firstHeld = 0;
    }
}

package io.waxwing.ledger.dispute;

import io.waxwing.ledger.codec.ByteReader;
import io.waxwing.ledger.codec.ByteWriter;
import io.waxwing.ledger.hash.Hash;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The roots after some of the last blocks, for proofs that take a while to get into a block: of each of the last
 * {@value #EACH} blocks, and before those of every {@value #STEP}th of the last {@value #REACH}. Bytes: u8 count, (u64
 * height, u64 tree size, 32 root)*. Immutable.
 */
final class KnownRoots {
    static final KnownRoots NONE = new KnownRoots(List.of());
    static final int EACH = 32;
    static final int STEP = 32;
    static final int REACH = 1024;

    private final List<Known> roots;

    private record Known(long height, long treeSize, Hash root) {
        boolean isKeptAt(long now) {
            long age = now - height;
            return age < EACH || (height % STEP == 0 && age < REACH);
        }
    }

    private KnownRoots(List<Known> roots) {
        this.roots = roots;
    }

    /** After one more block. */
    KnownRoots with(long height, long treeSize, Hash root) {
        List<Known> next = new ArrayList<>(roots.size() + 1);
        for (Known known : roots) {
            if (known.isKeptAt(height)) {
                next.add(known);
            }
        }
        next.add(new Known(height, treeSize, root));
        return new KnownRoots(next);
    }

    /** The root of that size, or null if it is not known. */
    @Nullable Hash at(long treeSize) {
        for (Known known : roots) {
            if (known.treeSize() == treeSize) {
                return known.root();
            }
        }
        return null;
    }

    /** The size, beyond that many leaves, that stays known longest; -1 if there is none. */
    long lastingBeyond(long leaves) {
        long newest = -1;
        for (int i = roots.size() - 1; i >= 0 && roots.get(i).treeSize() > leaves; i--) {
            if (roots.get(i).height() % STEP == 0) {
                return roots.get(i).treeSize();
            }
            newest = Math.max(newest, roots.get(i).treeSize());
        }
        return newest;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof KnownRoots that && roots.equals(that.roots);
    }

    @Override
    public int hashCode() {
        return roots.hashCode();
    }

    void writeTo(ByteWriter out) {
        out.u8(roots.size());
        roots.forEach(known -> out.u63(known.height()).u63(known.treeSize()).hash(known.root()));
    }

    static KnownRoots readFrom(ByteReader in) {
        List<Known> roots = new ArrayList<>();
        for (int left = in.u8(); left > 0; left--) {
            roots.add(new Known(in.u63("height"), in.u63("tree size"), in.hash()));
        }
        return new KnownRoots(roots);
    }
}

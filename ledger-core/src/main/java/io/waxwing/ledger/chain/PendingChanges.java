package io.waxwing.ledger.chain;

import io.waxwing.ledger.control.ConfigProposal;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.leaf.ConfigLeaf;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Approved changes that wait for the block whose height they were approved for; at most {@value #MOST} of them. Each
 * bears the approvals of a quorum for the CONFIG in force, so only who has one can fill this. One thread.
 */
public final class PendingChanges {
    public static final int MOST = 8;

    /** How many blocks away its block may be: so many may have to be made only to get there. */
    public static final int MAX_AHEAD = 1024;

    // By configHash, so that all who know the same changes choose the same.
    private final TreeMap<Hash, ConfigProposal> waiting = new TreeMap<>();

    /** What became of an offered change. */
    public enum Offer {
        TAKEN,
        KNOWN,
        /** The block it was approved for is final already, or too far away. */
        NOT_NOW,
        /** It may not follow the CONFIG in force, whatever its height. */
        REFUSED,
        NO_ROOM
    }

    /** Takes a change that may stand in the block of its height; {@code height} is the last final block's. */
    Offer offer(ConfigProposal change, long height) {
        long ahead = change.leaf().firstHeight() - 1 - height;
        if (ahead < 1 || ahead > MAX_AHEAD) {
            return Offer.NOT_NOW;
        }
        if (knows(change)) {
            return Offer.KNOWN;
        }
        if (waiting.size() == MOST) {
            return Offer.NO_ROOM;
        }
        waiting.put(change.leaf().configHash(), change);
        return Offer.TAKEN;
    }

    boolean knows(ConfigProposal change) {
        return waiting.containsKey(change.leaf().configHash());
    }

    /** The change for the block of that height after that CONFIG, or null. */
    @Nullable ConfigProposal at(long height, ConfigLeaf inForce) {
        for (ConfigProposal change : waiting.values()) {
            if (change.leaf().firstHeight() == height + 1
                    && change.leaf().previousConfig().equals(inForce.configHash())) {
                return change;
            }
        }
        return null;
    }

    /** True while some change waits for a block: empty blocks are worth making to get there. */
    public boolean isWaiting() {
        return !waiting.isEmpty();
    }

    /** For peers that may not know them. */
    public List<ConfigProposal> all() {
        return List.copyOf(waiting.values());
    }

    /** A block is final: those that missed theirs, or follow another CONFIG, can never stand. */
    void onFinal(long height, ConfigLeaf inForce) {
        waiting.values()
                .removeIf(change -> change.leaf().firstHeight() - 1 <= height
                        || !change.leaf().previousConfig().equals(inForce.configHash()));
    }
}

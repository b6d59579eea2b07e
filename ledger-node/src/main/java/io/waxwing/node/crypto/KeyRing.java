package io.waxwing.node.crypto;

import io.waxwing.ledger.control.Registry;
import io.waxwing.ledger.control.Registry.Institution;
import io.waxwing.ledger.control.Registry.Origin;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.sign.Signer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All signing keys of one node, oldest first: those it began with, and one set for every rotation since, in force or
 * still to be agreed on. Which set counts is what the registry of an epoch says. Immutable; any thread.
 */
public record KeyRing(List<NodeKeys> sets) {
    public KeyRing {
        sets = List.copyOf(sets);
        if (sets.isEmpty()) {
            throw new IllegalArgumentException("a node has keys");
        }
    }

    public static KeyRing of(NodeKeys keys) {
        return new KeyRing(List.of(keys));
    }

    /**
     * The set that a registry knows: as an institution's, or at least as an origin's. The newest of several; the newest
     * of all if it knows none.
     */
    public NodeKeys in(Registry registry) {
        NodeKeys found = null;
        NodeKeys origin = null;
        for (NodeKeys keys : sets) {
            if (registry.institutions().stream().anyMatch(member -> areOf(keys, member))) {
                found = keys;
            }
            if (registry.origins().stream().anyMatch(line -> isOf(keys, line))) {
                origin = keys;
            }
        }
        if (found == null) {
            found = origin;
        }
        return found == null ? sets.get(sets.size() - 1) : found;
    }

    /** True if the registry knows one of the sets. */
    public boolean isKnownTo(Registry registry) {
        NodeKeys keys = in(registry);
        return registry.institutions().stream().anyMatch(member -> areOf(keys, member))
                || registry.origins().stream().anyMatch(line -> isOf(keys, line));
    }

    /** True if an institution is registered with these keys. */
    public static boolean areOf(NodeKeys keys, Institution member) {
        return member.voteKey().equals(keys.vote().publicKey())
                && member.cosignerKey().equals(keys.cosigner().publicKey())
                && member.logKey().equals(keys.log().publicKey());
    }

    /** The institution that is registered with these keys, or that a further node with them is of; null for none. */
    public static @Nullable Institution memberWith(NodeKeys keys, Registry registry) {
        for (Institution member : registry.institutions()) {
            boolean node =
                    !keys.canVote() && registry.originsOf(member.id()).stream().anyMatch(line -> isOf(keys, line));
            if (node || areOf(keys, member)) {
                return member;
            }
        }
        return null;
    }

    /** False if it is that of a further node. */
    public boolean canVote() {
        return sets.get(0).canVote();
    }

    private static boolean isOf(NodeKeys keys, Origin origin) {
        return origin.active() && origin.key().equals(keys.origin().publicKey());
    }

    /** The vote key with that public key, or null if this node does not have it. */
    public @Nullable Signer vote(ByteString publicKey) {
        for (NodeKeys keys : sets) {
            if (keys.vote().publicKey().equals(publicKey)) {
                return keys.vote();
            }
        }
        return null;
    }
}

package io.waxwing.anchor.availability;

import io.waxwing.ledger.control.Registry;
import io.waxwing.ledger.control.Registry.Audience;
import io.waxwing.ledger.control.Registry.Origin;
import io.waxwing.ledger.hash.ByteString;
import java.util.Collections;
import java.util.HashSet;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The nodes that may hold an audience's payloads, as one of them sees it.
 *
 * @param audienceId the audience
 * @param self this node's originId
 * @param selfInstitution whose node this is
 * @param holdersNeeded how many institutions must hold a batch, the origin's included
 * @param others the other nodes by originId
 */
public record AudienceNodes(
        long audienceId, int self, int selfInstitution, int holdersNeeded, SortedMap<Integer, Member> others) {
    public AudienceNodes {
        others = Collections.unmodifiableSortedMap(new TreeMap<>(others));
    }

    /** One node: whose it is and the key that it signs with. */
    public record Member(int originId, int institutionId, ByteString key) {}

    /** The nodes of an audience, or null if that node is not one of them. */
    public static @Nullable AudienceNodes of(Registry registry, long audienceId, int self) {
        Audience audience = registry.audience(audienceId);
        Origin own = registry.origin(self);
        if (audience == null || own == null || !audience.institutionIds().contains(own.institutionId())) {
            return null;
        }
        SortedMap<Integer, Member> others = new TreeMap<>();
        for (Origin origin : registry.origins()) {
            boolean member = origin.active() && audience.institutionIds().contains(origin.institutionId());
            if (member && origin.originId() != self) {
                others.put(origin.originId(), new Member(origin.originId(), origin.institutionId(), origin.key()));
            }
        }
        return new AudienceNodes(audienceId, self, own.institutionId(), audience.holdersNeeded(), others);
    }

    /** How many institutions have a node in it. */
    int institutions() {
        return institutionsWith(others.keySet());
    }

    /** True if a batch needs no other holder than its origin. */
    public boolean originSuffices() {
        return holdersNeeded <= 1;
    }

    /** Institutions that hold a batch of this node if these others do. */
    int institutionsWith(Set<Integer> holders) {
        Set<Integer> institutions = new HashSet<>();
        institutions.add(selfInstitution);
        for (int holder : holders) {
            Member member = others.get(holder);
            if (member != null) {
                institutions.add(member.institutionId());
            }
        }
        return institutions.size();
    }
}

package io.waxwing.http.members;

import io.waxwing.ledger.control.Change;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.leaf.ConfigLeaf;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.concurrent.CompletableFuture;

/** The consortium as its node knows it. Any thread; futures fail with {@code LedgerFailure} WXW-3193 to 3195. */
public interface Consortium {
    /** In force for the next block. */
    ConfigLeaf config();

    /** Institutions that blocks prove to have lied, by name, and what they did: in the words of the evidence. */
    CompletableFuture<SortedMap<String, SortedSet<String>>> convicted();

    /** Changes that are proposed. */
    CompletableFuture<List<Proposed>> proposed();

    /** Proposes a change in the name of this institution, which approves it with that; the answer names it. */
    CompletableFuture<Hash> propose(List<Change> changes);

    /** Approves a proposed change in the name of this institution, or takes that back. */
    CompletableFuture<Void> vote(Hash id, boolean approves);

    /**
     * A proposed change.
     *
     * @param differences lines of the registry that go ({@code -}) and come ({@code +})
     * @param approvedBy names of institutions
     * @param needed so many have to approve
     */
    record Proposed(Hash id, List<String> differences, List<String> approvedBy, boolean approvedHere, int needed) {
        public Proposed {
            differences = List.copyOf(differences);
            approvedBy = List.copyOf(approvedBy);
        }
    }
}

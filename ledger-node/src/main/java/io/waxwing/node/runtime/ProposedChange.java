package io.waxwing.node.runtime;

import io.waxwing.ledger.control.ConfigProposal;
import io.waxwing.ledger.hash.Hash;
import java.util.List;

/**
 * A change of the consortium as an operator sees it.
 *
 * @param intent by which it is approved
 * @param differences lines of the registry that go ({@code -}) and come ({@code +})
 * @param approvedBy names of institutions, in the order of their numbers
 * @param approvedHere whether this institution approves it
 * @param needed so many have to
 */
public record ProposedChange(
        Hash intent,
        ConfigProposal proposal,
        List<String> differences,
        List<String> approvedBy,
        boolean approvedHere,
        int needed) {
    public ProposedChange {
        differences = List.copyOf(differences);
        approvedBy = List.copyOf(approvedBy);
    }
}

package io.waxwing.http.grants;

import io.waxwing.bus.identity.Action;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The claims and grants of the ledger, and this institution's way to say some. Any thread. Futures fail with
 * {@link io.waxwing.bus.failure.RefusedException}: WXW-1284 the ledger does not take it, WXW-1285 there is none of that
 * name, WXW-1286 it is said and not ordered in time, WXW-1287 it is not what was expected, WXW-1242 no such audience.
 */
public interface LedgerGrants {
    /** The name of this node's institution. */
    String institution();

    /** All that holds, in the order of the ledger. */
    List<Shown> all();

    /** Says it; what holds already is not said again. */
    CompletableFuture<Shown> say(Wish wish, Expected expected, long waitMs);

    /** Ends a claim or rule; the answer is what it was. */
    CompletableFuture<Shown> end(Name name, Expected expected, long waitMs);

    /** What the node's own grants and the ledger say of that, now. */
    Explanation explain(Asked asked);

    /** A claim or rule: its institution and what that calls it. */
    record Name(String institution, String id) {}

    /**
     * What is to hold.
     *
     * @param effect claim, allow or deny
     * @param audience its name or number
     * @param filter of topics
     * @param principal an institution, one and {@code /user}, or {@code *}; empty for a claim
     * @param actions publish, subscribe or both; none for a claim
     */
    record Wish(String id, String effect, String audience, String filter, String principal, List<Action> actions) {
        public Wish {
            actions = List.copyOf(actions);
        }
    }

    /**
     * What whoever asks takes for granted.
     *
     * @param leafIndex the leaf that is to be replaced or ended; null: whichever there is
     * @param isNew there is none of that name yet
     */
    record Expected(@Nullable Long leafIndex, boolean isNew) {}

    /**
     * What holds.
     *
     * @param leafIndex of its GRANT leaf: it holds for events whose leaf stands behind
     * @param height of that leaf's block
     */
    record Shown(String institution, long leafIndex, long height, Wish said) {}

    /** May that principal do that there? Of this institution, also by the node's own grants. */
    record Asked(String institution, String user, String topic, Action action) {}

    /**
     * The answer.
     *
     * @param node what this node's access file says; null if it is asked about another institution
     * @param claim whose topic it is by the ledger; null: nobody's, so everybody's in the audience
     * @param because the rule of the ledger that allows or denies; null: none does
     */
    record Explanation(
            boolean allowed,
            @Nullable Layer node,
            boolean ledgerAllows,
            @Nullable Shown claim,
            @Nullable Shown because) {}

    /** What one layer says, and the line of the access file that says so; empty if none does. */
    record Layer(boolean allows, String because) {}
}

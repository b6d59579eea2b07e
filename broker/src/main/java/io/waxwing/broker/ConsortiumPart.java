package io.waxwing.broker;

import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.http.members.Consortium;
import io.waxwing.ledger.control.Change;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.leaf.ConfigLeaf;
import io.waxwing.node.runtime.Governance;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;

/** What the operator wants to know and to change of the consortium, done on the core thread. */
final class ConsortiumPart implements Consortium {
    private final LedgerPart ledger;
    private final Executor core;

    ConsortiumPart(LedgerPart ledger, Executor core) {
        this.ledger = ledger;
        this.core = core;
    }

    @Override
    public ConfigLeaf config() {
        return ledger.inForce();
    }

    @Override
    public CompletableFuture<SortedMap<String, SortedSet<String>>> convicted() {
        return asked(Governance::convicted);
    }

    @Override
    public CompletableFuture<List<Proposed>> proposed() {
        return asked(governance -> governance.proposed().stream()
                .map(change -> new Proposed(
                        change.intent(),
                        change.differences(),
                        change.approvedBy(),
                        change.approvedHere(),
                        change.needed()))
                .toList());
    }

    @Override
    public CompletableFuture<Hash> propose(List<Change> changes) {
        return asked(governance -> governance.propose(changes));
    }

    @Override
    public CompletableFuture<Void> vote(Hash id, boolean approves) {
        return asked(governance -> {
            governance.vote(id, approves);
            return null;
        });
    }

    private <T> CompletableFuture<T> asked(Function<Governance, T> question) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        try {
            core.execute(() -> {
                try {
                    answer.complete(question.apply(ledger.agent.governance()));
                } catch (RuntimeException refused) {
                    answer.completeExceptionally(refused);
                }
            });
        } catch (RejectedExecutionException full) {
            answer.completeExceptionally(new RefusedException(FailureCode.NODE_BUSY, "the core has no room"));
        }
        return answer;
    }
}

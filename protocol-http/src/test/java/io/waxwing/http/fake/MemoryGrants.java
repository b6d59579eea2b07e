package io.waxwing.http.fake;

import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.http.grants.LedgerGrants;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** Takes whatever is said, one leaf each, and forbids nobody anything. */
public final class MemoryGrants implements LedgerGrants {
    private final List<Shown> all = new CopyOnWriteArrayList<>();
    /** What was asked for. */
    public final List<Expected> expected = new CopyOnWriteArrayList<>();
    /** The ledger takes nothing, for that reason. */
    public volatile @Nullable FailureCode refuses;

    private long leafIndex = 10;

    @Override
    public String institution() {
        return "bank-a";
    }

    @Override
    public List<Shown> all() {
        return all;
    }

    @Override
    public CompletableFuture<Shown> say(Wish wish, Expected wanted, long waitMs) {
        expected.add(wanted);
        FailureCode refusal = refuses;
        if (refusal != null) {
            return CompletableFuture.failedFuture(new RefusedException(refusal, "the test says so"));
        }
        all.removeIf(each -> each.said().id().equals(wish.id()));
        Shown shown = new Shown(institution(), leafIndex++, 3, wish);
        all.add(shown);
        return CompletableFuture.completedFuture(shown);
    }

    @Override
    public CompletableFuture<Shown> end(Name name, Expected wanted, long waitMs) {
        expected.add(wanted);
        for (Shown each : all) {
            if (each.said().id().equals(name.id()) && each.institution().equals(name.institution())) {
                all.remove(each);
                return CompletableFuture.completedFuture(each);
            }
        }
        return CompletableFuture.failedFuture(
                new RefusedException(FailureCode.GRANT_UNKNOWN, "no " + name.institution() + "/" + name.id()));
    }

    @Override
    public Explanation explain(Asked asked) {
        Shown first = all.isEmpty() ? null : all.get(0);
        Layer node = asked.institution().equals(institution()) ? new Layer(true, "allow publish home/#") : null;
        return new Explanation(true, node, true, first, null);
    }
}

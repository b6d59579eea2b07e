package io.waxwing.broker.grant;

import io.waxwing.broker.runtime.Agent;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.Refusal;
import io.waxwing.ledger.control.Registry;
import io.waxwing.ledger.dispute.GrantOrder;
import io.waxwing.ledger.dispute.GrantRules;
import io.waxwing.ledger.execute.Applied;
import io.waxwing.ledger.execute.Applied.AppliedGrant;
import io.waxwing.ledger.grant.GrantStatement;
import io.waxwing.ledger.grant.Grants;
import io.waxwing.ledger.grant.Rule;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.leaf.GrantLeaf;
import io.waxwing.ledger.sign.Signer;
import io.waxwing.ledger.spi.Ledger;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Gets this institution's statements onto the ledger. What is said may get lost, or be too late for its block, so it is
 * said again until the ledger shows it, or shows what stands against it, or nobody waits any more. Belongs to the core
 * thread; {@link #holding} is for any.
 */
public final class Granting implements Agent {
    /** Statements that wait at a time: fewer than an origin may have waiting for a block. */
    static final int WAITING = 6;

    private static final long REPEAT_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private final Parts parts;
    private final List<Said> waiting = new ArrayList<>();
    private volatile Grants grants = Grants.NONE;
    private long lastMs;
    private long saidNanos;

    /**
     * What it works with.
     *
     * @param originId of this node
     * @param originKey signs statements
     * @param clockMs Unix milliseconds
     * @param registry in force
     */
    public record Parts(
            int originId,
            Signer originKey,
            Hash ledgerId,
            Ledger ledger,
            LongSupplier clockMs,
            Supplier<Registry> registry) {}

    /** Hears what became of a statement, once, on the core thread. */
    public interface Told {
        /** It holds: the rule, or for an END what it ended. */
        void said(long leafIndex, long height);

        /** WXW-1284 the ledger does not take it, WXW-1286 not ordered in time, WXW-1103 too much waits. */
        void refused(Refusal refusal);
    }

    private static final class Said {
        final GrantStatement statement;
        /** All who said it meanwhile. */
        final List<Told> told = new ArrayList<>();

        long untilMs;
        GrantLeaf leaf;

        Said(GrantStatement statement, Told told, long untilMs, GrantLeaf leaf) {
            this.statement = statement;
            this.told.add(told);
            this.untilMs = untilMs;
            this.leaf = leaf;
        }

        void refused(Refusal refusal) {
            told.forEach(each -> each.refused(refusal));
        }
    }

    public Granting(Parts parts) {
        this.parts = parts;
    }

    /** What holds behind the last final block. */
    public Grants holding() {
        return grants;
    }

    /** Says it, and waits so long for the order; what is under way already is not said twice. */
    public void ask(GrantStatement statement, long waitMs, Told told) {
        for (Said same : waiting) {
            if (same.statement.equals(statement)) {
                same.told.add(told);
                same.untilMs = Math.max(same.untilMs, parts.clockMs().getAsLong() + waitMs);
                return;
            }
        }
        if (waiting.size() >= WAITING) {
            told.refused(new Refusal(FailureCode.NODE_BUSY, WAITING + " statements wait for the ledger already"));
            return;
        }
        long timeMs = nextMs();
        String refusal = refusal(statement, timeMs);
        if (refusal != null) {
            told.refused(new Refusal(FailureCode.GRANT_REFUSED, refusal));
            return;
        }
        Said said = new Said(statement, told, parts.clockMs().getAsLong() + waitMs, sign(statement, timeMs));
        waiting.add(said);
        submit(said);
    }

    private long nextMs() {
        long last = Math.max(lastMs, grants.lastMs(parts.originId()));
        return Math.max(parts.clockMs().getAsLong(), last + 1);
    }

    private GrantLeaf sign(GrantStatement statement, long timeMs) {
        lastMs = timeMs;
        return GrantLeaf.of(parts.originId(), timeMs, statement, parts.ledgerId(), parts.originKey());
    }

    private @Nullable String refusal(GrantStatement statement, long timeMs) {
        Registry registry = parts.registry().get();
        Registry.Origin author = registry.origin(parts.originId());
        if (author == null || !author.active()) {
            return "this node's institution is no member any more";
        }
        return GrantRules.refusal(grants, statement, author, timeMs, registry);
    }

    private void submit(Said said) {
        // Said again if it does not show in the ledger.
        boolean unused = parts.ledger().submit(new GrantOrder(said.leaf));
    }

    /** A block is final. */
    public void onApplied(Applied applied) {
        for (AppliedGrant grant : applied.grants()) {
            waiting.removeIf(said -> {
                boolean isIt = said.leaf.equals(grant.leaf());
                if (isIt) {
                    said.told.forEach(told -> told.said(grant.leafIndex(), applied.height()));
                }
                return isIt;
            });
        }
    }

    /** What holds behind it: what stands against a statement now will not go away. */
    public void onGrants(Grants now) {
        grants = now;
        waiting.removeIf(said -> {
            boolean isBehind = said.leaf.timeMs() <= now.lastMs(parts.originId());
            long timeMs = isBehind ? nextMs() : said.leaf.timeMs();
            String refusal = refusal(said.statement, timeMs);
            if (refusal != null) {
                said.refused(new Refusal(FailureCode.GRANT_REFUSED, refusal));
            } else if (isBehind) {
                // A later one of this node came first.
                said.leaf = sign(said.statement, timeMs);
            }
            return refusal != null;
        });
    }

    @Override
    public int doWork(long nowNanos) {
        if (waiting.isEmpty() || nowNanos - saidNanos < REPEAT_NANOS) {
            return 0;
        }
        saidNanos = nowNanos;
        long nowMs = parts.clockMs().getAsLong();
        waiting.removeIf(said -> {
            boolean late = nowMs >= said.untilMs;
            if (late) {
                said.refused(new Refusal(
                        FailureCode.GRANT_LATE, "it is said, and may still be ordered: see /v1/grants, or ask again"));
            }
            return late;
        });
        waiting.forEach(this::submit);
        return 1;
    }

    @Override
    public long nextWorkNanos() {
        return waiting.isEmpty() ? Long.MAX_VALUE : saidNanos + REPEAT_NANOS;
    }

    /** What the institution calls so; null if nothing. */
    public @Nullable Rule named(int institutionId, String id) {
        return grants.named(institutionId, id);
    }
}

package io.waxwing.broker;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.waxwing.broker.grant.Granting;
import io.waxwing.broker.grant.RightsGate;
import io.waxwing.broker.intake.Topics;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.Refusal;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.bus.identity.Action;
import io.waxwing.bus.spi.Authentication;
import io.waxwing.http.grants.LedgerGrants;
import io.waxwing.ledger.control.Registry;
import io.waxwing.ledger.control.Registry.Institution;
import io.waxwing.ledger.dispute.Disputes;
import io.waxwing.ledger.execute.Applied;
import io.waxwing.ledger.failure.MalformedException;
import io.waxwing.ledger.grant.GrantAction;
import io.waxwing.ledger.grant.GrantStatement;
import io.waxwing.ledger.grant.GrantStatement.Verb;
import io.waxwing.ledger.grant.Rights;
import io.waxwing.ledger.grant.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/** The ledger's grants on this node: who asks them, and the way in for those who say some. */
final class GrantPart implements LedgerGrants {
    private static final String EVERYBODY = "*";

    /** Asked by everybody who publishes or reads. */
    final RightsGate gate;
    /** Runs on the core thread. */
    final Granting granting;

    private final LedgerPart part;
    private final AudiencePart audience;
    private final Executor core;
    // Made before this, and told later, since what logs in needs this.
    private volatile Authentication here = Authentication.OPEN;

    GrantPart(LedgerPart part, AudiencePart audience, Topics topics, Executor core, MeterRegistry metrics) {
        this.part = part;
        this.audience = audience;
        this.core = core;
        gate = new RightsGate(new RightsGate.Parts(
                part.self.institutionId(),
                this::institutionOf,
                topics::audienceOf,
                audience.audiences::ids,
                index -> Objects.requireNonNull(part.store.leaf(index), "a leaf before the last block")));
        granting = new Granting(new Granting.Parts(
                part.self.originId(),
                part.originKey,
                part.ledgerId(),
                part.agent,
                System::currentTimeMillis,
                part::registry));
        Gauge.builder("waxwing.grants", granting, each -> each.holding().rules().size())
                .description("Claims and grants of the ledger that hold")
                .register(metrics);
        Gauge.builder("waxwing.grants.ended", gate, RightsGate::ended)
                .description("Claims and grants that hold no more and are remembered for blocks that are not delivered")
                .register(metrics);
        FunctionCounter.builder("waxwing.grants.refused", gate, RightsGate::refused)
                .description("Publications and subscriptions at this node that the ledger's grants do not allow")
                .register(metrics);
    }

    private int institutionOf(int originId) {
        Registry.Origin origin = part.registry().origin(originId);
        return origin == null ? -1 : origin.institutionId();
    }

    /** The node's own grants, for explaining. */
    void explains(Authentication by) {
        here = by;
    }

    /** What the ledger has when the node starts. */
    void start(Disputes disputes) {
        gate.start(disputes.grants());
        granting.onGrants(disputes.grants());
    }

    @Override
    public String institution() {
        return part.institution;
    }

    @Override
    public List<Shown> all() {
        Registry registry = part.registry();
        return granting.holding().rules().stream()
                .map(rule -> shown(registry, rule))
                .toList();
    }

    private static String nameOf(Registry registry, int institutionId) {
        Institution institution = registry.institution(institutionId);
        return institution == null ? Integer.toString(institutionId) : institution.name();
    }

    private Shown shown(Registry registry, Rule rule) {
        GrantStatement said = rule.said();
        String grantee = said.granteeId() == GrantStatement.EVERYBODY
                ? EVERYBODY
                : said.isRule() ? nameOf(registry, said.granteeId()) : "";
        List<Action> actions = new ArrayList<>();
        if ((said.actions() & GrantAction.PUBLISH.bit()) != 0) {
            actions.add(Action.PUBLISH);
        }
        if ((said.actions() & GrantAction.SUBSCRIBE.bit()) != 0) {
            actions.add(Action.SUBSCRIBE);
        }
        Wish wish = new Wish(
                said.id(),
                said.verb().name().toLowerCase(Locale.ROOT),
                audience.names.wordOf(said.audienceId()),
                said.filter(),
                said.user().isEmpty() ? grantee : grantee + "/" + said.user(),
                actions);
        return new Shown(nameOf(registry, said.institutionId()), rule.leafIndex(), rule.height(), wish);
    }

    @Override
    public CompletableFuture<Shown> say(Wish wish, Expected expected, long waitMs) {
        return onCore(answer -> {
            Rule before = granting.named(part.self.institutionId(), wish.id());
            require(before, expected);
            GrantStatement said = statement(wish, before);
            if (before != null && isSame(before.said(), said)) {
                answer.complete(shown(part.registry(), before));
            } else {
                granting.ask(said, waitMs, telling(answer, (leafIndex, height) -> new Rule(leafIndex, height, said)));
            }
        });
    }

    @Override
    public CompletableFuture<Shown> end(Name name, Expected expected, long waitMs) {
        return onCore(answer -> {
            Institution institution = part.registry().institutionNamed(name.institution());
            Rule before = institution == null ? null : granting.named(institution.id(), name.id());
            if (before == null) {
                throw new RefusedException(
                        FailureCode.GRANT_UNKNOWN, name.institution() + " has no claim or grant '" + name.id() + "'");
            }
            require(before, expected);
            GrantStatement said = GrantStatement.end(part.self.institutionId(), before.leafIndex());
            granting.ask(said, waitMs, telling(answer, (leafIndex, height) -> before));
        });
    }

    private static void require(@Nullable Rule before, Expected expected) {
        Long wanted = expected.leafIndex();
        if (expected.isNew() && before != null) {
            throw new RefusedException(FailureCode.GRANT_CHANGED, "the name is in use: leaf " + before.leafIndex());
        }
        if (wanted != null && (before == null || before.leafIndex() != wanted)) {
            throw new RefusedException(
                    FailureCode.GRANT_CHANGED,
                    before == null ? "there is none of that name" : "it is that of leaf " + before.leafIndex());
        }
    }

    private static boolean isSame(GrantStatement before, GrantStatement said) {
        return before.verb() == said.verb()
                && before.audienceId() == said.audienceId()
                && before.filter().equals(said.filter())
                && before.granteeId() == said.granteeId()
                && before.user().equals(said.user())
                && before.actions() == said.actions();
    }

    private GrantStatement statement(Wish wish, @Nullable Rule before) {
        long audienceId = audience.names.idOf(wish.audience());
        int self = part.self.institutionId();
        Verb verb = Verb.valueOf(wish.effect().toUpperCase(Locale.ROOT));
        try {
            if (verb == Verb.CLAIM) {
                return GrantStatement.claim(self, audienceId, wish.id(), wish.filter());
            }
            int slash = wish.principal().indexOf('/');
            String grantee = slash < 0 ? wish.principal() : wish.principal().substring(0, slash);
            String user = slash < 0 ? "" : wish.principal().substring(slash + 1);
            int actions =
                    wish.actions().stream().mapToInt(action -> of(action).bit()).reduce(0, (all, bit) -> all | bit);
            long ends = before == null ? 0 : before.leafIndex();
            return new GrantStatement(
                    verb, self, ends, audienceId, wish.id(), wish.filter(), idOf(grantee), user, actions);
        } catch (MalformedException e) {
            throw new RefusedException(FailureCode.PARAMETER, e.text());
        }
    }

    private int idOf(String name) {
        if (name.equals(EVERYBODY)) {
            return GrantStatement.EVERYBODY;
        }
        Institution institution = part.registry().institutionNamed(name);
        if (institution == null) {
            throw new RefusedException(FailureCode.PARAMETER, "no institution is called '" + name + "'");
        }
        return institution.id();
    }

    private static GrantAction of(Action action) {
        return action == Action.SUBSCRIBE ? GrantAction.SUBSCRIBE : GrantAction.PUBLISH;
    }

    private interface Made {
        Rule rule(long leafIndex, long height);
    }

    private Granting.Told telling(CompletableFuture<Shown> answer, Made made) {
        return new Granting.Told() {
            @Override
            public void said(long leafIndex, long height) {
                answer.complete(shown(part.registry(), made.rule(leafIndex, height)));
            }

            @Override
            public void refused(Refusal refusal) {
                answer.completeExceptionally(refusal.asException());
            }
        };
    }

    private interface Work {
        void run(CompletableFuture<Shown> answer);
    }

    private CompletableFuture<Shown> onCore(Work work) {
        CompletableFuture<Shown> answer = new CompletableFuture<>();
        try {
            core.execute(() -> {
                try {
                    work.run(answer);
                } catch (RuntimeException refused) {
                    answer.completeExceptionally(refused);
                }
            });
        } catch (RejectedExecutionException full) {
            answer.completeExceptionally(new RefusedException(FailureCode.NODE_BUSY, "the core has no room"));
        }
        return answer;
    }

    @Override
    public Explanation explain(Asked asked) {
        Registry registry = part.registry();
        Institution institution = registry.institutionNamed(asked.institution());
        if (institution == null) {
            throw new RefusedException(FailureCode.PARAMETER, "no institution is called '" + asked.institution() + "'");
        }
        Rights.Decision ledger = gate.explain(institution.id(), asked.user(), asked.topic(), of(asked.action()));
        Layer node = null;
        if (institution.id() == part.self.institutionId()) {
            String because = here.explain(asked.user(), asked.action(), asked.topic());
            node = new Layer(because.isEmpty() ? !here.isRequired() : because.startsWith("allow"), because);
        }
        return new Explanation(
                ledger.allowed() && (node == null || node.allows()),
                node,
                ledger.allowed(),
                shownOr(registry, ledger.claim()),
                shownOr(registry, ledger.because()));
    }

    private @Nullable Shown shownOr(Registry registry, @Nullable Rule rule) {
        return rule == null ? null : shown(registry, rule);
    }

    /** A block is final; the gate has heard of it. */
    void onApplied(Applied applied) {
        granting.onApplied(applied);
    }

    void onDisputes(Disputes disputes) {
        granting.onGrants(disputes.grants());
    }
}

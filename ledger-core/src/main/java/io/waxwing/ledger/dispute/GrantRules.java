package io.waxwing.ledger.dispute;

import io.waxwing.ledger.control.Registry;
import io.waxwing.ledger.control.Registry.Audience;
import io.waxwing.ledger.control.Registry.Origin;
import io.waxwing.ledger.grant.GrantStatement;
import io.waxwing.ledger.grant.Grants;
import io.waxwing.ledger.grant.Rule;
import io.waxwing.ledger.grant.TopicSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which statements may stand in a block:
 *
 * <ul>
 *   <li>each is said by an origin of the institution that it names, later than that origin's last;
 *   <li>a CLAIM by a member of the audience, which overlaps no claim that holds there, at most {@link #CLAIMS_EACH} of
 *       an institution: who comes first has it;
 *   <li>an ALLOW or DENY within a claim of one's own, about another institution or all of them, at most
 *       {@link #RULES_EACH} of an institution; one whose name is in use says which leaf it takes the place of;
 *   <li>an END of what is one's own, or of what is of an institution that is not in the audience any more; of a claim
 *       when no rule within it holds.
 * </ul>
 *
 * Pure; the answers depend on the arguments alone.
 */
public final class GrantRules {
    /** Claims of one institution that hold at a time. */
    public static final int CLAIMS_EACH = 16;
    /** Rules of one institution that hold at a time. */
    public static final int RULES_EACH = 64;

    private GrantRules() {}

    /** Why a statement may not stand behind what holds; null if it may. */
    public static @Nullable String refusal(
            Grants now, GrantStatement said, Origin author, long timeMs, Registry registry) {
        if (said.institutionId() != author.institutionId()) {
            return "origin " + author.originId() + " does not speak for institution " + said.institutionId();
        }
        if (timeMs <= now.lastMs(author.originId())) {
            return "the statement of origin " + author.originId() + " at " + timeMs
                    + " is a repeat, or behind a later one";
        }
        if (said.verb() == GrantStatement.Verb.END) {
            return ofEnd(now, said, registry);
        }
        if (!isIn(registry, said.institutionId(), said.audienceId())) {
            return "institution " + said.institutionId() + " is not in audience " + said.audienceId();
        }
        return said.isRule() ? ofRule(now, said, registry) : ofClaim(now, said);
    }

    private static boolean isIn(Registry registry, int institutionId, long audienceId) {
        Audience audience = registry.audience(audienceId);
        return audience != null
                && audience.institutionIds().contains(institutionId)
                && registry.isMember(institutionId);
    }

    private static @Nullable String ofEnd(Grants now, GrantStatement said, Registry registry) {
        Rule ended = now.at(said.ends());
        if (ended == null) {
            return "nothing that leaf " + said.ends() + " said holds";
        }
        GrantStatement was = ended.said();
        if (was.institutionId() != said.institutionId() && isIn(registry, was.institutionId(), was.audienceId())) {
            return "leaf " + said.ends() + " was said by institution " + was.institutionId()
                    + ", which alone may end it while it is in the audience";
        }
        if (was.isRule()) {
            return null;
        }
        Rule within = within(now, was);
        return within == null
                ? null
                : "rule " + within.said().id() + " is within claim " + was.id() + ": end that first";
    }

    private static @Nullable Rule within(Grants now, GrantStatement claim) {
        TopicSet topics = claim.topics();
        return now.rules().stream()
                .filter(rule -> rule.said().isRule()
                        && rule.said().institutionId() == claim.institutionId()
                        && rule.said().audienceId() == claim.audienceId()
                        && topics.covers(rule.said().topics()))
                .findFirst()
                .orElse(null);
    }

    private static List<Rule> own(Grants now, GrantStatement said, boolean rules) {
        return now.rules().stream()
                .filter(rule -> rule.said().institutionId() == said.institutionId()
                        && rule.said().isRule() == rules)
                .toList();
    }

    private static @Nullable String ofClaim(Grants now, GrantStatement said) {
        if (now.named(said.institutionId(), said.id()) != null) {
            return "the name " + said.id() + " is in use";
        }
        if (own(now, said, false).size() >= CLAIMS_EACH) {
            return "institution " + said.institutionId() + " has " + CLAIMS_EACH + " claims already";
        }
        TopicSet topics = said.topics();
        for (Rule other : now.rules()) {
            boolean meets = !other.said().isRule()
                    && other.said().audienceId() == said.audienceId()
                    && topics.overlaps(other.said().topics());
            if (meets) {
                return "claim " + said.filter() + " overlaps claim "
                        + other.said().filter() + " of institution "
                        + other.said().institutionId();
            }
        }
        return null;
    }

    private static @Nullable String ofRule(Grants now, GrantStatement said, Registry registry) {
        if (said.granteeId() != GrantStatement.EVERYBODY && registry.institution(said.granteeId()) == null) {
            return "there is no institution " + said.granteeId();
        }
        if (said.granteeId() == said.institutionId()) {
            return "what one's own users may do is not for the ledger to say";
        }
        Rule before = now.named(said.institutionId(), said.id());
        if (before != null && !before.said().isRule()) {
            return "the name " + said.id() + " is in use by a claim";
        }
        if (said.ends() != (before == null ? 0 : before.leafIndex()) || (before != null && said.ends() == 0)) {
            return before == null
                    ? "leaf " + said.ends() + " said nothing of the name " + said.id()
                    : "rule " + said.id() + " is that of leaf " + before.leafIndex() + ": say that it ends";
        }
        if (before == null && own(now, said, true).size() >= RULES_EACH) {
            return "institution " + said.institutionId() + " has " + RULES_EACH + " rules already";
        }
        TopicSet topics = said.topics();
        boolean inside = own(now, said, false).stream()
                .anyMatch(claim -> claim.said().audienceId() == said.audienceId()
                        && claim.said().topics().covers(topics));
        return inside ? null : "no claim of institution " + said.institutionId() + " covers " + said.filter();
    }
}

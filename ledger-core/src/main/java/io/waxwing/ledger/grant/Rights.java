package io.waxwing.ledger.grant;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who may do what, now and at every place of the ledger behind a certain one. A topic that nobody claims is everybody's
 * in its audience. In a claim its owner may all, others what is allowed and not denied. Immutable.
 */
public final class Rights {
    public static final Rights OPEN = new Rights(List.of());

    /** A place behind all that is there. */
    public static final long NOW = Long.MAX_VALUE;

    private final List<Held> all;

    /** A rule with its topics; {@code until} is the index of the leaf that ended it, {@link #NOW} while it holds. */
    private record Held(Rule rule, TopicSet topics, long until) {
        boolean holds(long at) {
            return rule.leafIndex() < at && at <= until;
        }
    }

    /**
     * What is asked.
     *
     * @param user of the institution; null if it is not known who of them: then a rule for one of them allows, and none
     *     denies
     */
    public record Question(
            long audienceId, int institutionId, @Nullable String user, String topic, GrantAction action) {}

    /**
     * The answer.
     *
     * @param claim whose topic it is; null if nobody's
     * @param because the rule that says so; null if it is the claim itself, or nothing
     */
    public record Decision(
            boolean allowed, @Nullable Rule claim, @Nullable Rule because) {}

    private static final Decision NOBODYS = new Decision(true, null, null);

    private Rights(List<Held> all) {
        this.all = List.copyOf(all);
    }

    /** What holds; of the past nothing yet. */
    public static Rights of(Grants grants) {
        return new Rights(grants.rules().stream()
                .map(rule -> new Held(rule, rule.said().topics(), NOW))
                .toList());
    }

    /** True if nothing was ever claimed, as far as this remembers. */
    public boolean isOpen() {
        return all.isEmpty();
    }

    /** How many of the statements that this remembers hold no more. */
    public int ended() {
        return (int) all.stream().filter(held -> held.until() != NOW).count();
    }

    /** After the next GRANT leaf. */
    public Rights with(long leafIndex, long height, GrantStatement said) {
        List<Held> next = new ArrayList<>();
        for (Held held : all) {
            boolean ends = said.ends() > 0 && held.rule().leafIndex() == said.ends();
            next.add(ends ? new Held(held.rule(), held.topics(), leafIndex) : held);
        }
        if (said.verb() != GrantStatement.Verb.END) {
            next.add(new Held(new Rule(leafIndex, height, said), said.topics(), NOW));
        }
        return new Rights(next);
    }

    /** Remembers also what held once: the statement of the leaf at {@code from}, ended by the one at {@code until}. */
    public Rights withPast(long from, long until, GrantStatement said) {
        List<Held> next = new ArrayList<>(all);
        next.add(new Held(new Rule(from, 0, said), said.topics(), until));
        return new Rights(next);
    }

    /** Without what ended before that place. */
    public Rights from(long leafIndex) {
        return all.stream().allMatch(held -> held.until() >= leafIndex)
                ? this
                : new Rights(
                        all.stream().filter(held -> held.until() >= leafIndex).toList());
    }

    /** Whether it is allowed for an event whose SEGMENT leaf is at that index; or {@link #NOW}. */
    public Decision decide(Question question, long at) {
        if (all.isEmpty()) {
            return NOBODYS;
        }
        List<String> topic = TopicSet.levels(question.topic());
        Rule claim = claimOf(question.audienceId(), topic, at);
        if (claim == null) {
            return NOBODYS;
        }
        if (claim.said().institutionId() == question.institutionId()) {
            return new Decision(true, claim, null);
        }
        Rule allowed = null;
        for (Held held : all) {
            GrantStatement said = held.rule().said();
            boolean meant = said.isRule()
                    && held.holds(at)
                    && said.institutionId() == claim.said().institutionId()
                    && said.audienceId() == question.audienceId()
                    && (said.actions() & question.action().bit()) != 0
                    && isAbout(said, question)
                    && held.topics().matches(topic);
            if (meant && said.verb() == GrantStatement.Verb.DENY) {
                return new Decision(false, claim, held.rule());
            }
            allowed = meant && allowed == null ? held.rule() : allowed;
        }
        return new Decision(allowed != null, claim, allowed);
    }

    private static boolean isAbout(GrantStatement said, Question question) {
        boolean whole = said.granteeId() == GrantStatement.EVERYBODY || said.granteeId() == question.institutionId();
        boolean unknown = question.user() == null && said.verb() == GrantStatement.Verb.ALLOW;
        return whole && (said.user().isEmpty() || unknown || said.user().equals(question.user()));
    }

    private @Nullable Rule claimOf(long audienceId, List<String> topic, long at) {
        for (Held held : all) {
            GrantStatement said = held.rule().said();
            if (!said.isRule()
                    && said.audienceId() == audienceId
                    && held.holds(at)
                    && held.topics().matches(topic)) {
                return held.rule();
            }
        }
        return null;
    }

    /**
     * Of a filter whose topics of an audience are all in one claim of another institution: whether some of them may be
     * read. True for all other filters: then each event is asked for.
     */
    public boolean mayAskFor(long audienceId, TopicSet filter, int institutionId, String user) {
        for (Held held : all) {
            GrantStatement claim = held.rule().said();
            boolean foreign = !claim.isRule()
                    && claim.audienceId() == audienceId
                    && held.until() == NOW
                    && claim.institutionId() != institutionId
                    && held.topics().covers(filter);
            if (foreign && all.stream().noneMatch(other -> allows(other, claim, filter, institutionId, user))) {
                return false;
            }
        }
        return true;
    }

    private static boolean allows(Held held, GrantStatement claim, TopicSet filter, int institutionId, String user) {
        GrantStatement said = held.rule().said();
        return said.verb() == GrantStatement.Verb.ALLOW
                && held.until() == NOW
                && said.institutionId() == claim.institutionId()
                && said.audienceId() == claim.audienceId()
                && (said.actions() & GrantAction.SUBSCRIBE.bit()) != 0
                && isAbout(said, new Question(claim.audienceId(), institutionId, user, "", GrantAction.SUBSCRIBE))
                && held.topics().overlaps(filter);
    }
}

package io.waxwing.broker.intake;

import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.bus.topic.TopicPolicy;
import io.waxwing.ledger.control.Genesis;
import java.util.Map;
import java.util.function.LongPredicate;
import java.util.regex.Pattern;

/**
 * What this node calls the audiences of the ledger. The ledger has numbers only: a name on it would tell those who are
 * not in the audience what it is about. Any thread.
 */
public final class AudienceNames {
    private static final Pattern NUMBER = Pattern.compile("[1-9][0-9]{0,9}");

    private final Map<String, Long> ids;
    private final LongPredicate exists;
    private final LongPredicate isMember;

    /**
     * The names of one node.
     *
     * @param ids number by name, see the setting {@code audiences}
     * @param exists true for an audience of the registry in force
     * @param isMember true for one that this node is in
     */
    public AudienceNames(Map<String, Long> ids, LongPredicate exists, LongPredicate isMember) {
        this.ids = Map.copyOf(ids);
        this.exists = exists;
        this.isMember = isMember;
    }

    /** The number of an audience. @throws RefusedException WXW-1242 if no audience has this name or number */
    public long idOf(String word) {
        if (word.equals(TopicPolicy.EVERYBODY)) {
            return Genesis.EVERYBODY;
        }
        Long named = ids.get(word);
        long id = named != null ? named : NUMBER.matcher(word).matches() ? Long.parseLong(word) : 0;
        if (id == 0 || !exists.test(id)) {
            throw new RefusedException(
                    FailureCode.AUDIENCE_UNKNOWN, "'" + word + "' is no audience of this ledger (setting audiences)");
        }
        return id;
    }

    /** What an audience is called here: its name, or its number if it has none. */
    public String wordOf(long audienceId) {
        if (audienceId == Genesis.EVERYBODY) {
            return TopicPolicy.EVERYBODY;
        }
        for (Map.Entry<String, Long> named : ids.entrySet()) {
            if (named.getValue() == audienceId) {
                return named.getKey();
            }
        }
        return Long.toString(audienceId);
    }

    /** Throws {@link RefusedException} WXW-1240 unless this node is in that audience. */
    void requireMember(long audienceId) {
        if (!isMember.test(audienceId)) {
            throw new RefusedException(
                    FailureCode.AUDIENCE_FOREIGN,
                    "audience '" + wordOf(audienceId) + "' has other members, so nothing of it may be here");
        }
    }
}

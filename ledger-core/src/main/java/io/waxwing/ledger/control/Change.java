package io.waxwing.ledger.control;

import io.waxwing.ledger.control.Registry.Availability;
import io.waxwing.ledger.hash.Hash;
import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a consortium may want to be different from an epoch on. Every change becomes a CONFIG leaf, so every change
 * needs the approval of Q institutions: the leaf's format knows no other kind, audiences and topics included.
 */
public sealed interface Change {
    /**
     * A new member, with the next free institution and origin ids. One that votes is also of the audience of everybody;
     * one that only follows gets no payloads before a change puts it into an audience.
     */
    record AddMember(JoinFile member) implements Change {}

    /**
     * The member votes and writes no more: it is an observer without node, its origins are retired, and audiences that
     * have other members lose it. Its lines stay, so that its ids, its name and its keys are never given again.
     */
    record RemoveMember(String institution) implements Change {}

    /** New keys, another role or address of a member, as its new join file says. Its first active origin is meant. */
    record ReplaceMember(JoinFile member) implements Change {}

    /**
     * One more node of a member, with the next free origin id: it follows, and has no say in the member's name. The
     * member itself is among those who approve.
     */
    record AddNode(JoinFile node) implements Change {}

    /** A further node of a member is none any more; its line stays, so that its id and key are never given again. */
    record RetireNode(int originId) implements Change {}

    /** A new audience, or other members of one. */
    record SetAudience(long audienceId, Availability availability, Set<Integer> institutionIds) implements Change {
        public SetAudience {
            institutionIds = Collections.unmodifiableSet(new TreeSet<>(institutionIds));
        }
    }

    /** Grants a topic, by its tag, to one audience; a retired one takes no events any more, for ever. */
    record SetTopic(Hash tag, long audienceId, boolean active) implements Change {}

    /** Another value of one of the {@link Parameter}s. */
    record SetParameter(Parameter parameter, long value) implements Change {}

    /** The parameters of a registry that may change: how long a challenge runs, see {@link ChallengeTerms}. */
    enum Parameter {
        CHALLENGE_BLOCKS("challenge-blocks", 0, ChallengeTerms.MAX_BLOCKS),
        CHALLENGE_TIME("challenge-time", 1, ChallengeTerms.MAX_TIME_MS);

        private final String word;
        private final long least;
        private final long most;

        Parameter(String word, long least, long most) {
            this.word = word;
            this.least = least;
            this.most = most;
        }

        /** As it stands in the registry. */
        public String word() {
            return word;
        }

        public boolean takes(long value) {
            return value >= least && value <= most;
        }

        /** Such as "a number from 0 to 100000". */
        public String wanted() {
            return "a number from " + least + " to " + most;
        }

        /** The parameter of that word, or null. */
        public static @Nullable Parameter of(String word) {
            for (Parameter parameter : values()) {
                if (parameter.word.equals(word)) {
                    return parameter;
                }
            }
            return null;
        }
    }
}

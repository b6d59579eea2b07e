package io.waxwing.ledger.simplex;

import static org.assertj.core.api.Assertions.assertThat;

import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Each rule alone; the numbers are those of the faults they prevent. */
class VotingRulesTest {
    private static final Hash ID = TestKeys.hash("b");

    private final VotingRules rules = VotingRules.PROTOCOL;

    @Test
    void onceAViewOfEachKind() {
        assertThat(rules.mayPropose(OwnVotes.NONE)).isTrue();
        assertThat(rules.mayPropose(OwnVotes.NONE.withProposed(ID))).isFalse();
        assertThat(rules.mayNotarize(OwnVotes.NONE.withNotarized(ID))).isFalse();
        assertThat(rules.mayNullify(OwnVotes.NONE.withNullified())).isFalse();
        assertThat(rules.mayFinalize(OwnVotes.NONE.withFinalized(ID))).isFalse();
    }

    /** 1 and 17. */
    @Test
    void nullifyAndFinalizeExcludeEachOtherAndNotarizeExcludesNothing() {
        assertThat(rules.mayFinalize(OwnVotes.NONE.withNullified())).isFalse();
        assertThat(rules.mayNullify(OwnVotes.NONE.withFinalized(ID))).isFalse();
        assertThat(rules.mayNotarize(OwnVotes.NONE.withNullified())).isTrue();
        assertThat(rules.mayNullify(OwnVotes.NONE.withNotarized(ID))).isTrue();
        assertThat(rules.mayFinalize(OwnVotes.NONE.withNotarized(ID))).isTrue();
    }

    /** 2. */
    @Test
    void everyViewOfTheGapIsNullified() {
        Set<Long> nullified = Set.of(4L, 5L, 7L);
        assertThat(rules.gapCovered(3, 4, nullified::contains)).isTrue();
        assertThat(rules.gapCovered(3, 6, nullified::contains)).isTrue();
        assertThat(rules.gapCovered(3, 7, nullified::contains)).isFalse();
        assertThat(rules.gapCovered(3, 8, nullified::contains)).isFalse();
        assertThat(rules.gapCovered(4, 4, nullified::contains)).isFalse();
        assertThat(rules.gapCovered(5, 4, nullified::contains)).isFalse();
    }

    /** 4. */
    @Test
    void aKeyVotesOnlyWithItsHistory() {
        VoteHistory empty = new VoteHistory();
        VoteHistory history = new VoteHistory();
        history.add(new VoteRecord.Certified(new Certificate(
                Vote.Type.FINALIZE,
                0,
                7,
                Hash.ZERO,
                ByteString.of(new byte[] {1}),
                List.of(ByteString.of(new byte[64])))));
        history.add(new VoteRecord.Enter(8));
        assertThat(rules.mayVote(false, empty, 0, 0)).isTrue();
        assertThat(rules.mayVote(true, empty, 0, 0)).isFalse();
        assertThat(rules.mayVote(true, history, 0, 7)).isTrue();
        assertThat(rules.mayVote(true, history, 0, 8)).isFalse();
        assertThat(rules.mayVote(false, empty, 20, 20)).isTrue();
        assertThat(rules.mayVote(false, empty, 20, 21)).isFalse();
    }

    /** 3, 6, 10, 16, 22. */
    @Test
    void whatIsTakenFromOthers() {
        assertThat(rules.durableBeforeSent()).isTrue();
        assertThat(rules.stopsAtUnknownOwnVote()).isTrue();
        assertThat(rules.countsVote(false)).isTrue();
        assertThat(rules.countsVote(true)).isFalse();
        assertThat(rules.keepsFirstVote()).isTrue();
        assertThat(rules.believesViewClaim(9, 3)).isFalse();
        assertThat(rules.acceptsBody(ID, ID)).isTrue();
        assertThat(rules.acceptsBody(ID, Hash.ZERO)).isFalse();
    }

    /** 1. */
    @Test
    void flagsGoOnlyWithASettledView() {
        assertThat(rules.mayForget(5, 5, 99)).isTrue();
        assertThat(rules.mayForget(6, 5, 99)).isFalse();
    }

    /** 7 and 11. */
    @Test
    void aCheckIsRememberedByEverythingThatWasChecked() {
        Validators validators = TestKeys.validators(2, 0);
        byte[] one = rules.signedMessage(validators.vote(Vote.Type.NOTARIZE, 1, ID));
        byte[] other = rules.signedMessage(validators.vote(Vote.Type.FINALIZE, 1, ID));
        assertThat(one).isNotEqualTo(other);
        ByteString key = validators.voteKey(0);
        ByteString signature = ByteString.of(new byte[64]);
        Hash known = rules.verificationKey(key, one, signature);
        assertThat(rules.verificationKey(key, other, signature)).isNotEqualTo(known);
        assertThat(rules.verificationKey(validators.voteKey(1), one, signature)).isNotEqualTo(known);
    }
}

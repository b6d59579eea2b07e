package io.waxwing.broker.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waxwing.ledger.control.ChallengeTerms;
import io.waxwing.ledger.failure.LedgerFailure;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class TermsOptionsTest {
    private static ChallengeTerms challenges(String... arguments) {
        return CommandLine.populateCommand(new TermsOptions(), arguments)
                .terms()
                .challenges();
    }

    @Test
    void everyNewLedgerHasChallengesUnlessSomebodySaysOtherwise() {
        assertThat(challenges()).isEqualTo(ChallengeTerms.USUAL).isEqualTo(new ChallengeTerms(60, 600_000));
        assertThat(challenges("--challenge-blocks", "0").areAllowed()).isFalse();
        assertThat(challenges("--challenge-blocks", "12", "--challenge-time", "60000"))
                .isEqualTo(new ChallengeTerms(12, 60_000));
        assertThatThrownBy(() -> challenges("--challenge-blocks", "100001"))
                .isInstanceOf(LedgerFailure.class)
                .hasMessageContaining("a challenge runs for 100001 blocks");
        assertThatThrownBy(() -> challenges("--challenge-time", "0")).isInstanceOf(LedgerFailure.class);
    }
}

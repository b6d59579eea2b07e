package io.waxwing.ledger.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waxwing.ledger.checkpoint.CosigningRule.Answer;
import io.waxwing.ledger.fixture.Generated;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.simplex.VoteRecord.Cosigned;
import org.junit.jupiter.api.Test;

class CosigningRuleTest {
    private final Generated generated = new Generated(3);
    private final Hash root = generated.hash();
    private final Hash other = generated.hash();

    @Test
    void sizesGrowAndEverySizeHasOneRoot() {
        CosigningRule rule = new CosigningRule(null);
        assertThat(rule.ask(5, root)).isEqualTo(Answer.NEW);
        rule.recorded(new Cosigned(5, root));
        assertThat(rule.ask(5, root)).isEqualTo(Answer.AGAIN);
        assertThat(rule.ask(5, other)).isEqualTo(Answer.OTHER_ROOT);
        assertThat(rule.ask(4, root)).isEqualTo(Answer.SMALLER);
        assertThat(rule.ask(6, other)).isEqualTo(Answer.NEW);
    }

    @Test
    void theRuleGoesOnFromTheVoteLog() {
        CosigningRule rule = new CosigningRule(new Cosigned(9, root));
        assertThat(rule.ask(9, other)).isEqualTo(Answer.OTHER_ROOT);
        assertThatThrownBy(() -> rule.recorded(new Cosigned(8, root))).isInstanceOf(IllegalStateException.class);
        assertThat(rule.last()).isEqualTo(new Cosigned(9, root));
    }
}

package io.waxwing.anchor.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.waxwing.anchor.availability.PayloadFrame.Push;
import io.waxwing.anchor.challenge.AnswerRule;
import io.waxwing.anchor.challenge.ChallengeRule;
import io.waxwing.ledger.batch.AvailabilityCertificate;
import io.waxwing.ledger.batch.BatchReference;
import io.waxwing.ledger.control.ChallengeTerms;
import io.waxwing.ledger.dispute.ChallengeId;
import io.waxwing.ledger.dispute.Dispute;
import io.waxwing.ledger.dispute.Disputes;
import io.waxwing.ledger.dispute.X25519;
import io.waxwing.ledger.execute.Applied;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.hash.Sha256;
import io.waxwing.testkit.epoch.Members;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who does what about a challenge, and when: the rules alone, about a batch that 2 and 3 signed and 4 challenges. */
class AnswerTurnsTest extends PayloadNodes {
    private static final ChallengeTerms TERMS = new ChallengeTerms(30, 600_000);
    private static final List<Integer> ALL = List.of(1, 2, 3, 4);

    private final TinyLedger ledger = new TinyLedger(GENESIS, Members.check());
    private final ChallengeRule.Missing missing;

    AnswerTurnsTest() {
        Push push = push(1, "x");
        byte[] message =
                AvailabilityCertificate.signedMessage(LEDGER_ID, push.header().batchId());
        List<ByteString> signatures = List.of(
                ByteString.of(origin(2).sign(message)), ByteString.of(origin(3).sign(message)));
        Applied applied = ledger.block(new BatchReference(
                push.header(), certified(push).parts(), new AvailabilityCertificate(1L << 2 | 1L << 3, signatures)));
        missing = new ChallengeRule.Missing(
                push.header().batchId(), applied.batches().get(0).batchLeafIndex());
    }

    private void say(ChallengeId id) {
        long size = ledger.disputes().provableSize(missing.leafIndex() + 1);
        boolean taken = ledger.submit(Dispute.Challenge.of(
                id,
                X25519.publicKey(SECRET),
                ledger.prove(missing.leafIndex(), size),
                origin(id.originId()),
                LEDGER_ID));
        assertThat(taken).isTrue();
        ledger.block();
    }

    private static List<ChallengeRule.Step> due(
            ChallengeRule rule, List<ChallengeRule.Missing> missing, Disputes now, boolean here, long nanos) {
        return rule.due(missing, now, batchId -> here, nanos);
    }

    @Test
    void holdersPublishOneAfterTheOtherSignersFirst() {
        say(new ChallengeId(4, 1));
        List<String> story = new ArrayList<>();
        List<AnswerRule> rules = List.of(new AnswerRule(1), new AnswerRule(2), new AnswerRule(3), new AnswerRule(4));
        for (int block = 1; block <= 25; block++) {
            ledger.block();
            for (int node = 1; node <= 4; node++) {
                AnswerRule rule = rules.get(node - 1);
                for (AnswerRule.Help help :
                        rule.due(ledger.disputes(), audience -> ALL, TERMS, ledger.height(), ledger.timeMs())) {
                    story.add(block + ": " + node + (help.publish() ? " publishes" : " sends"));
                }
            }
        }
        assertThat(story.subList(0, 3)).containsExactly("1: 1 sends", "1: 2 sends", "1: 3 sends");
        assertThat(story).contains("8: 1 publishes", "11: 1 publishes", "15: 2 publishes", "23: 3 publishes");
        assertThat(story).noneMatch(line -> line.contains(": 4 "));
    }

    @Test
    void whoHasLeftTheAudienceHelpsIfItHasSigned() {
        say(new ChallengeId(4, 1));
        assertThat(helpOf(5)).isEmpty();
        assertThat(helpOf(2)).hasSize(1);
    }

    private List<AnswerRule.Help> helpOf(int nodeThatLeft) {
        AnswerRule rule = new AnswerRule(nodeThatLeft);
        return rule.due(ledger.disputes(), audience -> List.of(), TERMS, ledger.height(), ledger.timeMs());
    }

    @Test
    void aChallengeIsSaidAgainUntilTheLedgerShowsItAndItsNumberIsNeverUsedTwice() {
        ChallengeRule rule = new ChallengeRule(4);
        Disputes empty = ledger.disputes();
        assertThat(due(rule, List.of(missing), empty, false, 0))
                .containsExactly(new ChallengeRule.Step.Begin(new ChallengeId(4, 1), missing));
        assertThat(due(rule, List.of(missing), empty, false, 1)).isEmpty();
        assertThat(due(rule, List.of(missing), empty, false, 2_000_000_000L))
                .containsExactly(new ChallengeRule.Step.Say(new ChallengeId(4, 1), missing));
        say(new ChallengeId(4, 1));
        assertThat(due(rule, List.of(missing), ledger.disputes(), false, 9_000_000_000L))
                .isEmpty();
        assertThat(due(rule, List.of(), ledger.disputes(), true, 9_000_000_001L))
                .containsExactly(new ChallengeRule.Step.Serve(new ChallengeId(4, 1)));
        assertThat(rule.size()).isEqualTo(1);
        ChallengeRule restarted = new ChallengeRule(4);
        restarted.resume(new ChallengeId(4, 6), new ChallengeRule.Missing(Hash.ZERO, 2));
        assertThat(due(restarted, List.of(missing), ledger.disputes(), false, 0))
                .contains(new ChallengeRule.Step.Begin(new ChallengeId(4, 7), missing));
    }

    @Test
    void noMoreIsChallengedThanTheLedgerTakes() {
        ChallengeRule rule = new ChallengeRule(4);
        List<ChallengeRule.Missing> many = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            many.add(new ChallengeRule.Missing(Sha256.digest(new byte[] {(byte) i}), 2));
        }
        assertThat(due(rule, many, ledger.disputes(), false, 0)).hasSize(Disputes.EACH);
        assertThat(due(rule, many, Disputes.NONE, true, 1))
                .hasSize(Disputes.EACH)
                .allMatch(step -> step instanceof ChallengeRule.Step.Forget);
        assertThat(rule.isWaiting()).isFalse();
    }
}

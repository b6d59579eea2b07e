package io.waxwing.ledger.dispute;

import static org.assertj.core.api.Assertions.assertThat;

import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.sign.JdkSignatureCheck;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class RememberedAnswersTest {
    private final Quarrel quarrel = new Quarrel();
    private int decrypted;
    private final RememberedAnswers answers = new RememberedAnswers((about, shown, ledgerId) -> {
        decrypted++;
        return AnswerCheck.DECRYPTING.isTrue(about, shown, ledgerId);
    });

    private String refusal(Dispute dispute) {
        Hash ledgerId = quarrel.ledger.state.ledgerId();
        DisputeRules rules =
                new DisputeRules(quarrel.ledger.state.registry(), ledgerId, new JdkSignatureCheck(), answers);
        DisputeRules.Place next = DisputeRules.Place.behind(quarrel.ledger.state.height(), 1);
        return Objects.requireNonNullElse(rules.refusal(quarrel.ledger.state.disputes(), dispute, next), "none");
    }

    private Dispute.Disproof inOtherWords(Dispute.Challenge of, Dispute.Answer answer, String nextKey) {
        ByteString next = X25519.publicKey(Quarrel.secret(nextKey));
        return Dispute.Disproof.of(
                of.id(),
                new Dispute.Disproof.Keys(Quarrel.secret("d1"), next),
                answer.sealed(),
                quarrel.ledger.current("d", "origin"),
                quarrel.ledger.state.ledgerId());
    }

    @Test
    void oneAnswerIsDecryptedOnceHoweverOftenItIsAccusedAndWhateverTimePasses() {
        Dispute.Challenge challenge = quarrel.challenge("d", 1);
        quarrel.say(challenge);
        Dispute.Answer given = quarrel.answer("c", challenge, quarrel.payloads.encode());
        quarrel.say(given);
        // Of which only twenty seconds each count, since the ledger stood still for the rest.
        for (int i = 0; i < 20; i++) {
            assertThat(refusal(inOtherWords(challenge, given, "next " + i))).contains("is true");
            quarrel.ledger.pass(60_000);
            quarrel.say();
        }
        assertThat(decrypted).isOne();
    }

    @Test
    void theNextAnswerIsLookedAtAnew() {
        Dispute.Challenge challenge = quarrel.challenge("d", 1);
        quarrel.say(challenge);
        Dispute.Answer junk = quarrel.answer("b", challenge, new byte[] {1, 2, 3});
        quarrel.say(junk);
        Dispute.Disproof disproof = quarrel.disproof("d", challenge, junk, Quarrel.secret("d1"));
        assertThat(refusal(disproof)).isEqualTo("none");
        assertThat(refusal(disproof)).isEqualTo("none");
        assertThat(decrypted).isOne();
        quarrel.say(disproof);
        ByteString nextKey = X25519.publicKey(Quarrel.secret("next"));
        Dispute.Answer good = quarrel.answer("c", challenge.id(), nextKey, quarrel.payloads.encode());
        quarrel.say(good);
        Dispute.Disproof second = Dispute.Disproof.of(
                challenge.id(),
                new Dispute.Disproof.Keys(Quarrel.secret("next"), X25519.publicKey(Quarrel.secret("third"))),
                good.sealed(),
                quarrel.ledger.current("d", "origin"),
                quarrel.ledger.state.ledgerId());
        assertThat(refusal(second)).contains("is true");
        assertThat(decrypted).isEqualTo(2);
    }
}

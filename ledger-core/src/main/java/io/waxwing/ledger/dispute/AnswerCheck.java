package io.waxwing.ledger.dispute;

import io.waxwing.ledger.dispute.Dispute.Answer;
import io.waxwing.ledger.dispute.Dispute.Disproof;
import io.waxwing.ledger.hash.Hash;

/**
 * Whether what was published for a challenge is the challenged batch. The same for everybody, but it costs the
 * decryption and hashing of up to {@link SealedBatch#MAX_BYTES}.
 */
@FunctionalInterface
public interface AnswerCheck {
    /** Decrypts each time. */
    AnswerCheck DECRYPTING = (about, shown, ledgerId) -> {
        byte[] context = Answer.context(about.id(), about.answererId(), ledgerId);
        byte[] plain = shown.sealed().open(shown.privateKey(), context);
        return plain != null && DisputeRules.holds(plain, about);
    };

    /**
     * True if the answer to {@code about} is its batch.
     *
     * @param shown holds that answer, and the private key of the challenge as it is
     */
    boolean isTrue(OpenChallenge about, Disproof shown, Hash ledgerId);
}

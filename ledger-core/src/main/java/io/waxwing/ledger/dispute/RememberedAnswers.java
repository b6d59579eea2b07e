package io.waxwing.ledger.dispute;

import io.waxwing.ledger.codec.ByteWriter;
import io.waxwing.ledger.dispute.Dispute.Disproof;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.hash.Sha256;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Finds out once for each answer whether it is true: a disproof is looked at when it comes in, when it is proposed,
 * when it is executed and after every block, and who accuses wrongly may do so again in other words. Remembered by what
 * was answered and with what, not by the accusation, since there is no end of accusations of one answer. One thread.
 */
public final class RememberedAnswers implements AnswerCheck {
    /** More than the challenges of a consortium of twenty. */
    static final int REMEMBERED = 256;

    private final AnswerCheck check;
    private final Map<Hash, Boolean> found = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Hash, Boolean> eldest) {
            return size() > REMEMBERED;
        }
    };

    public RememberedAnswers(AnswerCheck check) {
        this.check = check;
    }

    @Override
    public boolean isTrue(OpenChallenge about, Disproof shown, Hash ledgerId) {
        ByteWriter question = new ByteWriter(256).hash(ledgerId).string(about.key());
        about.id().writeTo(question);
        question.hash(about.batchId()).u16(about.answererId()).hash(about.answer());
        about.erased().writeTo(question);
        Hash key = Sha256.digest(question.toBytes());
        Boolean known = found.get(key);
        if (known == null) {
            known = check.isTrue(about, shown, ledgerId);
            found.put(key, known);
        }
        return known;
    }
}

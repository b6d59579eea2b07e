package io.waxwing.anchor.outside.witness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waxwing.anchor.outside.AnchorFailure;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.note.Checkpoint;
import io.waxwing.ledger.note.Cosignature;
import io.waxwing.ledger.note.NoteKey;
import io.waxwing.ledger.note.NoteSignature;
import io.waxwing.ledger.sign.JdkSignatureCheck;
import io.waxwing.ledger.sign.Signer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** What the answers of a witness mean, by c2sp.org/tlog-witness. */
class WitnessDialogueTest {
    private static final Checkpoint CHECKPOINT = new Checkpoint("ledger.example", 12, Hash.ZERO);
    private static final Signer SIGNER = new JdkSigner();
    private static final NoteKey KEY = new NoteKey("w.example", NoteKey.COSIGNATURE, SIGNER.publicKey());

    private static WitnessDialogue dialogue(long oldSize) {
        return new WitnessDialogue(KEY, new JdkSignatureCheck(), CHECKPOINT, oldSize);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String line(Checkpoint checkpoint) {
        return Cosignature.sign(KEY, SIGNER, checkpoint, 1_760_000_000).line() + "\n";
    }

    private static void fails(ThrowingCallable answer, String code) {
        assertThatThrownBy(answer)
                .isInstanceOfSatisfying(
                        AnchorFailure.class,
                        failure -> assertThat(failure.code()).isEqualTo(code));
    }

    @Test
    void aValidCosignatureIsKeptAlsoBesideLinesOfUnknownKeys() throws AnchorFailure {
        NoteSignature line = dialogue(0).onAnswer(200, "text/plain", bytes(line(CHECKPOINT)));
        assertThat(line).isNotNull();
        String stranger = line(CHECKPOINT).replace("w.example", "x.example");
        assertThat(dialogue(0).onAnswer(200, "", bytes(stranger + line(CHECKPOINT))))
                .isEqualTo(line);
        fails(() -> dialogue(0).onAnswer(200, "", bytes(stranger)), AnchorFailure.WRONG_ANSWER);
    }

    @Test
    void aCosignatureOfAnotherCheckpointAnotherTextAndNoSignatureAreRefused() {
        Checkpoint other = new Checkpoint("ledger.example", 11, Hash.ZERO);
        for (String body :
                new String[] {line(other), "", "\n", "hello\n", line(CHECKPOINT).strip(), "x\n\n" + line(CHECKPOINT)}) {
            fails(() -> dialogue(0).onAnswer(200, "", bytes(body)), AnchorFailure.WRONG_ANSWER);
        }
    }

    @Test
    void aConflictTellsTheSizeToProveFromOnce() throws AnchorFailure {
        WitnessDialogue dialogue = dialogue(0);
        assertThat(dialogue.onAnswer(409, "text/x.tlog.size", bytes("7\n"))).isNull();
        assertThat(dialogue.oldSize()).isEqualTo(7);
        fails(() -> dialogue.onAnswer(409, "text/x.tlog.size", bytes("8\n")), AnchorFailure.WRONG_ANSWER);
        assertThat(dialogue(99).oldSize()).isEqualTo(12);
    }

    @Test
    void aSizeBeyondOursOrAnotherRootOfItIsToldApart() {
        fails(() -> dialogue(0).onAnswer(409, "text/x.tlog.size", bytes("13\n")), AnchorFailure.BEHIND);
        fails(() -> dialogue(12).onAnswer(409, "text/x.tlog.size", bytes("12\n")), AnchorFailure.OTHER_HISTORY);
        fails(() -> dialogue(3).onAnswer(422, "", new byte[0]), AnchorFailure.OTHER_HISTORY);
    }

    @Test
    void aConflictThatTellsNoSizeIsAWrongAnswer() {
        for (String body :
                Arrays.asList("", "7", "07\n", "-1\n", "7\n\n", "99999999999999999999\n", "9999999999999999999\n")) {
            fails(() -> dialogue(0).onAnswer(409, "text/x.tlog.size", bytes(body)), AnchorFailure.WRONG_ANSWER);
        }
        fails(() -> dialogue(0).onAnswer(409, "text/plain", bytes("7\n")), AnchorFailure.WRONG_ANSWER);
    }

    @Test
    void refusalsAndFaultsOfTheOtherSideHaveTheirCodes() {
        for (int status : new int[] {400, 403, 404}) {
            fails(() -> dialogue(0).onAnswer(status, "", bytes("no\n")), AnchorFailure.REFUSED);
        }
        for (int status : new int[] {301, 429, 500, 503}) {
            fails(() -> dialogue(0).onAnswer(status, "", new byte[0]), AnchorFailure.UNREACHABLE);
        }
    }
}

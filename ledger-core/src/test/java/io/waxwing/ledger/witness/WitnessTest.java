package io.waxwing.ledger.witness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waxwing.ledger.failure.LedgerFailure;
import io.waxwing.ledger.fixture.MemoryLedger;
import io.waxwing.ledger.fixture.SeedSigner;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.hash.Sha256;
import io.waxwing.ledger.note.Checkpoint;
import io.waxwing.ledger.note.Cosignature;
import io.waxwing.ledger.note.NoteKey;
import io.waxwing.ledger.note.NoteSignature;
import io.waxwing.ledger.note.SignedNote;
import io.waxwing.ledger.sign.JdkSignatureCheck;
import io.waxwing.ledger.witness.Witness.Verdict;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a witness cosigns and what it refuses, by c2sp.org/tlog-witness. */
class WitnessTest {
    private static final JdkSignatureCheck CHECK = new JdkSignatureCheck();
    private static final SeedSigner SIGNER = SeedSigner.named("witness");
    private static final NoteKey KEY = new NoteKey("w.example", NoteKey.COSIGNATURE, SIGNER.publicKey());
    private static final Hash TAG = Sha256.digest(new byte[] {1});

    private final MemoryLedger log = new MemoryLedger();
    private final WitnessedLog known = new WitnessedLog(
            MemoryLedger.ORIGIN_LINE,
            List.of(
                    new NoteKey(
                            MemoryLedger.ORIGIN_LINE,
                            NoteKey.LOG,
                            MemoryLedger.key("b", "log").publicKey()),
                    new NoteKey(
                            MemoryLedger.ORIGIN_LINE,
                            NoteKey.LOG,
                            MemoryLedger.key("a", "log").publicKey())));
    private final Witness witness = new Witness(KEY, SIGNER, List.of(known), Map.of(), CHECK);

    private AddCheckpoint request(long oldSize) {
        List<Hash> proof = oldSize == 0 || oldSize > log.state.treeSize()
                ? List.of()
                : log.tree().consistency(oldSize, log.state.treeSize()).hashes();
        return AddCheckpoint.of(oldSize, proof, log.checkpoint("a", "b", "c"));
    }

    private NoteSignature cosigned(AddCheckpoint request) {
        Verdict.Accepted accepted = (Verdict.Accepted) witness.judge(request);
        witness.recorded(accepted);
        return witness.cosign(accepted, 1_760_000_000);
    }

    private void refused(AddCheckpoint request, int status, String code) {
        Verdict.Refused refused = (Verdict.Refused) witness.judge(request);
        assertThat(refused.status()).as(refused.why()).isEqualTo(status);
        assertThat(refused.code()).isEqualTo(code);
        assertThat(refused.knownSize())
                .isEqualTo(
                        status == 404
                                ? 0
                                : witness.head(MemoryLedger.ORIGIN_LINE).treeSize());
    }

    private void grow(int blocks) {
        for (int i = 0; i < blocks; i++) {
            log.apply(List.of(), List.of());
        }
    }

    @Test
    void aLogIsCosignedFromItsFirstCheckpointOnAsFarAsEachExtendsTheOneBefore() {
        long before = 0;
        for (int i = 0; i < 20; i++) {
            NoteSignature line = cosigned(request(before));
            Checkpoint checkpoint = new Checkpoint(MemoryLedger.ORIGIN_LINE, log.state.treeSize(), log.state.root());
            assertThat(Cosignature.verify(line, KEY, checkpoint, CHECK)).isTrue();
            before = log.state.treeSize();
            grow(1 + i % 3);
        }
    }

    @Test
    void theSameCheckpointIsCosignedAgainWithoutANewRecord() {
        cosigned(request(0));
        Verdict.Accepted again = (Verdict.Accepted) witness.judge(request(log.state.treeSize()));
        assertThat(again.isNew()).isFalse();
        assertThat(witness.cosign(again, 1_760_000_001)).isNotNull();
    }

    @Test
    void anotherOldSizeIsAConflictThatTellsTheSizeCosignedLast() {
        grow(3);
        cosigned(request(0));
        refused(request(0), 409, WitnessCodes.CONFLICT);
        grow(2);
        refused(request(0), 409, WitnessCodes.CONFLICT);
        refused(request(3), 409, WitnessCodes.CONFLICT);
        refused(request(log.state.treeSize()), 409, WitnessCodes.CONFLICT);
    }

    @Test
    void aLogThatWasRolledBackIsNotCosigned() {
        AddCheckpoint first = request(0);
        grow(5);
        cosigned(request(0));
        refused(first, 409, WitnessCodes.CONFLICT);
        refused(new AddCheckpoint(6, List.of(), first.note(), first.checkpoint()), 400, WitnessCodes.SIZES);
    }

    @Test
    void aForkIsNotCosignedAtTheSameSizeNorBeyondIt() {
        MemoryLedger fork = new MemoryLedger();
        fork.apply(List.of(), List.of(fork.batch(1, 1, 1, TAG, "b", "c")));
        grow(3);
        assertThat(fork.state.treeSize()).isEqualTo(log.state.treeSize());
        cosigned(request(0));
        long size = log.state.treeSize();
        refused(AddCheckpoint.of(size, List.of(), fork.checkpoint("a")), 409, WitnessCodes.CONFLICT);
        fork.apply(List.of(), List.of());
        List<Hash> proof = fork.tree().consistency(size, size + 1).hashes();
        refused(AddCheckpoint.of(size, proof, fork.checkpoint("a")), 422, WitnessCodes.INCONSISTENT);
    }

    @Test
    void aProofThatProvesNothingIsInconsistent() {
        grow(4);
        cosigned(request(0));
        long size = log.state.treeSize();
        grow(6);
        AddCheckpoint right = request(size);
        List<List<Hash>> wrong = List.of(
                List.of(),
                right.proof().subList(1, right.proof().size()),
                Collections.nCopies(right.proof().size(), Hash.ZERO),
                Collections.nCopies(63, right.proof().get(0)));
        for (List<Hash> proof : wrong) {
            refused(AddCheckpoint.of(size, proof, right.note()), 422, WitnessCodes.INCONSISTENT);
        }
        cosigned(right);
        AddCheckpoint same = request(size + 6);
        refused(AddCheckpoint.of(size + 6, List.of(Hash.ZERO), same.note()), 422, WitnessCodes.INCONSISTENT);
    }

    @Test
    void theFirstCheckpointHasAnEmptyProof() {
        refused(AddCheckpoint.of(0, List.of(Hash.ZERO), log.checkpoint("a")), 422, WitnessCodes.INCONSISTENT);
    }

    @Test
    void strangersAndOtherLogsAreNotCosigned() {
        refused(AddCheckpoint.of(0, List.of(), log.checkpointBy("c", "a", "b")), 403, WitnessCodes.NOT_SIGNED);
        SignedNote signed = log.checkpoint("a");
        Checkpoint other = new Checkpoint("other.example", log.state.treeSize(), log.state.root());
        refused(
                AddCheckpoint.of(0, List.of(), new SignedNote(other.body(), signed.signatures())),
                404,
                WitnessCodes.UNKNOWN_LOG);
        Checkpoint changed = new Checkpoint(MemoryLedger.ORIGIN_LINE, log.state.treeSize() + 1, log.state.root());
        refused(
                AddCheckpoint.of(0, List.of(), new SignedNote(changed.body(), signed.signatures())),
                403,
                WitnessCodes.NOT_SIGNED);
        // Any of the log's keys will do, among any others' lines.
        cosigned(AddCheckpoint.of(0, List.of(), log.checkpointBy("b", "c", "d")));
    }

    @Test
    void nothingIsCosignedBeforeItIsRecordedAndNothingSmallerAfterwards() {
        Verdict.Accepted first = (Verdict.Accepted) witness.judge(request(0));
        assertThatThrownBy(() -> witness.cosign(first, 1)).isInstanceOf(IllegalStateException.class);
        grow(1);
        Verdict.Accepted second = (Verdict.Accepted) witness.judge(request(0));
        witness.recorded(second);
        assertThatThrownBy(() -> witness.recorded(first)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> witness.cosign(first, 1)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aRequestIsReadFromExactlyItsBytes() {
        grow(6);
        AddCheckpoint request = request(3);
        byte[] body = request.encode();
        assertThat(AddCheckpoint.parse(body)).isEqualTo(request);
        assertThat(new String(body, StandardCharsets.UTF_8))
                .startsWith("old 3\n")
                .contains("=\n\nledger.example\n8\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "old 1",
                "old 1\n",
                "\n",
                "old 01\n\n",
                "old -1\n\n",
                "old  1\n\n",
                "new 1\n\n",
                "old 9223372036854775808\n\n",
                "old 1\nAAAA\n\n",
                "old 1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB=\n\n",
                "old 1 \n\n",
                "old 1\r\n\r\n",
            })
    void whatIsNoRequestIsRefused(String head) {
        String note = new String(log.checkpoint("a").encode(), StandardCharsets.UTF_8);
        String body = head + (head.endsWith("\n\n") ? note : "");
        assertThatThrownBy(() -> AddCheckpoint.parse(body.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(LedgerFailure.class)
                .hasMessageStartingWith("WXW-3200");
    }

    @Test
    void limitsAreKept() {
        AddCheckpoint most = AddCheckpoint.of(1, Collections.nCopies(63, Hash.ZERO), log.checkpoint("a"));
        assertThat(AddCheckpoint.parse(most.encode()).proof()).hasSize(63);
        AddCheckpoint more = AddCheckpoint.of(1, Collections.nCopies(64, Hash.ZERO), log.checkpoint("a"));
        assertThatThrownBy(() -> AddCheckpoint.parse(more.encode())).hasMessageContaining("at most 63");
        assertThatThrownBy(() -> AddCheckpoint.parse(new byte[AddCheckpoint.MAX_BYTES + 1]))
                .hasMessageContaining("bytes");
        Checkpoint checkpoint = new Checkpoint("x.example", 1, Hash.ZERO);
        SignedNote extended = new SignedNote(
                checkpoint.body() + "extension\n", log.checkpoint("a").signatures());
        byte[] body =
                ("old 0\n\n" + new String(extended.encode(), StandardCharsets.UTF_8)).getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> AddCheckpoint.parse(body)).hasMessageStartingWith("WXW-3200");
    }
}

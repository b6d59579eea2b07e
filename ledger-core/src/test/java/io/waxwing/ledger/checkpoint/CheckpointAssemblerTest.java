package io.waxwing.ledger.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.waxwing.ledger.fixture.MemoryLedger;
import io.waxwing.ledger.note.Checkpoint;
import io.waxwing.ledger.note.NoteSignature;
import io.waxwing.ledger.note.SignedNote;
import io.waxwing.ledger.note.TrustPolicy;
import io.waxwing.ledger.sign.JdkSignatureCheck;
import io.waxwing.ledger.verify.CheckpointCheck;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** One note out of the lines of four members, by whichever of them. */
class CheckpointAssemblerTest {
    private static final JdkSignatureCheck CHECK = new JdkSignatureCheck();

    private final MemoryLedger ledger = new MemoryLedger();
    private final TrustPolicy policy =
            TrustPolicy.parse(ledger.state.config().policy().toBytes());
    private final Checkpoint checkpoint =
            new Checkpoint(MemoryLedger.ORIGIN_LINE, ledger.state.treeSize(), ledger.state.root());

    private final CheckpointAssembler assembler = new CheckpointAssembler(checkpoint, policy, CHECK);

    private List<NoteSignature> lines(String member) {
        return ledger.checkpointBy(member, member).signatures();
    }

    @Test
    void aNoteHasTheAssemblersLogLineFirstAndNoMoreCosignaturesThanTheQuorumNeeds() {
        for (String cosigner : List.of("d", "a", "b")) {
            assertThat(assembler.assembled()).isNull();
            assertThat(assembler.add(lines(cosigner).get(1))).isTrue();
        }
        assertThat(assembler.assembled()).as("without a log line").isNull();
        assertThat(assembler.add(lines("c").get(0))).isTrue();
        assertThat(assembler.add(lines("a").get(0))).as("a second log line").isFalse();
        assertThat(assembler.add(lines("c").get(1))).as("a fourth cosignature").isFalse();
        SignedNote note = Objects.requireNonNull(assembler.assembled());
        assertThat(note.signatures()).hasSize(4);
        assertThat(note.signatures().get(0)).isEqualTo(lines("c").get(0));
        assertThat(new CheckpointCheck(policy, CHECK).verify(note).missing()).containsExactly("c");
    }

    @Test
    void whatIsNoMembersLineOverThisCheckpointIsDropped() {
        assertThat(assembler.add(lines("e").get(0))).as("a stranger's log line").isFalse();
        assertThat(assembler.add(lines("e").get(1)))
                .as("a stranger's cosignature")
                .isFalse();
        assertThat(assembler.add(lines("a").get(1))).isTrue();
        assertThat(assembler.add(lines("a").get(1))).as("the same again").isFalse();
        ledger.apply(List.of(), List.of());
        assertThat(assembler.add(lines("b").get(0)))
                .as("a log line of a later checkpoint")
                .isFalse();
        assertThat(assembler.add(lines("b").get(1)))
                .as("a cosignature of a later checkpoint")
                .isFalse();
        assertThat(assembler.assembled()).isNull();
    }
}

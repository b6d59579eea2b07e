package io.waxwing.ledger.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.waxwing.ledger.checkpoint.CheckpointRounds.Assembled;
import io.waxwing.ledger.checkpoint.CheckpointRounds.Line;
import io.waxwing.ledger.fixture.MemoryLedger;
import io.waxwing.ledger.leaf.ConfigLeaf;
import io.waxwing.ledger.note.NoteSignature;
import io.waxwing.ledger.note.TrustPolicy;
import io.waxwing.ledger.sign.JdkSignatureCheck;
import io.waxwing.ledger.verify.CheckpointCheck;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** The checkpoint that ends an epoch, and the first one after it. */
class HandoverTest {
    private static final JdkSignatureCheck CHECK = new JdkSignatureCheck();

    private final MemoryLedger ledger = new MemoryLedger();
    private final TrustPolicy before = policy();
    private final CheckpointRounds rounds = new CheckpointRounds(MemoryLedger.ORIGIN_LINE, before, CHECK);

    private TrustPolicy policy() {
        return TrustPolicy.parse(ledger.state.config().policy().toBytes());
    }

    private Line line(String member) {
        List<NoteSignature> lines = ledger.checkpointBy(member, member).signatures();
        return new Line(ledger.state.treeSize(), lines.get(1));
    }

    private NoteSignature logLine() {
        return ledger.checkpoint().signatures().get(0);
    }

    @Test
    void theHandoverCountsByTheOldPolicyAndStaysOwedBehindLaterCheckpoints() {
        ConfigLeaf rotation = ledger.approved(ledger.rotation("a"), "a", "b", "c");
        ledger.apply(List.of(rotation), List.of());
        long handover = ledger.state.treeSize();
        rounds.handover(handover, policy());
        assertThat(rounds.reached(handover, ledger.state.root(), logLine())).isNull();
        rounds.add(1, line("a"));
        Line late = line("b");
        Line later = line("c");
        ledger.rotated("a");
        ledger.apply(List.of(), List.of());
        rounds.reached(ledger.state.treeSize(), ledger.state.root(), logLine());
        for (String member : List.of("a", "b")) {
            assertThat(rounds.add(1, line(member))).isNull();
        }
        Assembled first = Objects.requireNonNull(rounds.add(3, line("c")));
        new CheckpointCheck(policy(), CHECK).verify(first.note());
        rounds.published(first.treeSize());
        assertThat(rounds.owed()).containsExactly(handover);
        assertThat(rounds.add(2, late)).isNull();
        Assembled end = Objects.requireNonNull(rounds.add(3, later));
        assertThat(end.treeSize()).isEqualTo(handover);
        new CheckpointCheck(before, CHECK).verify(end.note());
        rounds.published(end.treeSize());
        assertThat(rounds.owed()).isEmpty();
        assertThat(rounds.add(2, late)).isNull();
    }
}

package io.waxwing.ledger.simplex;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class FinalRuleTest {
    private final Script script = Script.ofFour(0);
    private final TestNode node = script.node;

    @Test
    void aQuorumOfFinalizeVotesMakesABlockFinal() {
        Block block = script.block(1, List.of());
        script.propose(block);
        script.notarize(block, 1, 2);
        script.finalizes(block, 1);
        assertThat(node.applied).isEmpty();
        script.finalizes(block, 2);
        assertThat(node.appliedHeights()).containsExactly(1L);
        Certificate certificate = node.applied.get(0).finalization();
        assertThat(certificate.type()).isEqualTo(Vote.Type.FINALIZE);
        assertThat(certificate.signatures()).hasSize(3);
        assertThat(node.log).contains(new VoteRecord.Certified(certificate));
        assertThat(node.core().lastApplied()).isEqualTo(block.header());
    }

    @Test
    void itsAncestorsAreFinalWithItInOrder() {
        Block first = script.block(1, List.of());
        Block second = script.block(2, List.of(first));
        Block third = script.block(3, List.of(first, second));
        for (Block block : List.of(first, second, third)) {
            script.propose(block);
            script.notarize(block, 1, 2);
        }
        assertThat(node.applied).isEmpty();
        script.finalizes(third, 1, 2);
        assertThat(node.appliedHeights()).containsExactly(1L, 2L, 3L);
        assertThat(node.applied)
                .allMatch(block -> block.finalization().blockId().equals(third.blockId()));
    }

    @Test
    void onceHoweverOftenItIsSaid() {
        Block block = script.block(1, List.of());
        script.propose(block);
        script.notarize(block, 1, 2);
        script.finalizes(block, 1, 2, 3);
        node.hear(1, script.finalization(block, 1, 2, 3));
        script.finalizes(block, 1, 2, 3);
        assertThat(node.appliedHeights()).containsExactly(1L);
    }

    @Test
    void aCertificateOfOthersIsEnough() {
        Block block = script.block(1, List.of());
        script.propose(block);
        node.hear(1, script.finalization(block, 1, 2, 3));
        assertThat(node.appliedHeights()).containsExactly(1L);
        assertThat(node.core().view()).isEqualTo(2);
    }

    @Test
    void everyBodyIsStoredBeforeItIsApplied() {
        Block block = script.block(1, List.of());
        node.hear(1, script.finalization(block, 1, 2, 3));
        node.hear(1, new BlockAnswer(0, block.blockId(), block));
        assertThat(node.appliedHeights()).containsExactly(1L);
        assertThat(node.disk).containsKey(block.blockId());
    }

    @Test
    void aNotarizedBlockWhoseViewIsNullifiedElsewhereDropsOut() {
        Block orphan = script.block(1, List.of());
        script.propose(orphan);
        script.notarize(orphan, 1, 2);
        Block other = script.block(2, List.of());
        node.hear(1, script.nullification(1, 1, 2, 3));
        script.propose(other);
        script.notarize(other, 1, 2);
        script.finalizes(other, 1, 2);
        assertThat(node.applied).extracting(block -> block.block().blockId()).containsExactly(other.blockId());
    }
}

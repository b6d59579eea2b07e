package io.waxwing.ledger.simplex;

import static io.waxwing.ledger.simplex.Vote.Type.FINALIZE;
import static io.waxwing.ledger.simplex.Vote.Type.NOTARIZE;
import static io.waxwing.ledger.simplex.Vote.Type.NULLIFY;
import static io.waxwing.ledger.simplex.Vote.Type.PROPOSE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waxwing.ledger.codec.ByteReader;
import io.waxwing.ledger.failure.MalformedException;
import io.waxwing.ledger.hash.Hash;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class EvidenceRuleTest {
    private static final Hash ONE = TestKeys.hash("one");
    private static final Hash OTHER = TestKeys.hash("other");

    private final Script script = Script.ofFour(0);
    private final TestNode node = script.node;

    private List<Evidence.Kind> kinds() {
        return node.evidence.stream().map(Evidence::kind).toList();
    }

    @Test
    void twoProposalsOfOneView() {
        script.propose(script.block(1, List.of()));
        script.propose(script.block(1, List.of(), 7));
        assertThat(kinds()).containsExactly(Evidence.Kind.DOUBLE_PROPOSE);
        assertThat(node.evidence.get(0).culprit()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(
            value = Vote.Type.class,
            names = {"NOTARIZE", "FINALIZE"})
    void twoVotesOfOneKind(Vote.Type type) {
        node.hear(2, script.vote(2, type, 3, ONE));
        node.hear(2, script.vote(2, type, 3, ONE));
        assertThat(node.evidence).isEmpty();
        node.hear(2, script.vote(2, type, 3, OTHER));
        assertThat(kinds())
                .containsExactly(type == NOTARIZE ? Evidence.Kind.DOUBLE_NOTARIZE : Evidence.Kind.DOUBLE_FINALIZE);
    }

    @Test
    void nullifyAndFinalizeInEitherOrder() {
        node.hear(2, script.vote(2, NULLIFY, 1, Hash.ZERO));
        node.hear(2, script.vote(2, FINALIZE, 1, ONE));
        node.hear(3, script.vote(3, FINALIZE, 1, ONE));
        node.hear(3, script.vote(3, NULLIFY, 1, Hash.ZERO));
        assertThat(kinds()).containsExactly(Evidence.Kind.NULLIFY_AND_FINALIZE, Evidence.Kind.NULLIFY_AND_FINALIZE);
    }

    @Test
    void notWhatAnHonestValidatorDoes() {
        node.hear(2, script.vote(2, NULLIFY, 1, Hash.ZERO));
        node.hear(2, script.vote(2, NOTARIZE, 1, ONE));
        node.hear(2, script.vote(2, NOTARIZE, 2, OTHER));
        node.hear(2, script.vote(2, FINALIZE, 2, OTHER));
        node.hear(3, script.vote(3, NOTARIZE, 1, ONE));
        node.hear(3, script.vote(3, FINALIZE, 1, ONE));
        assertThat(node.evidence).isEmpty();
    }

    /** Fault 10. */
    @Test
    void theFirstVoteStaysAndGoesOnCounting() {
        Block block = script.block(1, List.of());
        Block other = script.block(1, List.of(), 7);
        script.notarize(block, 1, 2);
        script.notarize(other, 1, 2);
        script.notarize(other, 3);
        assertThat(node.core().view()).isEqualTo(1);
        script.propose(block);
        assertThat(node.core().view()).isEqualTo(2);
    }

    @Test
    void aSecondVoteInsideACertificateIsNoticed() {
        node.hear(2, script.vote(2, NULLIFY, 1, Hash.ZERO));
        Block block = script.block(1, List.of());
        node.hear(3, script.finalization(block, 1, 2, 3));
        assertThat(kinds()).containsExactly(Evidence.Kind.NULLIFY_AND_FINALIZE);
    }

    @Test
    void onePairOfAKindIsEnoughForEachLiar() {
        for (int view = 1; view < 9; view++) {
            node.hear(2, script.vote(2, NOTARIZE, view, ONE));
            node.hear(2, script.vote(2, NOTARIZE, view, OTHER));
        }
        assertThat(node.evidence).hasSize(1);
    }

    @Test
    void itIsOrderedByTheNextLeaderOnce() {
        Net net = new Net(4, 1).start();
        Script liar = Script.ofFour(0);
        TestNode witness = net.nodes.get(1);
        witness.hear(2, liar.vote(3, NOTARIZE, 1, ONE));
        witness.hear(2, liar.vote(3, NOTARIZE, 1, OTHER));
        net.collect();
        net.run(2000);
        net.pending(1);
        net.run(2000);
        net.check();
        for (TestNode each : net.nodes) {
            List<Evidence> ordered = each.applied.stream()
                    .flatMap(block -> block.block().evidence().stream())
                    .toList();
            assertThat(ordered).isEqualTo(witness.evidence);
        }
    }

    @Test
    void aBlockWithEvidenceHasOneEncodingAndOneWithoutIsAsItWas() {
        Evidence pair = Evidence.between(script.vote(2, NULLIFY, 1, Hash.ZERO), script.vote(2, FINALIZE, 1, ONE));
        assertThat(pair).isNotNull();
        Block plain = script.block(1, List.of());
        Block block = withEvidence(plain, List.of(pair));
        assertThat(Block.decode(block.encode(), 4)).isEqualTo(block);
        assertThat(block.encode().length).isEqualTo(plain.encode().length + 2 + Evidence.ENCODED_BYTES);
        byte[] emptyList = Arrays.copyOf(plain.encode(), plain.encode().length + 2);
        assertThatThrownBy(() -> Block.decode(emptyList, 4)).isInstanceOf(MalformedException.class);
    }

    static Block withEvidence(Block block, List<Evidence> evidence) {
        BlockHeader header = block.header();
        BlockHeader changed = new BlockHeader(
                header.ledgerId(),
                header.epoch(),
                header.view(),
                header.height(),
                header.parentId(),
                header.parentView(),
                header.proposer(),
                header.timeMs(),
                header.batchesRoot(),
                header.batchCount(),
                Block.evidenceRoot(block.configs(), evidence),
                header.parentTreeSize(),
                header.parentTreeRoot());
        return new Block(changed, block.justify(), block.batches(), block.configs(), evidence);
    }

    @Test
    void inventedEvidenceInABlockIsRefused() {
        SignedVote real = script.vote(2, NOTARIZE, 1, ONE);
        SignedVote invented = new SignedVote(NOTARIZE, 0, 1, OTHER, 2, real.signature());
        Evidence pair = Evidence.between(real, invented);
        assertThat(pair).isNotNull();
        Block block = withEvidence(script.block(1, List.of()), List.of(pair));
        assertThatThrownBy(() -> script.propose(block)).isInstanceOf(MalformedException.class);
    }

    @Test
    void votesThatProveNothingAreNoEvidence() {
        SignedVote one = script.vote(2, NOTARIZE, 1, ONE);
        List<SignedVote> others = List.of(
                one,
                script.vote(3, NOTARIZE, 1, OTHER),
                script.vote(2, NOTARIZE, 2, OTHER),
                script.vote(2, FINALIZE, 1, OTHER),
                script.vote(2, PROPOSE, 1, OTHER));
        for (SignedVote other : others) {
            assertThat(Evidence.between(one, other)).isNull();
            assertThatThrownBy(() -> new Evidence(Evidence.Kind.DOUBLE_NOTARIZE, one, other))
                    .isInstanceOf(MalformedException.class);
        }
    }

    @Test
    void aPairHasOneEncoding() {
        SignedVote one = script.vote(2, NOTARIZE, 1, ONE);
        SignedVote other = script.vote(2, NOTARIZE, 1, OTHER);
        Evidence pair = Evidence.between(one, other);
        assertThat(pair).isNotNull().isEqualTo(Evidence.between(other, one));
        byte[] bytes = pair.encode();
        assertThat(bytes).hasSize(Evidence.ENCODED_BYTES);
        assertThat(Evidence.readFrom(new ByteReader(bytes, MalformedException.EVIDENCE)))
                .isEqualTo(pair);
        assertThatThrownBy(() -> new Evidence(Evidence.Kind.DOUBLE_NOTARIZE, pair.second(), pair.first()))
                .isInstanceOf(MalformedException.class);
    }
}

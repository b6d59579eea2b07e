package io.waxwing.ledger.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waxwing.ledger.failure.LedgerFailure;
import io.waxwing.ledger.fixture.MemoryLedger;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.hash.Sha256;
import io.waxwing.ledger.leaf.ConfigLeaf;
import io.waxwing.ledger.leaf.LeafCodec;
import io.waxwing.ledger.leaf.SegmentLeaf;
import io.waxwing.ledger.leaf.TopicHead;
import io.waxwing.ledger.merkle.SortedTree;
import io.waxwing.ledger.note.SignedNote;
import io.waxwing.ledger.note.TrustPolicy;
import io.waxwing.ledger.sign.JdkSignatureCheck;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Trust over epochs, and topics without holes. */
class ChainAndRangeTest {
    private static final JdkSignatureCheck CHECK = new JdkSignatureCheck();
    private static final Hash TAG = Sha256.digest(new byte[] {1});

    private final MemoryLedger ledger = new MemoryLedger();
    private final ByteString trust = ledger.state.config().policy();

    private TrustChain.Entry entry(long leafIndex, SignedNote note) {
        List<Hash> path =
                ledger.tree().inclusion(leafIndex, ledger.state.treeSize()).hashes();
        return new TrustChain.Entry(ledger.leaves.get((int) leafIndex), leafIndex, path, ByteString.of(note.encode()));
    }

    private TrustChain.Entry nextEpoch(String[] approvedBy, String... cosignedBy) {
        long height = ledger.state.height() + 1;
        ConfigLeaf next =
                MemoryLedger.config(1, height + 1, ledger.state.config().configHash(), 4);
        long leafIndex = ledger.state.treeSize();
        ledger.apply(List.of(ledger.approved(next, approvedBy)), List.of());
        return entry(leafIndex, ledger.checkpoint(cosignedBy));
    }

    @Test
    void aChainLeadsFromTheTrustFileOverAnEpochChange() {
        TrustChain.Entry genesis = entry(0, ledger.checkpoint("a", "b", "c"));
        TrustChain.Entry next = nextEpoch(new String[] {"b", "c", "d"}, "a", "b", "d");
        long handover = ledger.state.treeSize();
        TrustChain chain = TrustChain.decode(new TrustChain(List.of(genesis, next)).encode());
        TrustChain.Walked walked = chain.walk(trust, CHECK);
        assertThat(walked.ledgerId()).isEqualTo(ledger.state.ledgerId());
        assertThat(walked.epochOf(handover).config().epoch()).isZero();
        assertThat(walked.epochOf(handover + 1).config().epoch()).isEqualTo(1);
        assertThat(walked.epochOf(handover + 1).policy().groups().get(0).threshold())
                .isEqualTo(4);
        // Signed by three: enough in epoch 0, not for anything beyond the handover.
        ledger.apply(List.of(), List.of());
        SignedNote late = ledger.checkpoint("a", "b", "c");
        CheckpointCheck after = new CheckpointCheck(walked.epochOf(handover + 1).policy(), CHECK);
        assertThatThrownBy(() -> after.verify(late)).hasMessageContaining("3 of 4");
    }

    @Test
    void whicheverMemberAssemblesACheckpointItCounts() {
        TrustPolicy policy = TrustPolicy.parse(trust.toBytes());
        assertThat(policy.logs()).hasSize(4);
        for (String assembler : MemoryLedger.NAMES) {
            TrustChain.Entry genesis = entry(0, ledger.checkpointBy(assembler, "b", "c", "d"));
            assertThat(new TrustChain(List.of(genesis)).walk(trust, CHECK).ledgerId())
                    .isEqualTo(ledger.state.ledgerId());
        }
    }

    @Test
    void aStrangersLogKeyAndAShortQuorumBreakTheChain() {
        TrustChain.Entry stranger = entry(0, ledger.checkpointBy("e", "a", "b", "c"));
        assertBroken(new TrustChain(List.of(stranger)), trust, "no log of the trust policy");
        TrustChain.Entry few = entry(0, ledger.checkpointBy("d", "a", "b"));
        assertBroken(new TrustChain(List.of(few)), trust, "2 of 4 witnesses");
        TrustChain.Entry twice = entry(0, ledger.checkpointBy("d", "a", "b", "b"));
        assertBroken(new TrustChain(List.of(twice)), trust, "2 of 4 witnesses");
        // A member's cosignature does not stand in for a log line.
        SignedNote note = ledger.checkpointBy("d", "a", "b", "c");
        SignedNote noLog = new SignedNote(
                note.text(), note.signatures().subList(1, note.signatures().size()));
        assertBroken(new TrustChain(List.of(entry(0, noLog))), trust, "no log of the trust policy");
    }

    @Test
    void aChainBreaksWhereApprovalsSignaturesOrTheTrustFileDoNotFit() {
        TrustChain.Entry genesis = entry(0, ledger.checkpoint("a", "b", "c"));
        TrustChain.Entry few = nextEpoch(new String[] {"b", "c"}, "a", "b", "d");
        assertBroken(new TrustChain(List.of(genesis, few)), trust, "2 institutions approved");
        assertBroken(new TrustChain(List.of(few)), trust, "epoch 0");
        assertBroken(new TrustChain(List.of(genesis)), ByteString.utf8("quorum none\n"), "trust file");
        TrustChain.Entry unsigned = new TrustChain.Entry(
                genesis.configLeaf(),
                0,
                genesis.path(),
                ByteString.of(ledger.checkpoint("a").encode()));
        assertBroken(new TrustChain(List.of(unsigned)), trust, "1 of 4 witnesses");
        TrustChain.Entry elsewhere =
                new TrustChain.Entry(genesis.configLeaf(), 0, List.of(Hash.ZERO), genesis.checkpointNote());
        assertBroken(new TrustChain(List.of(elsewhere)), trust, "not under its checkpoint");
    }

    private static void assertBroken(TrustChain chain, ByteString trustFile, String why) {
        assertThatThrownBy(() -> chain.walk(trustFile, CHECK))
                .isInstanceOf(LedgerFailure.class)
                .hasMessageContaining(why);
    }

    private RangeProof range() {
        List<ByteString> segments = new ArrayList<>();
        SortedTree<Hash> heads = new SortedTree<>();
        for (ByteString leaf : ledger.leaves) {
            if (LeafCodec.decode(leaf.toBytes()) instanceof SegmentLeaf segment) {
                TopicHead head = Objects.requireNonNull(ledger.state.topicHead(segment.topicTag()));
                heads.put(head.topicTag(), head.encode());
                if (segment.topicTag().equals(TAG)) {
                    segments.add(leaf);
                }
            }
        }
        long size = ledger.state.treeSize();
        return new RangeProof(
                ByteString.of(ledger.checkpoint("a", "b", "c").encode()),
                ByteString.EMPTY,
                ledger.leaves.get((int) size - 1),
                ledger.tree().inclusion(size - 1, size).hashes(),
                Objects.requireNonNull(ledger.state.topicHead(TAG)),
                Objects.requireNonNull(heads.proof(TAG)),
                segments);
    }

    private static RangeProof with(RangeProof proof, List<ByteString> segments) {
        return new RangeProof(
                proof.checkpointNote(),
                proof.trustChain(),
                proof.blockLeaf(),
                proof.blockPath(),
                proof.head(),
                proof.headProof(),
                segments);
    }

    @Test
    void aTopicsSegmentsAreWholeOrTheGapIsFound() {
        Hash other = Sha256.digest(new byte[] {2});
        for (int i = 1; i <= 4; i++) {
            ledger.apply(
                    List.of(),
                    List.of(ledger.batch(1, i, 2 * i - 1, TAG, "b", "c"), ledger.batch(2, i, 2 * i - 1, other, "b")));
        }
        RangeVerifier verifier = new RangeVerifier(trust, CHECK);
        RangeProof proof = range();
        assertThat(verifier.verify(proof).segments()).hasSize(4);
        List<ByteString> all = proof.segments();
        assertThat(verifier.verify(with(proof, all.subList(2, 4))).segments()).hasSize(2);
        List<List<ByteString>> broken = List.of(
                List.of(),
                all.subList(0, 3),
                List.of(all.get(0), all.get(1), all.get(3)),
                List.of(all.get(1), all.get(0), all.get(2), all.get(3)));
        for (List<ByteString> segments : broken) {
            assertThatThrownBy(() -> verifier.verify(with(proof, segments))).isInstanceOf(LedgerFailure.class);
        }
        ledger.apply(List.of(), List.of(ledger.batch(1, 5, 9, TAG, "b", "c")));
        RangeProof later = range();
        RangeProof stale = new RangeProof(
                later.checkpointNote(),
                later.trustChain(),
                later.blockLeaf(),
                later.blockPath(),
                proof.head(),
                proof.headProof(),
                all);
        assertThatThrownBy(() -> verifier.verify(stale)).hasMessageContaining("headsRoot");
    }
}

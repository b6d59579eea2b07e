package io.waxwing.node.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waxwing.ledger.failure.LedgerFailure;
import io.waxwing.ledger.failure.MalformedException;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.hash.Sha256;
import io.waxwing.ledger.leaf.SegmentLeaf;
import io.waxwing.ledger.leaf.TopicHead;
import io.waxwing.ledger.merkle.InclusionProof;
import io.waxwing.ledger.receipt.RangeAssembler;
import io.waxwing.ledger.sign.JdkSignatureCheck;
import io.waxwing.ledger.spi.LedgerReader;
import io.waxwing.ledger.verify.RangeProof;
import io.waxwing.ledger.verify.RangeVerifier;
import io.waxwing.ledger.verify.RangeVerifier.Verified;
import io.waxwing.node.TestLedger;
import io.waxwing.node.TestLedger.Batches;
import io.waxwing.node.crypto.Signatures;
import io.waxwing.node.start.LedgerStart;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.RocksDBException;

/** A topic's segments, proven whole by what a ledger on real files serves; and every way to break that proof. */
class RangeProofTest {
    private static final Hash TAG = Batches.tag(0);

    @TempDir
    Path folder;

    private TestDatabase database;
    private Batches batches = new Batches(Hash.ZERO);
    private TestLedger ledger;
    private LedgerReader reader;
    private RangeAssembler ranges;
    private RangeVerifier verifier;

    /** Topic 0: two events in each of ten segments; topics 1 and 2 beside it. */
    @BeforeEach
    void begin() throws RocksDBException {
        open();
        batches = new Batches(reader.ledgerId());
        for (int i = 0; i < 10; i++) {
            publish(2, 1, i % 3 + 1);
        }
    }

    private void open() throws RocksDBException {
        database = new TestDatabase(folder.resolve("db"));
        var solo = new LedgerStart(TestLedger.keys("test"), Signatures.get(), database.store)
                .solo(
                        TestLedger.ORIGIN_LINE,
                        "acme",
                        ledgerId -> FileVoteLog.open(folder.resolve("keys"), ledgerId, 256 << 10),
                        1_760_000_000_000L);
        ledger = TestLedger.of(solo);
        ledger.start();
        reader = ledger.agent.reader();
        ranges = new RangeAssembler(reader);
        verifier = new RangeVerifier(reader.trustPolicy(), new JdkSignatureCheck());
    }

    @AfterEach
    void close() {
        ledger.agent.close();
        database.close();
    }

    private void publish(int... counts) {
        ledger.agent.submit(batches.next(counts));
        ledger.after(60);
    }

    private RangeProof proof(long from, long to) {
        return Objects.requireNonNull(ranges.assemble(TAG, from, to), "the topic has these events");
    }

    private static void shows(Verified verified, long from, long to) {
        assertThat(verified.firstTopicSeq()).isEqualTo(from);
        assertThat(verified.head().topicSeq()).isEqualTo(to);
    }

    @Test
    void whatIsServedIsAcceptedAfterACopyThroughItsBytes() {
        byte[] served = proof(1, 20).encode();
        assertThat(RangeProof.isOne(served)).isTrue();
        RangeProof copy = RangeProof.decode(served);
        assertThat(copy.encode()).isEqualTo(served);
        Verified verified = verifier.verify(copy);
        shows(verified, 1, 20);
        assertThat(verified.segments()).hasSize(10);
        assertThat(verified.checkpoint().treeSize()).isEqualTo(reader.treeSize());
        assertThat(verified.cosigners()).containsExactly("acme");
    }

    @Test
    void aRangeBeginsWithTheSegmentThatHoldsItsFirstEventAndEndsAtTheHead() {
        shows(verifier.verify(proof(2, 3)), 1, 20);
        shows(verifier.verify(proof(7, 7)), 7, 20);
        shows(verifier.verify(proof(20, 20)), 19, 20);
        assertThat(ranges.assemble(TAG, 20, 21)).isNull();
        assertThat(ranges.assemble(TAG, 0, 3)).isNull();
        assertThat(ranges.assemble(TAG, 4, 3)).isNull();
        assertThat(ranges.assemble(Batches.tag(9), 1, 1)).isNull();
    }

    @Test
    void theHeadsFollowTheLedgerAlsoWithTopicsThatAreNew() {
        shows(verifier.verify(proof(1, 1)), 1, 20);
        publish(3, 1, 1, 1, 1);
        publish(1);
        shows(verifier.verify(proof(19, 24)), 19, 24);
        assertThat(ranges.assemble(Batches.tag(4), 1, 1)).isNotNull();
    }

    @Test
    void anIndexThatWasLostIsMadeAgainFromTheLeaves() throws RocksDBException {
        byte[] before = proof(1, 20).encode();
        database.clear("ledger.segments");
        close();
        open();
        assertThat(proof(1, 20).encode()).isEqualTo(before);
    }

    @Test
    void aHeadFromADamagedDiskIsNotServed() throws RocksDBException {
        database.flip("ledger.topics", 0, 39);
        assertThatThrownBy(() -> proof(1, 1)).hasMessageContaining("WXW-3110");
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

    private static RangeProof with(RangeProof proof, TopicHead head, InclusionProof headProof) {
        return new RangeProof(
                proof.checkpointNote(),
                proof.trustChain(),
                proof.blockLeaf(),
                proof.blockPath(),
                head,
                headProof,
                proof.segments());
    }

    private void refused(RangeProof proof, String why) {
        assertThatThrownBy(() -> verifier.verify(RangeProof.decode(proof.encode())))
                .isInstanceOf(LedgerFailure.class)
                .hasMessageContaining(why);
    }

    @Test
    void aDroppedSegmentIsFoundWhereverItWas() {
        RangeProof whole = proof(1, 20);
        for (int i = 1; i < 9; i++) {
            List<ByteString> segments = new ArrayList<>(whole.segments());
            segments.remove(i);
            refused(with(whole, segments), "does not name the one before it");
        }
        refused(with(whole, whole.segments().subList(0, 9)), "is not the topic's head");
        refused(with(whole, List.of()), "no segments");
        // Without the first it is the proof of a later start, and says so.
        assertThat(verifier.verify(with(whole, whole.segments().subList(1, 10))).firstTopicSeq())
                .isEqualTo(3);
    }

    @Test
    void reorderedAndReplacedSegmentsAreFound() {
        RangeProof whole = proof(1, 20);
        for (int i = 0; i < 9; i++) {
            List<ByteString> reordered = new ArrayList<>(whole.segments());
            Collections.swap(reordered, i, i + 1);
            assertThatThrownBy(() -> verifier.verify(with(whole, reordered))).isInstanceOf(LedgerFailure.class);
        }
        for (int i = 0; i < 10; i++) {
            List<ByteString> replaced = new ArrayList<>(whole.segments());
            byte[] other = replaced.get(i).toBytes();
            other[SegmentLeaf.ENCODED_BYTES - 1] ^= 1;
            replaced.set(i, ByteString.of(other));
            refused(with(whole, replaced), i == 9 ? "is not the topic's head" : "does not name the one before it");
        }
        List<ByteString> foreign = new ArrayList<>(whole.segments());
        foreign.set(
                4,
                Objects.requireNonNull(ranges.assemble(Batches.tag(1), 5, 5))
                        .segments()
                        .get(0));
        refused(with(whole, foreign), "of another topic");
    }

    @Test
    void anotherHeadOrPlaceOfItIsNotUnderHeadsRoot() {
        RangeProof whole = proof(1, 20);
        TopicHead head = whole.head();
        TopicHead older =
                new TopicHead(TAG, 18, Sha256.leafHash(whole.segments().get(8).toBytes()), head.leafIndex());
        refused(with(whole, older, whole.headProof()), "not under headsRoot");
        InclusionProof place = whole.headProof();
        long elsewhere = (place.leafIndex() + 1) % place.treeSize();
        refused(with(whole, head, new InclusionProof(elsewhere, place.treeSize(), place.hashes())), "headsRoot");
        refused(with(whole, head, new InclusionProof(place.leafIndex(), 4, place.hashes())), "headsRoot");
    }

    @Test
    void aBlockThatIsNotTheLastOrACheckpointOfAnotherSizeIsRefused() {
        RangeProof before = proof(1, 20);
        publish(1);
        RangeProof after = proof(1, 21);
        refused(
                new RangeProof(
                        after.checkpointNote(),
                        after.trustChain(),
                        before.blockLeaf(),
                        before.blockPath(),
                        before.head(),
                        before.headProof(),
                        before.segments()),
                "does not end the checkpoint");
    }

    @Test
    void anotherTrustFileAndACutFileAreRefused() {
        byte[] served = proof(1, 20).encode();
        RangeVerifier stranger = new RangeVerifier(ByteString.utf8("quorum none\n"), new JdkSignatureCheck());
        assertThatThrownBy(() -> stranger.verify(RangeProof.decode(served))).hasMessageContaining("WXW-3021");
        for (int length = 0; length < served.length; length += 61) {
            byte[] cut = java.util.Arrays.copyOf(served, length);
            assertThatThrownBy(() -> RangeProof.decode(cut)).isInstanceOf(MalformedException.class);
        }
    }
}

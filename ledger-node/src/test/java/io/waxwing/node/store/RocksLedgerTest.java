package io.waxwing.node.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waxwing.ledger.failure.LedgerFailure;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.hash.Sha256;
import io.waxwing.ledger.leaf.LeafCodec;
import io.waxwing.ledger.merkle.Tile;
import io.waxwing.ledger.merkle.TileId;
import io.waxwing.ledger.simplex.Block;
import io.waxwing.ledger.spi.LedgerReader;
import io.waxwing.ledger.spi.PublishedCheckpoint;
import io.waxwing.node.TestLedger;
import io.waxwing.node.check.BlockCheck;
import io.waxwing.node.check.Finding;
import io.waxwing.node.check.LedgerCheck;
import io.waxwing.node.crypto.Signatures;
import io.waxwing.node.start.LedgerStart;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.RocksDBException;

/** The whole ledger of one on real files. */
class RocksLedgerTest {
    private static final long SEGMENT_BYTES = 256 * 1024;

    @TempDir
    Path folder;

    private TestDatabase database;
    private TestLedger.Batches batches = new TestLedger.Batches(Hash.ZERO);
    private TestLedger ledger;
    private LedgerReader reader;

    @BeforeEach
    void aLedgerOfSomeHundredLeaves() throws RocksDBException {
        open();
        batches = new TestLedger.Batches(reader.ledgerId());
        for (int i = 0; i < 100; i++) {
            ledger.agent.submit(batches.next(2, 1));
            ledger.after(60);
        }
    }

    private void open() throws RocksDBException {
        database = new TestDatabase(folder.resolve("db"));
        RocksLedgerStore store = database.store;
        var solo = new LedgerStart(TestLedger.keys("test"), Signatures.get(), store)
                .solo(TestLedger.ORIGIN_LINE, "acme", this::voteLog, 1_760_000_000_000L);
        ledger = TestLedger.of(solo);
        ledger.start();
        reader = ledger.agent.reader();
    }

    private FileVoteLog voteLog(Hash ledgerId) {
        return FileVoteLog.open(folder.resolve("keys"), ledgerId, SEGMENT_BYTES);
    }

    @AfterEach
    void close() {
        ledger.agent.close();
        database.close();
    }

    private List<Finding> check() {
        return new LedgerCheck(database.store, Signatures.get()).run();
    }

    private List<Finding> checkBlocks() {
        return new BlockCheck(database.store, Signatures.get()).run();
    }

    @Test
    void aFlippedByteInABlockOrInItsCertificateIsNamed() throws RocksDBException {
        assertThat(checkBlocks()).isEmpty();
        database.flip("ledger.heights", 30, 120);
        assertThat(checkBlocks()).anyMatch(finding -> finding.toString().contains("no quorum of epoch 0 signed"));
        database.flip("ledger.heights", 30, 120);
        database.flip("ledger.blocks", 50, 60);
        assertThat(checkBlocks()).isNotEmpty();
        database.flip("ledger.blocks", 50, 60);
        assertThat(checkBlocks()).isEmpty();
    }

    @Test
    void theBodiesOfOldBlocksAreForgottenAndEverythingStaysProvable() throws RocksDBException {
        RocksLedgerStore store = database.store;
        long applied = store.appliedHeight();
        long middle = Block.decodeStored(store.block(applied / 2)).header().timeMs();
        OldBlocks blocks = new OldBlocks(store, 10);
        int forgotten = blocks.forget(middle);
        assertThat(forgotten).isPositive();
        assertThat(store.bodiesFrom()).isEqualTo(forgotten + 1L).isLessThanOrEqualTo(applied / 2);
        assertThat(store.block(0)).isNotNull();
        assertThat(store.block(1)).isNull();
        assertThat(store.block(store.bodiesFrom())).isNotNull();
        assertThat(blocks.forget(middle)).isZero();

        blocks.forget(Long.MAX_VALUE);
        assertThat(store.bodiesFrom()).as("the newest stay").isEqualTo(applied - 10);
        assertThat(check()).isEmpty();

        close();
        open();
        assertThat(check()).isEmpty();
        ledger.agent.submit(batches.next(2, 1));
        ledger.after(60);
        assertThat(reader.treeSize()).isEqualTo(406);
        assertThat(new AppliedReader(database.store).at(1)).isNotNull();
    }

    @Test
    void aSoundLedgerHasNoFindings() {
        assertThat(reader.treeSize()).isEqualTo(402);
        assertThat(check()).isEmpty();
    }

    @Test
    void aRestartFindsTheSameLedger() throws RocksDBException {
        PublishedCheckpoint before = reader.latestCheckpoint();
        close();
        open();
        assertThat(reader.latestCheckpoint()).isEqualTo(before);
        assertThat(reader.height()).isEqualTo(100);
        assertThat(check()).isEmpty();
    }

    @Test
    void everyTileAndBundleIsServedAsTheSpecificationSays() {
        long size = reader.treeSize();
        for (int width : new int[] {1, 17, 256}) {
            Tile tile = Objects.requireNonNull(reader.tile(new TileId(0, 0), width));
            byte[] bundle = Objects.requireNonNull(reader.entries(0, width));
            assertThat(tile.width()).isEqualTo(width);
            ByteBuffer entries = ByteBuffer.wrap(bundle);
            for (int i = 0; i < width; i++) {
                byte[] leaf = new byte[entries.getShort() & 0xffff];
                entries.get(leaf);
                assertThat(Sha256.leafHash(leaf)).isEqualTo(tile.hash(i));
                assertThat(LeafCodec.decode(leaf).encode()).isEqualTo(leaf);
            }
            assertThat(entries.hasRemaining()).isFalse();
        }
        Tile full = Objects.requireNonNull(reader.tile(new TileId(0, 0), 256));
        Tile above = Objects.requireNonNull(reader.tile(new TileId(1, 0), 1));
        assertThat(above.hash(0)).isEqualTo(full.root());
        assertThat(reader.tile(new TileId(0, 1), (int) (size - 256))).isNotNull();
        assertThat(reader.tile(new TileId(0, 1), (int) (size - 256) + 1)).isNull();
        assertThat(reader.tile(new TileId(2, 0), 1)).isNull();
        assertThat(reader.entries(2, 1)).isNull();
        assertThat(reader.leaf(size)).isNull();
    }

    @Test
    void proofsHoldForEveryPublishedSize() {
        PublishedCheckpoint latest = reader.latestCheckpoint();
        for (long at = 2; at <= latest.treeSize(); at += 40) {
            PublishedCheckpoint earlier = Objects.requireNonNull(reader.checkpointCovering(at));
            assertThat(reader.consistencyProof(earlier.treeSize(), latest.treeSize())
                            .verify(earlier.root(), latest.root()))
                    .isTrue();
            byte[] leaf = Objects.requireNonNull(reader.leaf(at - 1));
            assertThat(reader.inclusionProof(at - 1, earlier.treeSize()).verify(Sha256.leafHash(leaf), earlier.root()))
                    .isTrue();
        }
    }

    @Test
    void aFlippedByteInALeafIsNamedAndNotServed() throws RocksDBException {
        database.flip("ledger.leaves", 40, 80);
        assertThat(check()).anyMatch(finding -> finding.place().equals("leaf 40"));
        assertDamaged(() -> reader.leaf(40));
        assertDamaged(() -> reader.entries(0, 256));
        assertThat(reader.leaf(41)).isNotNull();
    }

    @Test
    void aFlippedByteInATileIsNamedAndNotServed() throws RocksDBException {
        database.flip("ledger.tiles", 0, 32 * 7);
        assertThat(check()).anyMatch(finding -> finding.place().equals("tile 0/000"));
        assertDamaged(() -> reader.tile(new TileId(0, 0), 256));
        assertDamaged(() -> reader.leaf(6));
    }

    @Test
    void aFlippedByteInTheOpenTileIsNamedAndNotServed() throws RocksDBException {
        database.flip("ledger.tiles", 1, 32 * 9 + 3);
        assertThat(check()).anyMatch(finding -> finding.place().startsWith("tile 0/001"));
        assertDamaged(() -> reader.tile(new TileId(0, 1), 20));
    }

    @Test
    void aFlippedByteInABlockCheckpointOrHeadIsNamed() throws RocksDBException {
        database.flip("ledger.blocks", 50, 400);
        database.flip("ledger.checkpoints", 60, 60);
        database.flip("ledger.topics", 0, 39);
        assertThat(check().stream().map(Finding::place))
                .anyMatch(place -> place.equals("block 50"))
                .anyMatch(place -> place.startsWith("checkpoint "))
                .anyMatch(place -> place.startsWith("topic head "));
    }

    @Test
    void aDiskThatIsNearlyFullIsNotWrittenUntilThereIsRoom() {
        database.freeBytes = FreeSpace.RESERVE_BYTES - 1;
        ledger.agent.submit(batches.next(1));
        ledger.after(60);
        assertThat(ledger.agent.health().detail()).contains("no space left");
        assertThat(reader.height()).isEqualTo(100);
        database.freeBytes = FreeSpace.RESERVE_BYTES;
        ledger.after(300);
        assertThat(ledger.agent.health().isRunning()).isTrue();
        assertThat(reader.height()).isEqualTo(101);
        assertThat(check()).isEmpty();
    }

    @Test
    void missingRowsAreNamed() throws RocksDBException {
        database.delete("ledger.leaves", 33);
        database.delete("ledger.tiles", 0);
        assertThat(check().stream().map(Finding::place)).contains("leaf 33", "tile 0/000");
        assertDamaged(() -> reader.leaf(33));
    }

    private static void assertDamaged(ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        LedgerFailure.class, e -> assertThat(e.code()).isEqualTo(StoreCodes.DAMAGED));
    }
}

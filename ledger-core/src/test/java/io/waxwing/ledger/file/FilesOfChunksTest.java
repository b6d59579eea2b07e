package io.waxwing.ledger.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waxwing.ledger.failure.MalformedException;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.hash.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class FilesOfChunksTest {
    private static final byte[] TAG = "waxwing/file-chunk/v1\n".getBytes(StandardCharsets.US_ASCII);

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @Test
    void aFileOfNoBytesHasNoChunksAndTheRootOfNothing() {
        assertThat(new FileLayout(0, 1024).chunks()).isZero();
        assertThat(new ChunkHashes(List.of()).root()).isEqualTo(Sha256.digest());
    }

    @Test
    void theLastChunkIsWhatIsLeftAndNeverEmpty() {
        assertThat(new FileLayout(2048, 1024).chunks()).isEqualTo(2);
        assertThat(new FileLayout(2048, 1024).lengthOf(1)).isEqualTo(1024);
        assertThat(new FileLayout(2049, 1024).chunks()).isEqualTo(3);
        assertThat(new FileLayout(2049, 1024).lengthOf(2)).isEqualTo(1);
        assertThat(new FileLayout(2049, 1024).has(3)).isFalse();
        assertThat(new FileLayout(2049, 1024).has(-1)).isFalse();
    }

    @Test
    void fiveGigabytesAndMoreAreCountedRight() {
        FileLayout layout = new FileLayout(5_000_000_001L, 1 << 20);
        assertThat(layout.chunks()).isEqualTo(4769);
        assertThat(layout.offsetOf(4768)).isEqualTo(4768L << 20);
        assertThat(layout.lengthOf(4768)).isEqualTo((int) (5_000_000_001L - (4768L << 20)));
        assertThat(layout.chunkAt(5_000_000_000L)).isEqualTo(4768);
        assertThat(new FileLayout(1L << 38, 1 << 20).chunks()).isEqualTo(FileLayout.MAX_CHUNKS);
    }

    @Test
    void whatIsOutOfRangeIsRefused() {
        for (long[] wrong : new long[][] {
            {-1, 1024}, {1, 1023}, {1, (1 << 20) + 1}, {(1L << 38) + 1, 1 << 20}, {Long.MAX_VALUE, 1024}
        }) {
            assertThatThrownBy(() -> new FileLayout(wrong[0], (int) wrong[1])).isInstanceOf(MalformedException.class);
        }
    }

    @Test
    void theRootIsThatOfTheTreeOverTaggedChunkHashes() {
        Hash a = Sha256.digest(TAG, bytes("a"));
        Hash b = Sha256.digest(TAG, bytes("b"));
        Hash c = Sha256.digest(TAG, bytes("c"));
        ChunkHashes hashes = new ChunkHashes(List.of(a, b, c));
        Hash expected = Sha256.nodeHash(Sha256.nodeHash(Sha256.leafHash(a), Sha256.leafHash(b)), Sha256.leafHash(c));
        assertThat(hashes.root()).isEqualTo(expected);
        assertThat(hashes.proves(1, bytes("b"))).isTrue();
        assertThat(hashes.proves(0, bytes("b"))).isFalse();
        assertThat(hashes.proves(3, bytes("b"))).isFalse();
        assertThat(ChunkHashes.decode(hashes.encode()).root()).isEqualTo(expected);
        assertThat(hashes.encode(1, 2)).isEqualTo(b.toBytes());
        assertThatThrownBy(() -> ChunkHashes.decode(new byte[33])).isInstanceOf(MalformedException.class);
    }

    @Test
    void aCardHasANameThatIsALabelAndAMediaType() {
        FileLayout layout = new FileLayout(1, 1024);
        String id = "0".repeat(32);
        assertThat(new FileCard(id, "../a b", layout, Hash.ZERO, "text/plain; charset=utf-8")
                        .with(Sha256.digest())
                        .root())
                .isEqualTo(Sha256.digest());
        for (String[] wrong : new String[][] {
            {"x", "a", "text/plain"},
            {id, "", "text/plain"},
            {id, "a\nb", "text/plain"},
            {id, "a".repeat(256), "text/plain"},
            {id, "a", "text"},
            {id, "a", "text/plain\r\nx: y"},
            {id, "a", "text/" + "a".repeat(127)}
        }) {
            assertThatThrownBy(() -> new FileCard(wrong[0], wrong[1], layout, Hash.ZERO, wrong[2]))
                    .as(String.join("|", wrong))
                    .isInstanceOf(MalformedException.class);
        }
    }

    @Test
    void aNameIsOneThatEveryTextHoldsAndALineShows() {
        FileLayout layout = new FileLayout(1, 1024);
        for (String name : List.of("\ud800", "a\udc00", "a\u2028b", "fdp\u202e.exe", "a\nb")) {
            assertThatThrownBy(() -> new FileCard("0".repeat(32), name, layout, Hash.ZERO, "text/plain"))
                    .as(name)
                    .isInstanceOf(MalformedException.class);
        }
        for (String name : List.of("../../etc/passwd", "\ud83d\ude00 r\u00e9sum\u00e9.pdf")) {
            assertThat(new FileCard("0".repeat(32), name, layout, Hash.ZERO, "text/plain").name())
                    .isEqualTo(name);
        }
    }
}

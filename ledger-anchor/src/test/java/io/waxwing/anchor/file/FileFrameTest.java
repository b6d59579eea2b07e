package io.waxwing.anchor.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waxwing.ledger.failure.MalformedException;
import io.waxwing.ledger.file.FileLayout;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.hash.Sha256;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FileFrameTest {
    private static final Hash KEY = Sha256.digest(new byte[] {7});

    @Test
    void everyFrameIsReadAsItWasWritten() {
        for (FileFrame frame : List.of(
                new FileFrame.HashesWanted(KEY, 5),
                new FileFrame.Hashes(KEY, 5, ByteString.of(new byte[64])),
                new FileFrame.ChunkWanted(KEY, 7),
                new FileFrame.NotHere(KEY, FileFrame.ALL_HASHES))) {
            assertThat(FileFrame.decode(frame.encode())).isEqualTo(frame);
        }
        FileFrame.Chunk chunk =
                (FileFrame.Chunk) FileFrame.decode(new FileFrame.Chunk(KEY, 9, new byte[] {1, 2}).encode());
        assertThat(chunk.chunk()).isEqualTo(9);
        assertThat(chunk.bytes()).containsExactly(1, 2);
    }

    @Test
    void whatIsNoFrameIsRefused() {
        byte[] wanted = new FileFrame.ChunkWanted(KEY, 7).encode();
        byte[] kind = wanted.clone();
        kind[0] = 9;
        byte[] negative = wanted.clone();
        negative[33] = (byte) 0x80;
        for (byte[] wrong : List.of(
                new byte[0],
                Arrays.copyOf(wanted, 36),
                Arrays.copyOf(wanted, 38),
                kind,
                negative,
                new FileFrame.Chunk(KEY, 1, new byte[0]).encode(),
                new FileFrame.Chunk(KEY, 1, new byte[FileLayout.MAX_CHUNK_BYTES + 1]).encode(),
                new FileFrame.Hashes(KEY, 1, ByteString.of(new byte[33])).encode(),
                new FileFrame.Hashes(KEY, 1, ByteString.EMPTY).encode())) {
            assertThatThrownBy(() -> FileFrame.decode(wrong)).isInstanceOf(MalformedException.class);
        }
    }

    @Test
    void arbitraryBytesAreAFrameOrRefused() {
        long seed = 20_260_801;
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = new byte[random.nextInt(120)];
            random.nextBytes(bytes);
            if (bytes.length > 0) {
                bytes[0] = (byte) random.nextInt(7);
            }
            try {
                assertThat(FileFrame.decode(bytes).encode())
                        .as("seed %s, %s", seed, i)
                        .isEqualTo(bytes);
            } catch (MalformedException refused) {
                assertThat(refused.code()).isEqualTo(MalformedException.VALUE);
            }
        }
    }
}

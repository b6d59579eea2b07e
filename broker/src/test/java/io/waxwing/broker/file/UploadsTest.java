package io.waxwing.broker.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waxwing.http.file.SharedFiles.State;
import io.waxwing.http.file.SharedFiles.Wish;
import io.waxwing.ledger.file.ChunkHashes;
import io.waxwing.ledger.hash.Hash;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several clients at one upload, and stops in between. */
class UploadsTest {
    private static final FileLimits LIMITS =
            new FileLimits(1 << 20, 4 << 20, 0, 1024, 10, 10, 8192, 1000, 1 << 20, 1, 0, 20_000);

    private static final byte[] FIRST = new byte[1024];
    private static final byte[] OTHER = {1, 2, 3};

    @TempDir
    private Path folder = Path.of("");

    private FileShelf shelf;
    private Uploads uploads;
    private long nowMs = 10_000;
    private int ids;

    @BeforeEach
    void start() {
        shelf = new FileShelf(folder.resolve("files"));
        uploads = new Uploads(shelf, LIMITS, 1, () -> nowMs, () -> String.format("%032x", ++ids));
    }

    private String begin(long size) {
        return uploads.begin(new Wish("t", "a", size, 1024, "text/plain", null), "eva")
                .card()
                .fileId();
    }

    private String whole() {
        String id = begin(1024);
        uploads.put(id, 0, FIRST);
        return id;
    }

    private FileMeta meta(String id) {
        return Objects.requireNonNull(shelf.get(FileMeta.key(1, "t", id)));
    }

    private void isWhole(FileMeta sealed) {
        assertThat(shelf.chunk(sealed, 0)).isEqualTo(FIRST);
    }

    @Test
    void aChunkThatIsJustBeingReplacedDoesNotTakeTheSealedOneAway() {
        String id = whole();
        shelf.putChunk(meta(id).key(), 0, ChunkHashes.of(OTHER), OTHER);
        isWhole(uploads.seal(id, null));
    }

    @Test
    void aStopWhileASealedChunkWasBeingReplacedLeavesTheSealedOne() {
        String id = whole();
        shelf.putChunk(meta(id).key(), 0, ChunkHashes.of(OTHER), OTHER);
        FileMeta sealed = uploads.seal(id, null);
        start();
        assertThat(Objects.requireNonNull(uploads.shown(id)).missing()).isEmpty();
        isWhole(sealed);
        assertThat(new FileCheck(folder.resolve("files")).run()).isEmpty();
    }

    @Test
    void aSecondPublisherWithAWrongRootDoesNotOpenWhatTheFirstSealed() {
        String id = whole();
        FileMeta sealed = uploads.seal(id, null);
        assertThatThrownBy(() -> uploads.seal(id, ChunkHashes.of(OTHER))).hasMessageContaining("want");
        assertThatThrownBy(() -> uploads.put(id, 0, new byte[1024])).hasMessageContaining("on its way");
        isWhole(sealed);
    }

    @Test
    void aRefusalOfOneAttemptDoesNotOpenWhatAnotherPublished() {
        String id = whole();
        FileMeta sealed = uploads.seal(id, null);
        assertThat(uploads.seal(id, null)).isEqualTo(sealed);
        uploads.refused(id);
        assertThat(meta(id).state()).as("the first is on its way").isEqualTo(State.PUBLISHING);
        uploads.taken(id);
        uploads.refused(id);
        assertThat(meta(id).state()).as("the first is taken").isEqualTo(State.PUBLISHING);
        uploads.published(id);
        assertThatCode(() -> uploads.refused(id)).doesNotThrowAnyException();
        isWhole(sealed);
    }

    @Test
    void theOnlyAttemptThatIsRefusedOpensIt() {
        String id = whole();
        uploads.seal(id, null);
        uploads.refused(id);
        assertThat(meta(id).state()).isEqualTo(State.OPEN);
        assertThat(uploads.remove(id)).isTrue();
    }

    @Test
    void whatIsGivenUpIsNotSealedAndWhatIsSealedIsNotGivenUp() {
        OpenUpload one = new OpenUpload(meta(whole()), Map.of(), 1);
        assertThat(one.seal()).isTrue();
        assertThat(one.giveUp()).isFalse();
        OpenUpload other = new OpenUpload(one.meta(), Map.of(), 1);
        assertThat(other.giveUp()).isTrue();
        assertThat(other.seal()).isFalse();
        Hash hash = ChunkHashes.of(OTHER);
        assertThat(other.placed(0, hash)).as("goes again").isEqualTo(hash);
    }

    @Test
    void whatSomebodyJustWentOnWithIsNotGivenUp() {
        OpenUpload upload = new OpenUpload(meta(whole()), Map.of(), 1);
        upload.touch(50);
        assertThat(upload.giveUpUntouched(49)).isFalse();
        assertThat(upload.giveUpUntouched(50)).isTrue();
    }

    @Test
    void oneUsersUploadsDoNotTakeTheRoomOfOthers() {
        begin(5000);
        assertThatThrownBy(() -> begin(5000)).hasMessageContaining("files.maxUploadBytesPerUser");
        begin(3000);
        assertThatCode(() -> uploads.begin(new Wish("t", "a", 5000, 1024, "text/plain", null), "tom"))
                .doesNotThrowAnyException();
    }
}

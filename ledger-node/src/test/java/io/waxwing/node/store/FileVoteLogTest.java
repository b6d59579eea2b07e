package io.waxwing.node.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waxwing.ledger.failure.LedgerFailure;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.hash.Sha256;
import io.waxwing.ledger.simplex.Certificate;
import io.waxwing.ledger.simplex.Vote;
import io.waxwing.ledger.simplex.VoteRecord;
import io.waxwing.ledger.simplex.VoteRecord.Certified;
import io.waxwing.ledger.simplex.VoteRecord.Cosigned;
import io.waxwing.ledger.simplex.VoteRecord.Enter;
import io.waxwing.ledger.simplex.VoteRecord.Finalized;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileVoteLogTest {
    private static final Hash LEDGER = Sha256.digest(new byte[] {1});
    private static final Hash BLOCK = Sha256.digest(new byte[] {2});
    private static final long SEGMENT_BYTES = 8 * 1024;

    @TempDir
    Path folder;

    private FileVoteLog open() {
        return FileVoteLog.open(folder, LEDGER, SEGMENT_BYTES);
    }

    private static void force(FileVoteLog log, VoteRecord... records) {
        Arrays.stream(records).forEach(log::append);
        log.force();
    }

    private Path segment() throws IOException {
        try (var files = Files.list(folder)) {
            List<Path> segments = files.filter(f -> f.getFileName().toString().startsWith("votes-"))
                    .sorted()
                    .toList();
            return segments.get(segments.size() - 1);
        }
    }

    /** Changes the segment's bytes as a bad disk or a power cut would. */
    private void edit(Consumer<byte[]> change) throws IOException {
        byte[] bytes = Files.readAllBytes(segment());
        change.accept(bytes);
        Files.write(segment(), bytes);
    }

    private static int endOfData(byte[] bytes) {
        int end = bytes.length;
        while (bytes[end - 1] == 0) {
            end--;
        }
        return end;
    }

    private static void assertCode(ThrowingCallable call, String code) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        LedgerFailure.class, e -> assertThat(e.code()).isEqualTo(code));
    }

    @Test
    void whatWasForcedIsThereAfterReopening() {
        try (FileVoteLog log = open()) {
            assertThat(log.history().isEmpty()).isTrue();
            force(log, new Enter(1), new Finalized(1, BLOCK));
            force(log, new Cosigned(4, BLOCK));
            log.append(new Enter(2));
        }
        try (FileVoteLog log = open()) {
            assertThat(log.history().view()).isEqualTo(1);
            assertThat(log.history().finalizedView()).isEqualTo(1);
            assertThat(log.history().lastCosigned()).isEqualTo(new Cosigned(4, BLOCK));
        }
    }

    @Test
    void aTornLastFrameIsCutAndWritingGoesOn() throws IOException {
        try (FileVoteLog log = open()) {
            force(log, new Enter(1));
            force(log, new Enter(2), new Finalized(2, BLOCK));
        }
        edit(bytes -> bytes[endOfData(bytes) - 1] ^= 1);
        try (FileVoteLog log = open()) {
            assertThat(log.history().view()).isEqualTo(1);
            force(log, new Enter(3));
        }
        try (FileVoteLog log = open()) {
            assertThat(log.history().view()).isEqualTo(3);
            assertThat(log.history().finalizedView()).isZero();
        }
    }

    @Test
    void anyLengthOfTheLastFrameMayHaveReachedTheDisk() throws IOException {
        try (FileVoteLog log = open()) {
            force(log, new Enter(1));
        }
        byte[] before = Files.readAllBytes(segment());
        try (FileVoteLog log = open()) {
            force(log, new Enter(2), new Finalized(2, BLOCK), new Cosigned(9, BLOCK));
        }
        byte[] after = Files.readAllBytes(segment());
        for (int kept = endOfData(before); kept < endOfData(after); kept++) {
            byte[] torn = after.clone();
            Arrays.fill(torn, kept, torn.length, (byte) 0);
            Files.write(segment(), torn);
            try (FileVoteLog log = open()) {
                assertThat(log.history().view()).as("kept " + kept).isEqualTo(1);
            }
        }
    }

    @Test
    void damageInTheMiddleIsRefused() throws IOException {
        try (FileVoteLog log = open()) {
            force(log, new Enter(1));
            force(log, new Finalized(1, BLOCK));
            force(log, new Enter(2));
        }
        byte[] good = Files.readAllBytes(segment());
        int lastFrame = endOfData(good) - (8 + 8 + 2 + 9);
        for (int at = 0; at < lastFrame; at++) {
            boolean padding = at >= 52 && at < 64;
            byte[] bad = good.clone();
            bad[at] ^= 0x10;
            Files.write(segment(), bad);
            if (!padding) {
                assertThatThrownBy(this::open)
                        .as("byte " + at)
                        .isInstanceOfSatisfying(
                                LedgerFailure.class,
                                e -> assertThat(e.code()).isIn(StoreCodes.VOTE_LOG_DAMAGED, StoreCodes.OTHER_LEDGER));
            }
        }
    }

    @Test
    void aLogThatIsGoneThoughTheKeyHasVotedIsRefused() throws IOException {
        open().close();
        Files.delete(segment());
        assertThat(FileVoteLog.hasHistory(folder)).isTrue();
        assertCode(this::open, StoreCodes.VOTE_LOG_MISSING);
    }

    @Test
    void aVerdictOutlivesTheLogAndConcernsOneKeyOnly() throws IOException {
        ByteString key = ByteString.of(new byte[] {1, 2});
        ByteString rotated = ByteString.of(new byte[] {3, 4});
        open().close();
        Files.delete(segment());
        assertCode(this::open, StoreCodes.VOTE_LOG_MISSING);
        FileVoteLog.beginCondemned(folder, LEDGER, SEGMENT_BYTES, key, "the log is gone")
                .close();
        try (FileVoteLog log = open()) {
            assertThat(log.verdict(key)).isEqualTo("the log is gone");
            assertThat(log.verdict(rotated)).isEmpty();
            log.condemn(key, "another reason");
            assertThat(log.verdict(key)).as("the first one stays").isEqualTo("the log is gone");
        }
    }

    @Test
    void aTornVerdictStillForbidsToVote() throws IOException {
        ByteString key = ByteString.of(new byte[] {1, 2});
        try (FileVoteLog log = open()) {
            log.condemn(key, "lost");
            Files.writeString(folder.resolve("condemned"), "01");
            assertThat(log.verdict(key)).isNotEmpty();
        }
    }

    @Test
    void anotherLedgersLogIsRefused() {
        open().close();
        assertCode(
                () -> FileVoteLog.open(folder, Sha256.digest(new byte[] {9}), SEGMENT_BYTES), StoreCodes.OTHER_LEDGER);
    }

    @Test
    void twoProcessesCannotVoteWithOneKey() {
        try (FileVoteLog log = open()) {
            assertThat(log.history()).isNotNull();
            assertCode(this::open, StoreCodes.IN_USE);
        }
        open().close();
    }

    @Test
    void aFullSegmentIsFoldedIntoTheNext() throws IOException {
        try (FileVoteLog log = open()) {
            for (int view = 1; view <= 1000; view++) {
                force(log, new Enter(view), new Finalized(view, BLOCK), new Cosigned(view, BLOCK), settled(view));
            }
        }
        assertThat(segment().getFileName().toString()).isGreaterThan("votes-0000000005.log");
        try (var files = Files.list(folder)) {
            assertThat(files.filter(f -> f.toString().endsWith(".log"))).hasSize(2);
        }
        try (FileVoteLog log = open()) {
            assertThat(log.history().view()).isEqualTo(1000);
            assertThat(log.history().lastCosigned()).isEqualTo(new Cosigned(1000, BLOCK));
            assertThat(log.history().settledView()).isEqualTo(1000);
        }
    }

    /** A finalization of one validator; without it every vote would have to be kept. */
    private static Certified settled(long view) {
        List<ByteString> signatures = List.of(ByteString.of(new byte[64]));
        return new Certified(
                new Certificate(Vote.Type.FINALIZE, 0, view, BLOCK, ByteString.of(new byte[] {1}), signatures));
    }
}

package io.waxwing.broker.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.waxwing.bus.audit.Act;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.Refusal;
import io.waxwing.bus.failure.RefusedException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What stands in the audit log stays there as it is, or somebody finds out. */
class AuditLogTest {
    @TempDir
    private Path folder = Path.of("");

    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private final List<Act> before = new ArrayList<>();
    private Path file = Path.of("");
    private AuditLog log;

    @BeforeEach
    void open() {
        file = folder.resolve("audit/log.jsonl");
        again();
    }

    @AfterEach
    void close() {
        log.close();
    }

    private void again() {
        before.clear();
        log = new AuditLog(file, metrics, before::add);
    }

    private Optional<Refusal> write(Act act) throws Exception {
        CompletableFuture<Optional<Refusal>> told = new CompletableFuture<>();
        log.record(act, refusal -> told.complete(Optional.ofNullable(refusal)));
        return told.get(10, TimeUnit.SECONDS);
    }

    private void write(int count) throws Exception {
        for (int i = 1; i <= count; i++) {
            assertThat(write(Act.done("alice", "http 192.0.2.1", "topics.put", "home/" + i)))
                    .isEmpty();
        }
    }

    private static AuditCheck.Report check(Path of) {
        return AuditCheck.of(of, List.of());
    }

    @Test
    void whoeverIsToldFindsHisLineInTheFile() throws Exception {
        write(3);
        assertThat(Files.readAllLines(file)).hasSize(3).last().asString().contains("\"what\":\"home/3\"");
        assertThat(check(file).faults()).isEmpty();
        assertThat(log.head().lines()).isEqualTo(3);
        assertThat(Files.getPosixFilePermissions(file)).hasSize(2);
    }

    @Test
    void eachLineHasTheHashOfTheLineBeforeAsAnybodyComputesIt() throws Exception {
        write(2);
        List<String> lines = Files.readAllLines(file);
        String hash = AuditLine.hash(lines.get(0).getBytes(StandardCharsets.UTF_8));
        assertThat(lines.get(0)).startsWith("{\"n\":1,").endsWith("\"before\":\"" + "0".repeat(64) + "\"}");
        assertThat(lines.get(1)).startsWith("{\"n\":2,").endsWith("\"before\":\"" + hash + "\"}");
    }

    @Test
    void itGoesOnWhereItStopped() throws Exception {
        write(2);
        log.close();
        again();
        assertThat(before).extracting(Act::what).containsExactly("home/1", "home/2");
        write(1);
        assertThat(check(file).found().lines()).isEqualTo(3);
        assertThat(check(file).faults()).isEmpty();
    }

    @Test
    void aLineThatWasNotFinishedIsCutOffAndTheNextSaysSo() throws Exception {
        write(2);
        log.close();
        byte[] whole = Files.readAllBytes(file);
        int second = new String(whole, StandardCharsets.US_ASCII).indexOf('\n') + 1;
        for (int kept = second + 1; kept < whole.length; kept += 37) {
            Files.write(file, Arrays.copyOf(whole, kept));
            assertThat(check(file).found().tornBytes()).isEqualTo(kept - second);
            again();
            assertThat(Files.readAllLines(file))
                    .hasSize(2)
                    .last()
                    .asString()
                    .contains("\"act\":\"log.heal\"")
                    .contains((kept - second) + " bytes of a line that was never finished");
            write(1);
            assertThat(check(file).faults()).isEmpty();
            log.close();
        }
    }

    /** Every line, and each of the four ways to change it. */
    @Test
    void whoeverChangesRemovesSwapsOrAddsALineIsFoundOutAtThatLine() throws Exception {
        write(6);
        log.close();
        List<String> lines = Files.readAllLines(file);
        for (int i = 0; i < 5; i++) {
            List<String> changed = new ArrayList<>(lines);
            changed.set(i, lines.get(i).replace("alice", "mallory"));
            assertThat(faults(changed)).containsExactly(follows(i + 2));

            List<String> removed = new ArrayList<>(lines);
            removed.remove(i);
            assertThat(faults(removed)).containsExactly("line " + (i + 1) + " has the number " + (i + 2));

            List<String> swapped = new ArrayList<>(lines);
            swapped.set(i, lines.get(i + 1));
            swapped.set(i + 1, lines.get(i));
            assertThat(faults(swapped)).containsExactly("line " + (i + 1) + " has the number " + (i + 2));

            List<String> added = new ArrayList<>(lines);
            added.add(i + 1, lines.get(i));
            assertThat(faults(added)).containsExactly("line " + (i + 2) + " has the number " + (i + 1));

            List<String> renumbered = new ArrayList<>(removed.subList(0, i));
            for (String line : removed.subList(i, removed.size())) {
                renumbered.add(line.replaceFirst("\"n\":\\d+", "\"n\":" + (renumbered.size() + 1)));
            }
            assertThat(faults(renumbered)).containsExactly(follows(i + 1));
        }
        List<String> spaced = new ArrayList<>(lines);
        spaced.set(3, lines.get(3).replace(",", ", "));
        assertThat(faults(spaced)).containsExactly("line 4 is not as a node writes it");
    }

    private static String follows(int line) {
        return "line " + line
                + " does not follow from the line before: one of the two was changed, or others stood between them";
    }

    private List<String> faults(List<String> lines) throws IOException {
        Path changed = folder.resolve("changed");
        Files.writeString(changed, String.join("\n", lines) + "\n");
        return check(changed).faults();
    }

    @Test
    void aPublishedHeadTellsOfACutEndAndOfALogThatWasWrittenAnew() throws Exception {
        write(6);
        AuditCheck.Sealed sealed =
                new AuditCheck.Sealed(log.head().lines(), log.head().head(), "0123-1-2");
        log.close();
        List<String> lines = Files.readAllLines(file);
        assertThat(AuditCheck.of(file, List.of(sealed)).sealedLines()).isEqualTo(6);
        Files.writeString(file, String.join("\n", lines.subList(0, 4)) + "\n");
        assertThat(check(file).faults()).as("alone it looks whole").isEmpty();
        assertThat(AuditCheck.of(file, List.of(sealed)).faults())
                .singleElement()
                .asString()
                .startsWith("event 0123-1-2 says that line 6")
                .endsWith("but only 4 lines hold: the end was cut off");
        again();
        write(2);
        assertThat(check(file).faults()).isEmpty();
        assertThat(AuditCheck.of(file, List.of(sealed)).faults())
                .singleElement()
                .asString()
                .endsWith("this is another log");
    }

    @Test
    void aNodeDoesNotGoOnWithADamagedLog() throws Exception {
        write(3);
        log.close();
        Files.writeString(file, Files.readString(file).replace("home/1", "home/9"));
        assertThatThrownBy(this::again)
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("WXW-1230")
                .hasMessageContaining("line 2 does not follow");
    }

    @Test
    void twoNodesDoNotWriteOneLog() {
        assertThatThrownBy(this::again)
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("is written by another node");
    }

    @Test
    void whatStrangersSendStaysOnItsLine() throws Exception {
        String nasty = "x\"}\n{\"n\":9,\r\u001b[31m\u2028\u00e4\ud83d\ude00\\";
        assertThat(write(new Act(nasty, nasty, "login", nasty.repeat(400), "WXW-1402", true)))
                .isEmpty();
        write(1);
        assertThat(Files.readString(file).lines()).hasSize(2);
        assertThat(Files.readString(file)).matches("[\\x20-\\x7e\\n]+");
        log.close();
        again();
        assertThat(before.get(0).who()).isEqualTo(nasty);
        assertThat(before.get(0).what()).startsWith(nasty).endsWith("...");
    }

    @Test
    void refusalsAreKeptSparinglyAndCounted() throws Exception {
        Act wrong = new Act("bob", "mqtt 192.0.2.7", "login", "", "WXW-1402", true);
        for (int i = 0; i < 1_000; i++) {
            assertThat(write(wrong)).isEmpty();
        }
        long kept = log.head().lines();
        assertThat(kept).isBetween(20L, 40L);
        assertThat(metrics.get("waxwing.audit.passed.over").counter().count()).isEqualTo(1_000.0 - kept);
        write(1);
        assertThat(log.head().lines()).isEqualTo(kept + 1);
    }

    @Test
    void afterAFailureOfTheDiskNothingMoreIsTaken() throws Exception {
        write(1);
        log.file.close();
        assertThat(write(Act.done("a", "b", "c", "d"))).map(Refusal::code).contains(FailureCode.AUDIT_STOPPED);
        assertThat(log.problem()).isNotNull();
        assertThat(write(Act.done("a", "b", "c", "d"))).isPresent();
    }

    @Test
    void whatComesAfterTheEndIsToldSo() throws Exception {
        log.close();
        assertThat(write(Act.done("a", "b", "c", "d"))).map(Refusal::code).contains(FailureCode.SHUTTING_DOWN);
    }

    @Test
    void manyWritersHaveOneOrder() throws Exception {
        List<CompletableFuture<Boolean>> told = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            CompletableFuture<Boolean> one = new CompletableFuture<>();
            told.add(one);
            log.record(Act.done("a", "b", "c", "" + i), refusal -> one.complete(refusal == null));
        }
        for (CompletableFuture<Boolean> one : told) {
            assertThat(one.get(10, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(check(file).found().lines()).isEqualTo(500);
        assertThat(check(file).faults()).isEmpty();
        Files.writeString(file, "x".repeat(20_000), StandardOpenOption.APPEND);
        assertThat(check(file).faults()).containsExactly("line 501 has more than 16384 bytes");
    }
}

package io.waxwing.broker.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.waxwing.broker.network.LocalNetwork.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Only a process that is the member's node beyond doubt is ever ended. */
class MemberProcessTest {
    @TempDir
    private Path folder = Path.of("");

    private DemoMember member = new DemoMember("bank-a", new Ports(1, 2, 3), Path.of(""));
    private @Nullable Process started;

    /** A process that does nothing and carries the member's mark, as its node does. */
    @BeforeEach
    void startOneThatLooksLikeTheNode() throws IOException {
        member = new DemoMember("bank-a", new Ports(1, 2, 3), folder);
        // The shell stays, because a command follows; the mark is its name for itself.
        started = new ProcessBuilder("sh", "-c", "read line; exit", NodeCommand.mark(member)).start();
    }

    @AfterEach
    void endIt() {
        nodeLike().destroyForcibly();
    }

    private Process nodeLike() {
        return Objects.requireNonNull(started);
    }

    private void record(long pid, Instant started) throws IOException {
        Files.writeString(member.processRecord(), "{\"pid\":" + pid + ",\"started\":" + started.toEpochMilli() + "}");
    }

    private static Instant startOf(ProcessHandle process) {
        return process.info().startInstant().orElseThrow();
    }

    @Test
    void theRecordedProcessIsFoundAndKilledAndForgotten() throws Exception {
        record(nodeLike().pid(), startOf(nodeLike().toHandle()));
        MemberProcess found = Objects.requireNonNull(MemberProcess.find(member));
        assertThat(found.pid()).isEqualTo(nodeLike().pid());
        found.kill();
        assertThat(nodeLike().waitFor()).isNotZero();
        assertThat(member.processRecord()).doesNotExist();
        assertThat(MemberProcess.find(member)).isNull();
    }

    @Test
    void anOrderlyEndIsAskedForFirst() throws Exception {
        record(nodeLike().pid(), startOf(nodeLike().toHandle()));
        MemberProcess found = Objects.requireNonNull(MemberProcess.find(member));
        found.stop();
        assertThat(found.isAlive()).isFalse();
        // 128 + SIGTERM
        assertThat(nodeLike().waitFor()).isEqualTo(143);
    }

    @Test
    void aProcessThatWasStartedAtAnotherTimeIsAnotherOne() throws Exception {
        record(nodeLike().pid(), startOf(nodeLike().toHandle()).minusSeconds(60));
        assertThat(MemberProcess.find(member)).isNull();
        assertThat(nodeLike().isAlive()).isTrue();
    }

    @Test
    void aProcessWithoutTheMembersMarkIsAnotherOne() throws Exception {
        ProcessHandle self = ProcessHandle.current();
        record(self.pid(), startOf(self));
        assertThat(MemberProcess.find(member)).isNull();
    }

    @Test
    void aMemberWithoutARecordOrWithOneOfAnEndedProcessDoesNotRun() throws Exception {
        assertThat(MemberProcess.find(member)).isNull();
        Instant began = startOf(nodeLike().toHandle());
        nodeLike().destroyForcibly().waitFor();
        record(nodeLike().pid(), began);
        assertThat(MemberProcess.find(member)).isNull();
    }

    @Test
    void ofTheLogTheLastLinesAreShownWithoutStackFrames() throws Exception {
        assertThat(MemberProcess.lastLogLines(member, 2)).isEmpty();
        Files.writeString(member.log(), "one\ntwo\nthree\n\tat io.waxwing.Somewhere\n");
        assertThat(MemberProcess.lastLogLines(member, 2)).containsExactly("two", "three");
    }
}

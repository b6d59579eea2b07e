package io.waxwing.broker.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The node process of a member. {@code process.json} records which one it is: a process number alone could be another
 * program's by now, so start time and command line must fit too before anything is sent to it.
 */
public final class MemberProcess {
    /** Differs by less for one process, because the system tells start times relative to a clock that may be set. */
    private static final Duration SAME_START = Duration.ofSeconds(5);

    private static final Duration ORDERLY_END = Duration.ofSeconds(20);
    private static final Duration KILLED_END = Duration.ofSeconds(10);
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final DemoMember member;
    private final ProcessHandle handle;

    private MemberProcess(DemoMember member, ProcessHandle handle) {
        this.member = member;
        this.handle = handle;
    }

    /** Starts the member's node; it outlives this program. @throws io.waxwing.cli.CliFailure WXW-3182 */
    public static MemberProcess start(DemoMember member) {
        try {
            Files.createDirectories(NodeCommand.nativeFolder(member));
            if (Files.exists(member.log())) {
                Path before = member.log().resolveSibling(member.log().getFileName() + ".1");
                Files.move(member.log(), before, StandardCopyOption.REPLACE_EXISTING);
            }
            ProcessHandle handle = NodeCommand.of(member).start().toHandle();
            Instant started = handle.info().startInstant().orElseGet(Instant::now);
            String record = JSON.createObjectNode()
                    .put("pid", handle.pid())
                    .put("started", started.toEpochMilli())
                    .toString();
            Files.writeString(member.processRecord(), record + "\n");
            return new MemberProcess(member, handle);
        } catch (IOException e) {
            throw DemoFault.NODE_FAILED.because(member.name() + ": " + e.getMessage(), null);
        }
    }

    /** The member's running node, or null. @throws io.waxwing.cli.CliFailure WXW-3187 */
    public static @Nullable MemberProcess find(DemoMember member) {
        if (!Files.exists(member.processRecord())) {
            return null;
        }
        try {
            JsonNode record = JSON.readTree(Files.readAllBytes(member.processRecord()));
            Instant started = Instant.ofEpochMilli(record.path("started").asLong());
            return ProcessHandle.of(record.path("pid").asLong(-1))
                    .filter(ProcessHandle::isAlive)
                    .filter(handle -> isNodeOf(member, handle, started))
                    .map(handle -> new MemberProcess(member, handle))
                    .orElse(null);
        } catch (IOException e) {
            throw DemoFault.RECORD.because(member.processRecord() + ": " + e, null);
        }
    }

    private static boolean isNodeOf(DemoMember member, ProcessHandle handle, Instant started) {
        Optional<Instant> actual = handle.info().startInstant();
        boolean sameStart = actual.isPresent()
                && Duration.between(started, actual.get()).abs().compareTo(SAME_START) <= 0;
        Stream<String> arguments = Stream.of(handle.info().arguments().orElse(new String[0]));
        return sameStart && arguments.anyMatch(NodeCommand.mark(member)::equals);
    }

    public DemoMember member() {
        return member;
    }

    public long pid() {
        return handle.pid();
    }

    public boolean isAlive() {
        return handle.isAlive();
    }

    /** kill -9, and waits until it is gone. @throws io.waxwing.cli.CliFailure WXW-3189 */
    public void kill() {
        handle.destroyForcibly();
        if (!ended(KILLED_END)) {
            throw DemoFault.WILL_NOT_END.because(member.name() + ", process " + pid(), "look at it with: ps " + pid());
        }
        forget();
    }

    /** Asks for an orderly end and, when that takes too long, kills. @throws io.waxwing.cli.CliFailure WXW-3189 */
    public void stop() {
        handle.destroy();
        if (ended(ORDERLY_END)) {
            forget();
        } else {
            kill();
        }
    }

    /** Asks for an orderly end and does not wait for it. */
    public void askToStop() {
        handle.destroy();
    }

    private boolean ended(Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        while (handle.isAlive() && System.nanoTime() < deadline) {
            LockSupport.parkNanos(POLL_NANOS);
        }
        return !handle.isAlive();
    }

    private void forget() {
        try {
            Files.deleteIfExists(member.processRecord());
        } catch (IOException e) {
            throw DemoFault.RECORD.because(member.processRecord() + ": " + e, null);
        }
    }

    /** The last lines of a member's log, oldest first, without the frames of stack traces. */
    public static List<String> lastLogLines(DemoMember member, int count) {
        Path log = member.log();
        if (!Files.exists(log)) {
            return List.of();
        }
        Deque<String> last = new ArrayDeque<>();
        try (Stream<String> lines = Files.lines(log)) {
            lines.filter(line -> !line.startsWith("\tat ")).forEach(line -> {
                if (last.size() == count) {
                    last.removeFirst();
                }
                last.addLast(line);
            });
        } catch (IOException e) {
            return List.of(log + " cannot be read: " + e.getMessage());
        }
        return List.copyOf(last);
    }
}

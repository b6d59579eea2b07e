package io.waxwing.broker.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.waxwing.anchor.file.FileFrame;
import io.waxwing.bus.event.EventId;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.Refusal;
import io.waxwing.http.file.SharedFiles.State;
import io.waxwing.http.file.SharedFiles.Taker;
import io.waxwing.ledger.file.ChunkHashes;
import io.waxwing.ledger.file.FileCard;
import io.waxwing.ledger.file.FileLayout;
import io.waxwing.ledger.hash.Hash;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Agents of several nodes on disks of their own, with links and time that the test has in its hands. */
class FileAgentTest {
    private static final long AUDIENCE = 2;
    private static final FileLimits LIMITS =
            new FileLimits(1 << 20, 4 << 20, 0, 1024, 10, 10, 1 << 20, 1000, 1 << 20, 1, 0, 20_000);

    @TempDir
    private Path folder = Path.of("");

    private final Map<Integer, Node> nodes = new TreeMap<>();
    private final Set<Integer> audience = new HashSet<>(Set.of(1, 2, 3));
    private final Set<Integer> down = new HashSet<>();
    private final Set<FileMeta> nameless = new HashSet<>();
    private final Deque<Letter> letters = new ArrayDeque<>();
    private long now = TimeUnit.HOURS.toNanos(1);

    private record Letter(int from, int to, byte[] frame) {}

    /** One node. */
    private final class Node implements FileAgent.Members {
        final int id;
        final FileShelf shelf;
        final FileAgent agent;

        @Nullable String diskProblem;

        Node(int id) {
            this.id = id;
            shelf = new FileShelf(folder.resolve("node-" + id));
            FileRoom room = new FileRoom(shelf, LIMITS, this, id);
            agent = new FileAgent(shelf, room, this, meta -> !nameless.contains(meta), () -> {});
            nodes.put(id, this);
        }

        @Override
        public List<Integer> reachable(long audienceId) {
            return nodes.keySet().stream()
                    .filter(other -> other != id && audience.contains(other) && !down.contains(other))
                    .toList();
        }

        @Override
        public boolean isIn(long audienceId, int node) {
            return audienceId == AUDIENCE && audience.contains(node);
        }

        @Override
        public boolean send(int node, byte[] frame) {
            letters.add(new Letter(id, node, frame));
            return true;
        }

        @Override
        public String institutionOf(int originId) {
            return "institution " + originId;
        }

        @Override
        public int institutions() {
            return 4;
        }

        @Override
        public @Nullable String diskProblem() {
            return diskProblem;
        }
    }

    private Node node(int id) {
        return nodes.containsKey(id) ? nodes.get(id) : new Node(id);
    }

    /** So much time goes by, with all that happens in it. */
    private void pass(int milliseconds) {
        for (int i = 0; i < milliseconds / 10; i++) {
            nodes.values().forEach(node -> node.agent.doWork(now));
            for (int left = letters.size(); left > 0; left--) {
                Letter letter = letters.removeFirst();
                if (!down.contains(letter.to()) && !down.contains(letter.from())) {
                    node(letter.to()).agent.onFrame(letter.from(), letter.frame());
                }
            }
            now += TimeUnit.MILLISECONDS.toNanos(10);
        }
    }

    private static byte[] content(int size) {
        byte[] content = new byte[size];
        new Random(size).nextBytes(content);
        return content;
    }

    private static FileMeta meta(byte[] content, int number) {
        FileLayout layout = new FileLayout(content.length, 1024);
        FileCard card = new FileCard(
                String.format("%032x", number), "a", layout, hashes(content).root(), "text/plain");
        return new FileMeta("t", 1, AUDIENCE, card, State.SHARED, "", 1, new EventId(1, number, 1));
    }

    private static ChunkHashes hashes(byte[] content) {
        List<Hash> hashes = new ArrayList<>();
        for (int at = 0; at < content.length; at += 1024) {
            hashes.add(ChunkHashes.of(Arrays.copyOfRange(content, at, Math.min(content.length, at + 1024))));
        }
        return new ChunkHashes(hashes);
    }

    /** The node has all of it. */
    private static void keep(Node node, FileMeta meta, byte[] content) {
        ChunkHashes hashes = hashes(content);
        node.shelf.put(meta);
        node.shelf.putHashes(meta.key(), hashes);
        for (int chunk = 0; chunk < hashes.size(); chunk++) {
            int at = chunk * 1024;
            byte[] bytes = Arrays.copyOfRange(content, at, Math.min(content.length, at + 1024));
            node.shelf.putChunk(meta.key(), chunk, hashes.get(chunk), bytes);
        }
    }

    private static int here(Node node, FileMeta meta) {
        ChunkHashes hashes = node.shelf.get(meta.key()) == null ? null : node.shelf.hashes(meta);
        return hashes == null ? 0 : node.shelf.here(meta.key(), hashes).cardinality();
    }

    /** What was told to whoever asked. */
    private static final class Asked implements Taker {
        byte @Nullable [] bytes;

        @Nullable FailureCode code;

        @Override
        public void took(byte[] taken) {
            bytes = taken;
        }

        @Override
        public void refused(Refusal refusal) {
            code = refusal.code();
        }
    }

    @Test
    void aChunkThatIsDamagedOnTheDiskIsGotAgainFromAMember() throws Exception {
        byte[] content = content(5000);
        FileMeta meta = meta(content, 1);
        keep(node(1), meta, content);
        keep(node(2), meta, content);
        Path chunk = folder.resolve("node-1")
                .resolve(meta.key().hex())
                .resolve("2-" + hashes(content).get(2).hex());
        Files.write(chunk, new byte[1024]);
        Asked asked = new Asked();
        node(1).agent.wantChunk(meta, 2, asked);
        pass(100);
        assertThat(asked.bytes).isEqualTo(Arrays.copyOfRange(content, 2048, 3072));
        assertThat(here(node(1), meta)).isEqualTo(5);
    }

    @Test
    void whoIsNotInTheAudienceAnyMoreHearsThatNothingIsHere() {
        byte[] content = content(5000);
        FileMeta meta = meta(content, 1);
        keep(node(1), meta, content);
        node(2).agent.wantAll(meta);
        pass(100);
        assertThat(here(node(2), meta)).isEqualTo(5);
        audience.remove(3);
        for (FileFrame question :
                List.of(new FileFrame.HashesWanted(meta.key(), 0), new FileFrame.ChunkWanted(meta.key(), 1))) {
            node(3).send(1, question.encode());
        }
        Node one = node(1);
        Letter first = letters.removeFirst();
        Letter second = letters.removeFirst();
        one.agent.onFrame(3, first.frame());
        one.agent.onFrame(3, second.frame());
        one.agent.doWork(now);
        assertThat(FileFrame.decode(letters.removeFirst().frame()))
                .isEqualTo(new FileFrame.NotHere(meta.key(), FileFrame.ALL_HASHES));
        assertThat(FileFrame.decode(letters.removeFirst().frame())).isEqualTo(new FileFrame.NotHere(meta.key(), 1));
        assertThat(one.agent.denied()).isEqualTo(2);
    }

    @Test
    void filesThatNobodyGivesMakeRoomForOthers() {
        byte[] content = content(5000);
        FileMeta nobodys = meta(content(3000), 1);
        FileMeta there = meta(content, 2);
        keep(node(1), there, content);
        node(2).agent.wantAll(nobodys);
        node(2).agent.wantAll(there);
        pass(1_000);
        assertThat(here(node(2), there)).as("one at a time").isZero();
        pass(60_000);
        assertThat(here(node(2), there)).isEqualTo(5);
        assertThat(here(node(2), nobodys)).isZero();
    }

    @Test
    void aFileWhoseEventLostItsContentIsNotGotAgain() {
        byte[] content = content(5000);
        FileMeta meta = meta(content, 1);
        keep(node(1), meta, content);
        nameless.add(meta);
        Asked asked = new Asked();
        node(2).agent.wantChunk(meta, 0, asked);
        node(2).agent.wantAll(meta);
        pass(1_000);
        assertThat(asked.code).isEqualTo(FailureCode.FILE_UNKNOWN);
        assertThat(node(2).shelf.get(meta.key())).isNull();
    }

    @Test
    void whoWaitsIsToldWhenNobodyGivesItAndServedWhenAMemberComesBackInTime() {
        byte[] content = content(5000);
        FileMeta meta = meta(content, 1);
        keep(node(1), meta, content);
        down.add(1);
        Asked early = new Asked();
        node(2).agent.wantChunk(meta, 4, early);
        pass(10_000);
        assertThat(early.bytes).isNull();
        down.clear();
        pass(2_000);
        assertThat(early.bytes).isEqualTo(Arrays.copyOfRange(content, 4096, 5000));
        down.add(1);
        Asked late = new Asked();
        node(3).agent.wantHashes(meta, late);
        audience.remove(2);
        pass(21_000);
        assertThat(late.code).isEqualTo(FailureCode.FILE_ELSEWHERE);
    }

    @Test
    void whatIsTooLargeOrTooMuchIsNotTakenFromOthersEither() {
        FileMeta large = meta(content((1 << 20) + 1), 1);
        Asked asked = new Asked();
        node(2).agent.wantHashes(large, asked);
        pass(20);
        assertThat(asked.code).isEqualTo(FailureCode.FILE_TOO_LARGE);
        for (int number = 2; number < 6; number++) {
            node(2).shelf.put(meta(content(1 << 20), number));
        }
        Asked tooMuch = new Asked();
        node(2).agent.wantHashes(meta(content(1), 7), tooMuch);
        pass(20);
        assertThat(tooMuch.code).isEqualTo(FailureCode.FILE_LIMIT);
    }

    @Test
    void nothingIsAskedForWhileTheDiskTakesNothing() {
        byte[] content = content(5000);
        FileMeta meta = meta(content, 1);
        keep(node(1), meta, content);
        node(2).diskProblem = "full";
        node(2).agent.wantAll(meta);
        pass(1_000);
        assertThat(here(node(2), meta)).isZero();
        assertThat(node(1).agent.givenBytes()).isZero();
        node(2).diskProblem = null;
        pass(1_000);
        assertThat(here(node(2), meta)).isEqualTo(5);
    }

    @Test
    void whatIsTakenAwayWhileItIsGotStaysAway() {
        byte[] content = content(200_000);
        FileMeta meta = meta(content, 1);
        keep(node(1), meta, content);
        node(2).agent.wantAll(meta);
        pass(30);
        node(2).agent.forget(meta.key());
        boolean unused = node(2).shelf.remove(meta.key());
        pass(1_000);
        assertThat(node(2).shelf.get(meta.key())).isNull();
        assertThat(folder.resolve("node-2").resolve(meta.key().hex())).doesNotExist();
    }

    @Test
    void twoEventsWithOneIdAreTheFirstOnes() {
        byte[] content = content(5000);
        keep(node(1), meta(content, 1), content);
        Asked asked = new Asked();
        node(1).agent.wantChunk(meta(content(6000), 1), 0, asked);
        pass(20);
        assertThat(asked.code).isEqualTo(FailureCode.FILE_UNKNOWN);
    }

    private static FileMeta of(int origin, FileMeta meta) {
        return new FileMeta(
                meta.topic(), origin, AUDIENCE, meta.card(), meta.state(), "", meta.createdMs(), meta.eventId());
    }

    @Test
    void anInstitutionThatAnnouncesWhatItDoesNotGiveTakesOnlyItsOwnShare() {
        FileLayout large = new FileLayout(1 << 20, 1024);
        for (int number = 1; number <= 4; number++) {
            FileCard card = new FileCard(String.format("%032x", number), "a", large, Hash.ZERO, "text/plain");
            node(2).agent.wantAll(new FileMeta("t", 3, AUDIENCE, card, State.SHARED, "", 1, new EventId(1, number, 1)));
        }
        byte[] content = content(5000);
        FileMeta honest = meta(content, 9);
        keep(node(1), honest, content);
        node(2).agent.wantAll(honest);
        pass(40_000);
        assertThat(node(2).shelf.bytes())
                .as("a quarter of it, and the honest one")
                .isEqualTo((1 << 20) + 5000);
        assertThat(here(node(2), honest)).isEqualTo(5);
    }

    @Test
    void manyFilesThatNobodyGivesLetThoseOfAnotherInstitutionHaveEverySecondTurn() {
        for (int number = 1; number <= 100; number++) {
            node(2).agent.wantAll(of(3, meta(content(3000), number)));
        }
        byte[] content = content(5000);
        FileMeta honest = meta(content, 900);
        keep(node(1), honest, content);
        node(2).agent.wantAll(honest);
        pass(70_000);
        assertThat(here(node(2), honest)).isEqualTo(5);
    }

    @Test
    void whatIsErasedWhileItIsWrittenDownDoesNotStay() {
        byte[] content = content(5000);
        FileMeta meta = meta(content, 1);
        keep(node(1), meta, content);
        boolean[] asked = new boolean[1];
        FileShelf shelf = new FileShelf(folder.resolve("erasing"));
        Node members = node(2);
        FileAgent agent = new FileAgent(
                shelf,
                new FileRoom(shelf, LIMITS, members, 2),
                members,
                each -> {
                    boolean first = !asked[0];
                    asked[0] = true;
                    return first;
                },
                () -> {});
        Asked reader = new Asked();
        agent.wantChunk(meta, 0, reader);
        agent.doWork(now);
        assertThat(reader.code).isEqualTo(FailureCode.FILE_UNKNOWN);
        assertThat(shelf.get(meta.key())).isNull();
        assertThat(folder.resolve("erasing").resolve(meta.key().hex())).doesNotExist();
    }

    @Test
    void aMemberThatAsksVeryMuchIsBoundedAndOthersAreAnsweredInTurn() {
        byte[] content = content(5000);
        FileMeta meta = meta(content, 1);
        keep(node(1), meta, content);
        Node one = node(1);
        byte[] question = new FileFrame.ChunkWanted(meta.key(), 0).encode();
        for (int i = 0; i < 100_000; i++) {
            one.agent.onFrame(3, question);
        }
        assertThat(one.agent.dropped()).as("there is a bound").isGreaterThan(60_000);
        one.agent.onFrame(2, question);
        Asked own = new Asked();
        one.agent.wantHashes(meta, own);
        one.agent.doWork(now);
        assertThat(own.bytes).as("the node's own readers come first").isNotNull();
        assertThat(letters).anyMatch(letter -> letter.to() == 2);
    }
}

package io.waxwing.anchor.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.waxwing.anchor.file.FileFrame.Chunk;
import io.waxwing.anchor.file.FileFrame.ChunkWanted;
import io.waxwing.anchor.file.FileFrame.Hashes;
import io.waxwing.anchor.file.FileFrame.HashesWanted;
import io.waxwing.anchor.file.FileFrame.NotHere;
import io.waxwing.ledger.file.ChunkHashes;
import io.waxwing.ledger.file.FileLayout;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.hash.Sha256;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Members of all kinds, and a fetch that must end with the file whatever they do while one honest member has it. */
class FileFetchTest {
    private static final Hash KEY = Sha256.digest(new byte[] {1});
    private static final long MS = 1_000_000;
    private static final FileFetch.Limits LIMITS = new FileFetch.Limits(3, 100 * MS, 50 * MS);

    /** What a member does when it is asked. */
    private enum Member {
        HAS_ALL,
        HAS_SOME,
        HAS_NOTHING,
        SILENT,
        WRONG_BYTES,
        WRONG_HASHES,
        FOREIGN_CHUNKS
    }

    private record Sent(int member, FileFrame question) {}

    /** A node that fetches, with its disk and the members that it talks to. */
    private static class Story implements FileFetch.Output {
        final Random random;
        final byte[] content;
        final FileLayout layout;
        final ChunkHashes truth;
        final List<Member> members;
        final Deque<Sent> network = new ArrayDeque<>();
        final Map<Integer, byte[]> disk = new HashMap<>();
        final TreeSet<Integer> liars = new TreeSet<>();
        ChunkHashes kept;
        double loss;
        FileFetch fetch;
        long now;

        Story(long seed, int size, List<Member> members) {
            random = new Random(seed);
            content = new byte[size];
            random.nextBytes(content);
            layout = new FileLayout(size, 1024);
            List<Hash> hashes = new ArrayList<>();
            for (int chunk = 0; chunk < layout.chunks(); chunk++) {
                hashes.add(ChunkHashes.of(bytes(chunk)));
            }
            truth = new ChunkHashes(hashes);
            this.members = members;
            restart();
        }

        byte[] bytes(int chunk) {
            int from = (int) layout.offsetOf(chunk);
            return Arrays.copyOfRange(content, from, from + layout.lengthOf(chunk));
        }

        /** Only what was kept survives. */
        void restart() {
            BitSet have = new BitSet();
            disk.keySet().forEach(have::set);
            network.clear();
            fetch = new FileFetch(new FileFetch.Wanted(KEY, layout, truth.root()), LIMITS, kept, have);
            fetch.wantEverything();
        }

        @Override
        public boolean ask(int member, FileFrame question, int answerBytes) {
            if (network.size() > 20) {
                return false;
            }
            network.add(new Sent(member, question));
            return true;
        }

        @Override
        public boolean keep(ChunkHashes proven) {
            assertThat(proven.root()).isEqualTo(truth.root());
            kept = proven;
            return true;
        }

        @Override
        public boolean keep(int chunk, byte[] proven) {
            assertThat(proven).isEqualTo(bytes(chunk));
            if (random.nextInt(20) == 0) {
                return false;
            }
            assertThat(disk.put(chunk, proven)).as("kept twice").isNull();
            return true;
        }

        @Override
        public void lied(int member, String what) {
            assertThat(members.get(member))
                    .as(what)
                    .isIn(Member.WRONG_BYTES, Member.WRONG_HASHES, Member.FOREIGN_CHUNKS);
            liars.add(member);
        }

        void turn() {
            List<Integer> ids = new ArrayList<>();
            for (int member = 0; member < members.size(); member++) {
                ids.add(member);
            }
            long next = fetch.work(ids, now, this);
            if (!network.isEmpty() && random.nextInt(3) > 0) {
                Sent sent = random.nextBoolean() ? network.removeFirst() : network.removeLast();
                FileFrame answer = answer(members.get(sent.member()), sent.question());
                if (answer != null && random.nextDouble() >= loss) {
                    fetch.onFrame(sent.member(), answer, now, this);
                }
            } else if (next != Long.MAX_VALUE) {
                now = Math.max(now + MS, Math.min(next, now + 200 * MS));
            } else {
                now += MS;
            }
        }

        private FileFrame answer(Member member, FileFrame question) {
            if (member == Member.SILENT) {
                return null;
            }
            if (question instanceof HashesWanted wanted) {
                return member == Member.HAS_NOTHING
                        ? new NotHere(KEY, FileFrame.ALL_HASHES)
                        : hashes(member, wanted.first());
            }
            int chunk = ((ChunkWanted) question).chunk();
            return switch (member) {
                case HAS_NOTHING -> new NotHere(KEY, chunk);
                case HAS_SOME -> chunk % 3 == 0 ? new Chunk(KEY, chunk, bytes(chunk)) : new NotHere(KEY, chunk);
                case WRONG_BYTES -> new Chunk(KEY, chunk, new byte[layout.lengthOf(chunk)]);
                case FOREIGN_CHUNKS -> new Chunk(KEY, chunk, bytes((chunk + 1) % layout.chunks()));
                default -> new Chunk(KEY, chunk, bytes(chunk));
            };
        }

        private FileFrame hashes(Member member, int first) {
            byte[] page = truth.encode(first, layout.chunks());
            if (member == Member.WRONG_HASHES) {
                page[random.nextInt(page.length)] ^= 1;
            }
            return new Hashes(KEY, first, ByteString.of(page));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 1024, 1025, 40_000})
    void theFileComesFromOneHonestMemberWhateverTheOthersDoAndHoweverOftenTheNodeStops(int size) {
        for (long seed = 1; seed <= 200; seed++) {
            List<Member> members = new ArrayList<>(List.of(Member.HAS_ALL));
            Random random = new Random(seed);
            for (int i = random.nextInt(6); i > 0; i--) {
                members.add(random.nextInt(members.size() + 1), Member.values()[random.nextInt(7)]);
            }
            Story story = new Story(seed, size, members);
            story.loss = random.nextInt(4) * 0.1;
            int turns = 0;
            for (; !story.fetch.isComplete() && turns < 50_000; turns++) {
                story.turn();
                if (random.nextInt(300) == 0) {
                    story.restart();
                }
            }
            String told = "seed " + seed + " with " + members;
            assertThat(story.fetch.isComplete()).as(told).isTrue();
            for (int left = 0; !story.fetch.isIdle() && left < 1_000; left++) {
                story.turn();
            }
            assertThat(story.fetch.isIdle()).as(told).isTrue();
            assertThat(story.disk).as(told).hasSize(story.layout.chunks());
        }
    }

    @Test
    void aLiarIsFoundOutAndNotAskedAgain() {
        Story story = new Story(5, 40_000, List.of(Member.WRONG_BYTES, Member.HAS_ALL));
        story.kept = story.truth;
        story.restart();
        for (int turns = 0; !story.fetch.isComplete(); turns++) {
            story.turn();
            if (story.liars.contains(0) && turns > 100) {
                assertThat(story.network).noneMatch(sent -> sent.member() == 0);
            }
        }
        assertThat(story.liars).containsExactly(0);
    }

    @Test
    void whatIsReadComesFirstAndNothingElseIsAskedForThen() {
        Story story = new Story(6, 40_000, List.of(Member.HAS_ALL));
        story.fetch = new FileFetch(
                new FileFetch.Wanted(KEY, story.layout, story.truth.root()), LIMITS, story.truth, new BitSet());
        story.fetch.want(30);
        long unused = story.fetch.work(List.of(0), 0, story);
        assertThat(story.network).containsExactly(new Sent(0, new ChunkWanted(KEY, 30)));
    }

    @Test
    void aMemberIsAskedForNoMoreThanItsShareAtATime() {
        Story story = new Story(7, 40_000, List.of(Member.HAS_ALL, Member.HAS_ALL));
        story.kept = story.truth;
        story.restart();
        long unused = story.fetch.work(List.of(0, 1), 0, story);
        assertThat(story.network.stream().filter(sent -> sent.member() == 0)).hasSize(3);
        assertThat(story.network.stream().filter(sent -> sent.member() == 1)).hasSize(3);
    }

    @Test
    void hashesOfAHugeFileComeInPages() {
        int chunks = 40_000;
        List<Hash> hashes = new ArrayList<>();
        for (int i = 0; i < chunks; i++) {
            hashes.add(Sha256.digest(new byte[] {(byte) i, (byte) (i >> 8)}));
        }
        ChunkHashes huge = new ChunkHashes(hashes);
        FileFetch fetch = new FileFetch(
                new FileFetch.Wanted(KEY, new FileLayout(chunks * 1024L, 1024), huge.root()),
                LIMITS,
                null,
                new BitSet());
        List<FileFrame> asked = new ArrayList<>();
        Story story = new Story(8, 0, List.of()) {
            @Override
            public boolean ask(int member, FileFrame question, int answerBytes) {
                return asked.add(question);
            }

            @Override
            public boolean keep(ChunkHashes proven) {
                return proven.root().equals(huge.root());
            }
        };
        for (int page = 0; page < 3; page++) {
            int first = page * FileFrame.PAGE_HASHES;
            long unused = fetch.work(List.of(0), 0, story);
            assertThat(asked.get(page)).isEqualTo(new HashesWanted(KEY, first));
            byte[] bytes = huge.encode(first, Math.min(chunks, first + FileFrame.PAGE_HASHES));
            fetch.onFrame(0, new Hashes(KEY, first, ByteString.of(bytes)), 0, story);
        }
        assertThat(fetch.hashes()).isNotNull();
    }

    @Test
    void aChunkThatHasItsHashButNotItsLengthIsNeverKept() {
        byte[] large = new byte[100_000];
        ChunkHashes hashes = new ChunkHashes(List.of(ChunkHashes.of(large)));
        FileFetch fetch = new FileFetch(
                new FileFetch.Wanted(KEY, new FileLayout(10, 1024), hashes.root()), LIMITS, hashes, new BitSet());
        List<String> said = new ArrayList<>();
        fetch.onFrame(7, new Chunk(KEY, 0, large), 1, new FileFetch.Output() {
            @Override
            public boolean ask(int member, FileFrame question, int answerBytes) {
                return true;
            }

            @Override
            public boolean keep(ChunkHashes proven) {
                return true;
            }

            @Override
            public boolean keep(int chunk, byte[] proven) {
                return said.add("kept");
            }

            @Override
            public void lied(int member, String what) {
                said.add("lied " + member);
            }
        });
        assertThat(said).containsExactly("lied 7");
        assertThat(fetch.isComplete()).isFalse();
    }
}

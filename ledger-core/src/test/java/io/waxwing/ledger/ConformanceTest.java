package io.waxwing.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waxwing.ledger.batch.BatchCodec;
import io.waxwing.ledger.batch.BatchReference;
import io.waxwing.ledger.failure.LedgerFailure;
import io.waxwing.ledger.failure.MalformedException;
import io.waxwing.ledger.fixture.Generated;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.hash.Sha256;
import io.waxwing.ledger.leaf.Leaf;
import io.waxwing.ledger.leaf.LeafCodec;
import io.waxwing.ledger.leaf.OriginHead;
import io.waxwing.ledger.leaf.TopicHead;
import io.waxwing.ledger.simplex.Block;
import io.waxwing.ledger.simplex.VoteRecord;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Every encoding is pinned by one hash over generated values: a format change is one changed line here. */
class ConformanceTest {
    private static final int CASES = 300;

    private static final Map<String, Kind> KINDS = kinds();

    private record Kind(
            String pinned,
            Function<Generated, Object> make,
            Function<Object, byte[]> encode,
            Function<byte[], Object> decode) {}

    private static Map<String, Kind> kinds() {
        Map<String, Kind> kinds = new TreeMap<>();
        leaf(kinds, "BATCH", "01e3d6417a266031", Generated::batchLeaf);
        leaf(kinds, "SEGMENT", "f1571768772a7b4b", Generated::segmentLeaf);
        leaf(kinds, "BLOCK", "fe0777badf35c3aa", Generated::blockLeaf);
        leaf(kinds, "CONFIG", "ad0a33eafb8e4c4e", Generated::configLeaf);
        leaf(kinds, "ACK", "3986978ea00b921f", Generated::ackLeaf);
        leaf(kinds, "ERASE", "27e59d24536d9592", Generated::eraseLeaf);
        leaf(kinds, "GRANT", "df31ac31e3aa5cac", Generated::grantLeaf);
        leaf(kinds, "VERDICT", "a5e4ebea408c6a2c", Generated::verdictLeaf);
        kinds.put(
                "topic head",
                new Kind("c207ecbbf9b6bdc2", Generated::topicHead, v -> ((TopicHead) v).encode(), TopicHead::decode));
        kinds.put(
                "origin head",
                new Kind(
                        "2beef624d834b10d", Generated::originHead, v -> ((OriginHead) v).encode(), OriginHead::decode));
        kinds.put(
                "batch reference",
                new Kind(
                        "e43fd3c005d73e3e",
                        Generated::reference,
                        v -> BatchCodec.encode((BatchReference) v),
                        BatchCodec::decode));
        kinds.put(
                "vote record",
                new Kind(
                        "3fbaac4635ff6861", Generated::voteRecord, v -> ((VoteRecord) v).encode(), VoteRecord::decode));
        kinds.put(
                "block",
                new Kind(
                        "cee2b1d955cd08c0",
                        Generated::block,
                        v -> ((Block) v).encode(),
                        bytes -> Block.decode(bytes, 4)));
        return kinds;
    }

    private static void leaf(Map<String, Kind> kinds, String name, String pinned, Function<Generated, Object> make) {
        kinds.put(name, new Kind(pinned, make, value -> ((Leaf) value).encode(), LeafCodec::decode));
    }

    @Test
    void encodingsAreThoseOfYesterday() {
        Map<String, String> found = new TreeMap<>();
        Map<String, String> pinned = new TreeMap<>();
        KINDS.forEach((name, kind) -> {
            Generated generated = new Generated(1);
            List<byte[]> encodings = new ArrayList<>();
            for (int i = 0; i < CASES; i++) {
                encodings.add(kind.encode().apply(kind.make().apply(generated)));
            }
            found.put(
                    name, Sha256.digest(encodings.toArray(new byte[0][])).hex().substring(0, 16));
            pinned.put(name, kind.pinned());
        });
        assertThat(found).isEqualTo(pinned);
    }

    @Test
    void whatIsEncodedIsDecodedToTheSameValue() {
        long seed = Long.getLong("seed", System.nanoTime());
        Generated generated = new Generated(seed);
        KINDS.forEach((name, kind) -> {
            for (int i = 0; i < CASES; i++) {
                Object value = kind.make().apply(generated);
                assertThat(kind.decode().apply(kind.encode().apply(value)))
                        .as(name + " -Dseed=" + seed)
                        .isEqualTo(value);
            }
        });
    }

    @Test
    void cutLengthenedAndChangedBytesAreRefusedOrMeanAnotherValue() {
        long seed = Long.getLong("seed", System.nanoTime());
        Generated generated = new Generated(seed);
        Random random = new Random(seed);
        KINDS.forEach((name, kind) -> {
            for (int i = 0; i < CASES; i++) {
                byte[] good = kind.encode().apply(kind.make().apply(generated));
                String story = name + " -Dseed=" + seed;
                assertRefused(kind, Arrays.copyOf(good, random.nextInt(good.length)), story);
                assertRefused(kind, Arrays.copyOf(good, good.length + 1), story);
                byte[] changed = good.clone();
                changed[random.nextInt(good.length)] ^= (byte) (1 << random.nextInt(8));
                assertOneEncoding(kind, changed, story);
            }
        });
    }

    private static void assertRefused(Kind kind, byte[] bytes, String story) {
        assertThatThrownBy(() -> kind.decode().apply(bytes)).as(story).isInstanceOf(MalformedException.class);
    }

    private static void assertOneEncoding(Kind kind, byte[] bytes, String story) {
        try {
            assertThat(kind.encode().apply(kind.decode().apply(bytes)))
                    .as(story)
                    .isEqualTo(bytes);
        } catch (LedgerFailure e) {
            assertThat(e.code()).as(story).startsWith("WXW-30");
        }
    }

    @Test
    void unknownVersionsTypesAndFlagsAreRefused() {
        byte[] leaf = new Generated(7).segmentLeaf().encode();
        for (int at = 0; at < LeafCodec.PREFIX_BYTES; at++) {
            byte[] changed = leaf.clone();
            changed[at] ^= (byte) 0x40;
            assertThatThrownBy(() -> LeafCodec.decode(changed))
                    .hasMessageContaining(at == 0 ? "version" : at == 1 ? "type" : "flags");
        }
        assertThat(Hash.ZERO).isNotEqualTo(Sha256.leafHash(leaf));
    }
}

package io.waxwing.ledger.merkle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waxwing.ledger.failure.MalformedException;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.hash.Sha256;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The test tree of the certificate-transparency project: eight leaves, published roots and proofs. */
class Rfc6962Test {
    private static final List<Hash> LEAVES = new ArrayList<>();
    private static final String[] ROOTS = {
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"
    };

    static {
        for (String entry : new String[] {
            "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"
        }) {
            LEAVES.add(Sha256.leafHash(HexFormat.of().parseHex(entry)));
        }
    }

    private static List<Hash> hashes(String... hexes) {
        return Arrays.stream(hexes).map(Hash::fromHex).toList();
    }

    @Test
    void rootsOfAllSizes() {
        CompactRange range = new CompactRange();
        for (int size = 0; size <= 8; size++) {
            Hash expected = Hash.fromHex(ROOTS[size]);
            assertThat(range.root()).isEqualTo(expected);
            assertThat(MerkleRoot.ofLeafHashes(LEAVES.subList(0, size))).isEqualTo(expected);
            assertThat(TreeHashes.overLeafHashes(LEAVES).root(size)).isEqualTo(expected);
            if (size < 8) {
                range.append(LEAVES.get(size));
            }
        }
    }

    @Test
    void publishedInclusionPaths() {
        assertInclusion(0, 1);
        assertInclusion(
                0,
                8,
                "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4");
        assertInclusion(
                5,
                8,
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
                "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7");
        assertInclusion(2, 3, "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125");
        assertInclusion(
                1,
                5,
                "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b");
    }

    private static void assertInclusion(int leafIndex, int size, String... path) {
        InclusionProof proof = TreeHashes.overLeafHashes(LEAVES).inclusion(leafIndex, size);
        assertThat(proof.hashes()).isEqualTo(hashes(path));
        assertThat(proof.verify(LEAVES.get(leafIndex), Hash.fromHex(ROOTS[size])))
                .isTrue();
    }

    @Test
    void publishedConsistencyProofs() {
        assertConsistency(1, 1);
        assertConsistency(
                1,
                8,
                "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4");
        assertConsistency(
                6,
                8,
                "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
                "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7");
        assertConsistency(
                2,
                5,
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b");
    }

    private static void assertConsistency(int oldSize, int newSize, String... path) {
        ConsistencyProof proof = TreeHashes.overLeafHashes(LEAVES).consistency(oldSize, newSize);
        assertThat(proof.hashes()).isEqualTo(hashes(path));
        assertThat(proof.verify(Hash.fromHex(ROOTS[oldSize]), Hash.fromHex(ROOTS[newSize])))
                .isTrue();
    }

    @Test
    void anythingElseThanTheProofIsRefused() {
        InclusionProof good = TreeHashes.overLeafHashes(LEAVES).inclusion(5, 8);
        Hash root = Hash.fromHex(ROOTS[8]);
        assertThat(good.verify(LEAVES.get(4), root)).isFalse();
        assertThat(good.verify(LEAVES.get(5), Hash.fromHex(ROOTS[7]))).isFalse();
        assertThat(new InclusionProof(4, 8, good.hashes()).verify(LEAVES.get(5), root))
                .isFalse();
        assertThat(new InclusionProof(5, 9, good.hashes()).verify(LEAVES.get(5), root))
                .isFalse();
        List<Hash> longer = new ArrayList<>(good.hashes());
        longer.add(Hash.ZERO);
        assertThat(new InclusionProof(5, 8, longer).verify(LEAVES.get(5), root)).isFalse();
        assertThat(new InclusionProof(5, 8, good.hashes().subList(0, 2)).verify(LEAVES.get(5), root))
                .isFalse();
        assertThatThrownBy(() -> new InclusionProof(8, 8, List.of())).isInstanceOf(MalformedException.class);
        assertThatThrownBy(() -> new InclusionProof(-1, 8, List.of())).isInstanceOf(MalformedException.class);
        assertThatThrownBy(() -> new ConsistencyProof(9, 8, List.of())).isInstanceOf(MalformedException.class);
        assertThat(new ConsistencyProof(6, 8, List.of()).verify(Hash.fromHex(ROOTS[6]), root))
                .isFalse();
        assertThat(new ConsistencyProof(8, 8, List.of(root)).verify(root, root)).isFalse();
    }
}

package io.waxwing.ledger.note;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waxwing.ledger.failure.MalformedException;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** The bytes of a tree head on another chain, which others have to find again. */
class AnchorDataTest {
    private static final AnchorData DATA =
            new AnchorData(Hash.fromHex("aa".repeat(32)), 258, Hash.fromHex("bb".repeat(32)));

    @Test
    void theLayoutIsFixed() {
        ByteString bytes = DATA.encode();
        assertThat(bytes.hex())
                .isEqualTo("65766c2f616e63686f722f76310a" + "aa".repeat(32) + "0000000000000102" + "bb".repeat(32));
        assertThat(bytes.size()).isEqualTo(AnchorData.BYTES);
        assertThat(AnchorData.decode(bytes)).isEqualTo(DATA);
    }

    @Test
    void anythingElseIsRefused() {
        byte[] right = DATA.encode().toBytes();
        for (int size = 0; size < right.length; size++) {
            refused(Arrays.copyOf(right, size));
        }
        refused(Arrays.copyOf(right, right.length + 1));
        for (int i = 0; i < 14; i++) {
            byte[] wrong = right.clone();
            wrong[i] ^= 1;
            refused(wrong);
        }
        byte[] negative = right.clone();
        negative[46] = (byte) 0x80;
        refused(negative);
    }

    private static void refused(byte[] bytes) {
        assertThatThrownBy(() -> AnchorData.decode(ByteString.of(bytes)))
                .isInstanceOfSatisfying(
                        MalformedException.class,
                        failure -> assertThat(failure.code()).isEqualTo("WXW-3009"));
    }
}

package io.waxwing.ledger.codec;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ByteWriterTest {
    @Test
    void growsInFrontOfEveryKindOfValue() {
        for (int expected = 0; expected <= 40; expected++) {
            ByteWriter out = new ByteWriter(expected);
            for (int i = 0; i < 10; i++) {
                out.u8(i).u16(i).u32(i).u63(i).bytes(new byte[] {(byte) i});
            }
            ByteReader in = new ByteReader(out.toBytes(), "WXW-3001");
            for (int i = 0; i < 10; i++) {
                assertThat(in.u8()).as("room for %d bytes", expected).isEqualTo(i);
                assertThat(in.u16()).isEqualTo(i);
                assertThat(in.u32()).isEqualTo(i);
                assertThat(in.u63("number")).isEqualTo(i);
                assertThat(in.bytes(1)[0]).isEqualTo((byte) i);
            }
        }
    }
}

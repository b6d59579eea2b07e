package io.waxwing.node.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.Unpooled;
import io.waxwing.ledger.control.Registry;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.spi.PeerLinks.Channel;
import io.waxwing.node.TestLedger;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The bytes on the wire, and who is looked for by the registry. */
class WireTest {
    private static final String LEDGER = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

    @Test
    void aGreetingHasTheseBytes() throws Exception {
        Hello hello = new Hello(LinkKind.BULK, 4, Hash.fromHex(LEDGER), 3, 65_535, 0x0102030405060708L);
        String bytes = "77787770" + "0001" + "02" + "04" + LEDGER + "0003" + "ffff" + "0102030405060708";
        assertThat(HexFormat.of().formatHex(hello.encode())).isEqualTo(bytes);
        assertThat(hello.encode()).hasSize(Hello.SIZE_BYTES);
        assertThat(Hello.decode(HexFormat.of().parseHex(bytes))).isEqualTo(hello);
    }

    @Test
    void numbersOfFaultsAreGivenOnce() {
        for (LinkFault fault : LinkFault.values()) {
            assertThat(LinkFault.wordOf(fault.number())).isEqualTo(fault.word());
            assertThat(fault.code()).isEqualTo("WXW-" + (3160 + fault.number()));
        }
        assertThat(LinkFault.wordOf(99)).isEqualTo("reason 99");
    }

    @Test
    void framesAreTheSameHoweverTheirBytesArrive() throws Exception {
        long seed = Long.getLong("seed", System.nanoTime());
        Random random = new Random(seed);
        List<String> sent = new ArrayList<>();
        java.io.ByteArrayOutputStream wire = new java.io.ByteArrayOutputStream();
        for (int i = 0; i < 200; i++) {
            Channel channel = random.nextBoolean() ? Channel.SYNC : Channel.PAYLOAD;
            byte[] body = new byte[random.nextInt(random.nextBoolean() ? 3 : 300)];
            random.nextBytes(body);
            wire.write(new byte[] {0, 0, (byte) (body.length >> 8), (byte) body.length});
            wire.write(FrameDecoder.codeOf(channel));
            wire.write(body);
            sent.add(channel + HexFormat.of().formatHex(body));
            if (random.nextInt(4) == 0) {
                wire.write(new byte[FrameDecoder.HEADER_BYTES]);
            }
        }
        byte[] bytes = wire.toByteArray();
        List<String> read = new ArrayList<>();
        FrameDecoder decoder = new FrameDecoder(LinkKind.BULK);
        for (int at = 0; at < bytes.length; ) {
            int size = Math.min(bytes.length - at, random.nextInt(20));
            decoder.read(
                    Unpooled.wrappedBuffer(bytes, at, size),
                    (channel, body) -> read.add(channel + HexFormat.of().formatHex(body)));
            at += size;
        }
        assertThat(read).as("-Dseed=%d", seed).isEqualTo(sent);
    }

    @Test
    void anyBytesAreFramesOrAFault() {
        long seed = Long.getLong("seed", System.nanoTime());
        Random random = new Random(seed);
        int faults = 0;
        for (int i = 0; i < 5_000; i++) {
            byte[] bytes = new byte[random.nextInt(40)];
            random.nextBytes(bytes);
            // Small lengths on most, so that bodies are read too.
            for (int at = 0; at < Math.min(3, bytes.length) && random.nextInt(4) > 0; at++) {
                bytes[at] = 0;
            }
            FrameDecoder decoder = new FrameDecoder(LinkKind.CONSENSUS);
            try {
                decoder.read(Unpooled.wrappedBuffer(bytes), (channel, body) -> {
                    assertThat(channel).isEqualTo(Channel.CONSENSUS);
                    assertThat(body.length).isLessThanOrEqualTo(bytes.length - FrameDecoder.HEADER_BYTES);
                });
            } catch (LinkException e) {
                faults++;
                assertThat(e.fault()).isIn(LinkFault.FRAME_SIZE, LinkFault.CHANNEL, LinkFault.MALFORMED);
            }
        }
        assertThat(faults).as("-Dseed=%d", seed).isPositive();
    }

    @Test
    void nothingIsReadBehindAFault() {
        FrameDecoder decoder = new FrameDecoder(LinkKind.CONSENSUS);
        List<Integer> read = new ArrayList<>();
        byte[] bytes = {0, 0, 0, 1, 1, 5, 0, 0, 0, 1, 2, 6, 0, 0, 0, 1, 1, 7};
        assertThatThrownBy(() -> decoder.read(Unpooled.wrappedBuffer(bytes), (c, body) -> read.add((int) body[0])))
                .isInstanceOf(LinkException.class);
        assertThat(read).containsExactly(5);
    }

    @Test
    void peersAreTheNodesOfActiveOriginsButNotOneself() {
        StringBuilder text = new StringBuilder();
        for (int id = 1; id <= 2; id++) {
            var keys = TestLedger.keys("member " + id);
            text.append("institution " + id + " m" + id + " validator "
                    + keys.vote().publicKey() + " " + keys.cosigner().publicKey() + " "
                    + keys.log().publicKey() + "\n");
        }
        for (int origin = 1; origin <= 5; origin++) {
            text.append("origin " + origin + " " + (origin % 2 + 1) + " " + (origin == 3 ? "retired" : "active") + " "
                    + TestLedger.origin("origin " + origin).publicKey() + "\n");
        }
        for (int origin : new int[] {1, 2, 3, 5}) {
            text.append("node " + origin + " bank-" + origin + ".example:7400 "
                    + TestKeys.of(origin).pin() + "\n");
        }
        PeerDirectory peers = PeerDirectory.of(Registry.parse(ByteString.utf8(text.toString())), 2);
        assertThat(peers.ids()).containsExactly(1, 5);
        assertThat(peers.knows(TestKeys.of(5).pin())).isTrue();
        assertThat(peers.knows(TestKeys.of(3).pin())).as("retired").isFalse();
        assertThat(peers.knows(TestKeys.of(2).pin())).as("oneself").isFalse();
    }
}

package io.waxwing.ledger.simplex;

import static io.waxwing.ledger.simplex.Vote.Type.NOTARIZE;
import static io.waxwing.ledger.simplex.Vote.Type.NULLIFY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waxwing.ledger.codec.ByteWriter;
import io.waxwing.ledger.failure.LedgerFailure;
import io.waxwing.ledger.failure.MalformedException;
import io.waxwing.ledger.fixture.Generated;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.hash.Sha256;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MessageCodecTest {
    private static final int N = 4;

    private static List<Message> messages(long seed) {
        Script script = Script.ofFour(0);
        Generated any = new Generated(seed);
        Block block = script.block(1, List.of(), TestChain.batch(1), TestChain.batch(2));
        Block plain = Script.justified(block, script.nullification(0, 0, 1, 3));
        Evidence pair =
                Evidence.between(script.vote(1, NOTARIZE, 1, any.hash()), script.vote(1, NOTARIZE, 1, any.hash()));
        List<Message> messages = new ArrayList<>(List.of(
                script.proposal(plain),
                script.vote(3, NOTARIZE, 9, any.hash()),
                script.vote(3, NULLIFY, any.number(), Hash.ZERO),
                script.notarization(block, 0, 1, 2),
                script.nullification(7, 1, 2, 3),
                new BlockRequest(5, any.hash()),
                new BlockAnswer(0, any.hash(), null),
                new BlockAnswer(0, block.blockId(), any.block()),
                new CertificateRequest(3, any.number())));
        if (pair != null) {
            messages.add(script.proposal(EvidenceRuleTest.withEvidence(block, List.of(pair))));
        }
        return messages;
    }

    @Test
    void everyMessageSurvivesItsEncoding() {
        for (long seed = 0; seed < 50; seed++) {
            for (Message message : messages(seed)) {
                byte[] bytes = MessageCodec.encode(message);
                assertThat(MessageCodec.decode(bytes, N)).isEqualTo(message);
                assertThat(bytes.length).isLessThanOrEqualTo(MessageCodec.MAX_BYTES);
            }
        }
    }

    /** A change of the format is one changed line here. */
    @Test
    void theEncodingIsPinned() {
        Script script = Script.ofFour(0);
        ByteWriter all = new ByteWriter(4096);
        all.bytes(MessageCodec.encode(script.vote(3, NOTARIZE, 9, TestKeys.hash("b"))));
        all.bytes(MessageCodec.encode(script.nullification(7, 1, 2, 3)));
        all.bytes(MessageCodec.encode(new BlockRequest(5, TestKeys.hash("b"))));
        all.bytes(MessageCodec.encode(new BlockAnswer(5, TestKeys.hash("b"), null)));
        all.bytes(MessageCodec.encode(new CertificateRequest(3, 17)));
        all.bytes(MessageCodec.encode(new BlockAnswer(0, TestKeys.hash("b"), new Generated(1).block())));
        assertThat(Sha256.digest(all.toBytes()).hex().substring(0, 16)).isEqualTo("0ec0aad92511aeec");
    }

    /** Fault 13. */
    @Test
    void whateverIsCutChangedOrAddedIsRefusedOrOneEncoding() {
        Long only = Long.getLong("seed");
        for (long seed = only == null ? 0 : only; seed < (only == null ? 300 : only + 1); seed++) {
            Random random = new Random(seed);
            for (Message message : messages(seed)) {
                String story = "seed " + seed + " " + message.getClass().getSimpleName();
                byte[] good = MessageCodec.encode(message);
                assertRefused(Arrays.copyOf(good, random.nextInt(good.length)), story);
                assertRefused(Arrays.copyOf(good, good.length + 1 + random.nextInt(9)), story);
                byte[] changed = good.clone();
                for (int i = 1 + random.nextInt(3); i > 0; i--) {
                    changed[random.nextInt(good.length)] ^= (byte) (1 << random.nextInt(8));
                }
                try {
                    assertThat(MessageCodec.encode(MessageCodec.decode(changed, N)))
                            .as(story)
                            .isEqualTo(changed);
                } catch (LedgerFailure e) {
                    assertThat(e.code()).as(story).startsWith("WXW-30");
                }
                byte[] noise = new byte[random.nextInt(300)];
                random.nextBytes(noise);
                noise = noise.length == 0 ? new byte[] {7} : noise;
                noise[0] = (byte) (1 + random.nextInt(6));
                try {
                    assertThat(MessageCodec.encode(MessageCodec.decode(noise, N)))
                            .isEqualTo(noise);
                } catch (LedgerFailure e) {
                    assertThat(e.code()).as(story).startsWith("WXW-30");
                }
            }
        }
    }

    private static void assertRefused(byte[] bytes, String story) {
        assertThatThrownBy(() -> MessageCodec.decode(bytes, N)).as(story).isInstanceOf(MalformedException.class);
    }

    @Test
    void unknownTagsAreRefused() {
        for (int tag : new int[] {0, 7, 255}) {
            assertThatThrownBy(() -> MessageCodec.decode(new byte[] {(byte) tag}, N))
                    .hasMessageContaining("unknown message tag " + tag);
        }
    }

    /** Faults 13 and 23. */
    @Test
    void claimedLengthsAreCheckedBeforeAnythingIsAllocated() {
        ByteWriter huge = new ByteWriter(64).u8(5).u32(0).hash(Hash.ZERO).u32(0xffff_ffffL);
        assertThatThrownBy(() -> MessageCodec.decode(huge.toBytes(), N)).hasMessageContaining("limit");
        ByteWriter overLimit = new ByteWriter(64).u8(5).u32(0).hash(Hash.ZERO).u32(Block.MAX_BYTES + 1);
        overLimit.bytes(new byte[Block.MAX_BYTES + 1]);
        assertThatThrownBy(() -> MessageCodec.decode(overLimit.toBytes(), N)).hasMessageContaining("limit");
    }

    /** Fault 13. */
    @Test
    void bitsBeyondTheValidatorsAreRefused() {
        Certificate good = Script.ofFour(0).nullification(1, 1, 2, 3);
        Certificate beyond = new Certificate(
                NULLIFY, 0, 1, Hash.ZERO, ByteString.of(new byte[] {(byte) 0b1_0110}), good.signatures());
        assertThatThrownBy(() -> MessageCodec.decode(MessageCodec.encode(beyond), N))
                .hasMessageContaining("voter 4 of 4");
        assertThat(MessageCodec.decode(MessageCodec.encode(beyond), 5)).isEqualTo(beyond);
    }

    @Test
    void aNullifyVoteNamesNoBlock() {
        SignedVote vote = Script.ofFour(0).vote(1, NULLIFY, 1, TestKeys.hash("b"));
        assertRefused(MessageCodec.encode(vote), "nullify");
    }

    @Test
    void aBlockIsJustifiedByABoundedNumberOfCertificates() {
        Script script = Script.ofFour(0);
        Certificate[] many = new Certificate[Block.MAX_JUSTIFY + 1];
        Arrays.fill(many, script.nullification(0, 0, 1, 2));
        Block block = Script.justified(script.block(1, List.of()), many);
        assertRefused(MessageCodec.encode(script.proposal(block)), "justify");
    }
}

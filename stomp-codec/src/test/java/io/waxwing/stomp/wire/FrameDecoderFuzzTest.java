package io.waxwing.stomp.wire;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.waxwing.stomp.frame.StompVersion;

/**
 * Runs its corpus as a regression test; with {@code JAZZER_FUZZ=1} and {@code -Djazzer.hooks=true} it searches. Only
 * {@link Malformed} may come out.
 */
class FrameDecoderFuzzTest {
    @FuzzTest(maxDuration = "60s")
    void anyBytesGiveNothingButMalformed(FuzzedDataProvider data) {
        StompVersion version = StompVersion.values()[data.consumeInt(0, 2)];
        byte[] first = data.consumeBytes(data.consumeInt(0, 64));
        new Decoding(data.consumeBoolean() ? version : null).read(first).read(data.consumeRemainingAsBytes());
    }
}

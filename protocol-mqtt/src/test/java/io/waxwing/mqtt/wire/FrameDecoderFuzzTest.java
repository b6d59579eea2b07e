package io.waxwing.mqtt.wire;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.waxwing.mqtt.packet.MqttVersion;

/**
 * Runs its corpus as a regression test; with {@code JAZZER_FUZZ=1} and {@code -Djazzer.hooks=true} it searches. Only
 * {@link Malformed} may come out.
 */
class FrameDecoderFuzzTest {
    @FuzzTest(maxDuration = "60s")
    void anyBytesGiveNothingButMalformed(FuzzedDataProvider data) {
        MqttVersion version = data.consumeBoolean() ? MqttVersion.V5 : MqttVersion.V3_1_1;
        byte[] before = data.consumeBoolean() ? Codec.connect(version) : new byte[0];
        Codec.decode(CodecLimits.DEFAULT, before, data.consumeRemainingAsBytes());
    }
}

package io.waxwing.mqtt.wire;

import io.waxwing.mqtt.packet.Disconnect;
import io.waxwing.mqtt.packet.MqttVersion;
import io.waxwing.mqtt.packet.ReasonCode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Every golden packet broken in every place: each byte replaced, each cut that its own length admits to, surplus bytes,
 * a length that is too large, too long or not whole. Those that only servers send are among them.
 */
public final class Mutants {
    private static final int LONGEST_IN_ONE_BYTE = 127;
    private static final String OVERSIZED = "ffffff7f";
    private static final String FIVE_BYTES = "ffffffff01";
    private static final String NOT_SHORTEST = "8000";

    private Mutants() {}

    /** What is sent, as whom. */
    public record Mutant(String name, MqttVersion version, String hex) {
        @Override
        public String toString() {
            return name + " " + version + " " + hex;
        }
    }

    /** All of them, each once. */
    public static List<Mutant> all() {
        Map<String, Mutant> all = new LinkedHashMap<>();
        for (Goldens.Golden golden : Goldens.all()) {
            for (byte[] bytes : of(golden.bytes())) {
                Mutant mutant = new Mutant(golden.name(), golden.version(), Hex.text(bytes));
                all.putIfAbsent(golden.version() + mutant.hex(), mutant);
            }
        }
        return List.copyOf(all.values());
    }

    private static List<byte[]> of(byte[] packet) {
        List<byte[]> all = new ArrayList<>();
        all.add(packet);
        for (int at = 0; at < packet.length; at++) {
            for (int value : new int[] {0xFF, packet[at] ^ 0x80, packet[at] ^ 0x01}) {
                byte[] broken = packet.clone();
                broken[at] = (byte) value;
                all.add(broken);
            }
        }
        if (packet[1] >= 0 && packet.length <= LONGEST_IN_ONE_BYTE) {
            for (int length = 0; length < packet.length - 2; length++) {
                byte[] cut = Arrays.copyOf(packet, 2 + length);
                cut[1] = (byte) length;
                all.add(cut);
            }
            byte[] surplus = Arrays.copyOf(packet, packet.length + 1);
            surplus[1]++;
            all.add(surplus);
            String body = Hex.text(Arrays.copyOfRange(packet, 2, packet.length));
            String first = Hex.text(Arrays.copyOf(packet, 1));
            for (String length : new String[] {OVERSIZED, FIVE_BYTES, NOT_SHORTEST}) {
                all.add(Hex.bytes(first + length + body));
            }
        }
        return all;
    }

    /** CONNECT that comes before it. */
    public static byte[] connect(MqttVersion version) {
        return Codec.connect(version);
    }

    /** What is wrong with these bytes; null: nothing, or more has to come, or it stands behind a DISCONNECT. */
    public static @Nullable ReasonCode fault(byte[]... segments) {
        Codec.Outcome outcome = Codec.decode(CodecLimits.DEFAULT, segments);
        boolean ended = outcome.packets().stream().anyMatch(Disconnect.class::isInstance);
        Malformed fault = outcome.fault();
        return fault == null || ended ? null : fault.reason();
    }
}

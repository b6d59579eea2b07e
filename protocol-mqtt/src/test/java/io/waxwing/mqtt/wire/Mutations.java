package io.waxwing.mqtt.wire;

import java.util.Arrays;
import java.util.Random;

/** Small damage to bytes: flips, replacements, cuts, insertions. */
final class Mutations {
    private Mutations() {}

    static byte[] mutate(byte[] bytes, Random random) {
        byte[] out = bytes.clone();
        for (int n = 1 + random.nextInt(3); n > 0; n--) {
            // Headers are short and payloads long: aim at the front most of the time.
            int reach = random.nextBoolean() ? Math.min(out.length, 24) : out.length;
            int at = reach == 0 ? 0 : random.nextInt(reach);
            out = one(out, at, random);
        }
        return out;
    }

    private static byte[] one(byte[] bytes, int at, Random random) {
        if (bytes.length == 0) {
            return new byte[] {(byte) random.nextInt()};
        }
        switch (random.nextInt(4)) {
            case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
            case 1 -> bytes[at] = (byte) random.nextInt();
            case 2 -> {
                return Arrays.copyOf(bytes, at);
            }
            default -> {
                byte[] longer = new byte[bytes.length + 1];
                System.arraycopy(bytes, 0, longer, 0, at);
                longer[at] = (byte) random.nextInt();
                System.arraycopy(bytes, at, longer, at + 1, bytes.length - at);
                return longer;
            }
        }
        return bytes;
    }
}

package io.waxwing.mqtt.wire;

import java.util.HexFormat;

/** Bytes as people write them in specifications: hex digits with spaces wherever they help. */
final class Hex {
    private Hex() {}

    static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }

    static String text(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}

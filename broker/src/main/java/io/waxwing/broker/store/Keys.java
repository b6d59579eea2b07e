package io.waxwing.broker.store;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Keys whose byte order is the order of what they stand for. */
final class Keys {
    private Keys() {}

    /** 8 bytes, big-endian; for sequences, which are never negative. */
    static byte[] sequence(long value) {
        return ByteBuffer.allocate(Long.BYTES).putLong(value).array();
    }

    static long sequence(byte[] key) {
        return ByteBuffer.wrap(key).getLong();
    }

    static byte[] ascii(String name) {
        return name.getBytes(StandardCharsets.US_ASCII);
    }
}

package io.waxwing.mqtt.session;

import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Reads what {@link RowWriter} wrote. Throws WXW-2104 where that cannot be. */
final class RowReader {
    private final byte[] bytes;
    private int at;

    RowReader(byte[] bytes) {
        this.bytes = bytes;
    }

    long number() {
        long value = 0;
        for (int i = 0; i < Long.BYTES; i++) {
            value = value << 8 | octet();
        }
        return value;
    }

    int octet() {
        if (at == bytes.length) {
            throw new RefusedException(FailureCode.DATA_DAMAGED, "a session's row ends after " + at + " bytes");
        }
        return bytes[at++] & 0xff;
    }

    String text() {
        return new String(bytes(), StandardCharsets.UTF_8);
    }

    byte[] bytes() {
        long length = number();
        if (length < 0 || length > bytes.length - at) {
            throw new RefusedException(FailureCode.DATA_DAMAGED, "a session's row has a field of " + length + " bytes");
        }
        byte[] field = Arrays.copyOfRange(bytes, at, at + (int) length);
        at += (int) length;
        return field;
    }
}

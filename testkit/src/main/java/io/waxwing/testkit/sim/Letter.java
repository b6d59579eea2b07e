package io.waxwing.testkit.sim;

import io.waxwing.ledger.failure.MalformedException;
import io.waxwing.ledger.simplex.Message;
import io.waxwing.ledger.simplex.MessageCodec;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** A message on its way: its bytes. Decoded by its first reader; the others share the value, which cannot change. */
public final class Letter {
    private final byte[] bytes;
    private final long print;
    private @Nullable Message decoded;
    private @Nullable MalformedException malformed;

    private Letter(byte[] bytes) {
        this.bytes = bytes;
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, bytes.length);
        this.print = crc.getValue();
    }

    public static Letter of(Message message) {
        return new Letter(MessageCodec.encode(message));
    }

    /** Bytes that may be no message at all. */
    public static Letter ofBytes(byte[] bytes) {
        return new Letter(bytes.clone());
    }

    public byte[] toBytes() {
        return bytes.clone();
    }

    /** A number for the trace. */
    long print() {
        return print;
    }

    /** Throws {@link MalformedException} if the bytes are no message. */
    Message decode(int validators) {
        if (malformed != null) {
            throw malformed;
        }
        Message message = decoded;
        if (message == null) {
            try {
                message = MessageCodec.decode(bytes, validators);
            } catch (MalformedException e) {
                malformed = e;
                throw e;
            }
            decoded = message;
        }
        return message;
    }
}

package io.waxwing.node.peer;

import io.waxwing.ledger.codec.ByteReader;
import io.waxwing.ledger.codec.ByteWriter;
import io.waxwing.ledger.failure.MalformedException;
import io.waxwing.ledger.hash.Hash;

/**
 * The first bytes of either side after TLS, 52 of them, numbers big-endian:
 *
 * <pre>
 *  0  4  "wxwp"
 *  4  2  protocol version, 1
 *  6  1  connection: 1 consensus, 2 bulk
 *  7  1  answer: 0 welcome, else why not ({@link LinkFault}); 0 from the side that dialled
 *  8 32  ledgerId
 * 40  2  originId of the sender
 * 42  2  originId of the node the sender believes to speak with
 * 44  8  a number the sender drew when it started
 * </pre>
 *
 * The side that dialled speaks first; the other answers with its own when it has decided, and closes if it refuses. A
 * layout of another version keeps the first eight bytes.
 *
 * @param answer 0 or the number of a {@link LinkFault}
 * @param boot tells two lives of a node apart, and a node from itself
 */
record Hello(LinkKind kind, int answer, Hash ledgerId, int from, int to, long boot) {
    static final int SIZE_BYTES = 52;
    static final int VERSION = 1;
    private static final long MAGIC = 0x77787770L;

    byte[] encode() {
        return new ByteWriter(SIZE_BYTES)
                .u32(MAGIC)
                .u16(VERSION)
                .u8(kind.code())
                .u8(answer)
                .hash(ledgerId)
                .u16(from)
                .u16(to)
                .raw64(boot)
                .toBytes();
    }

    /** Reads exactly {@link #SIZE_BYTES}; throws MALFORMED or VERSION. */
    static Hello decode(byte[] bytes) throws LinkException {
        ByteReader in = new ByteReader(bytes, MalformedException.MESSAGE);
        if (in.u32() != MAGIC) {
            throw new LinkException(LinkFault.MALFORMED, "the first bytes are no greeting of a node");
        }
        int version = in.u16();
        if (version != VERSION) {
            throw new LinkException(
                    LinkFault.VERSION,
                    "it speaks version " + version + " of the links' protocol, this node " + VERSION);
        }
        int code = in.u8();
        LinkKind kind = LinkKind.ofCode(code);
        if (kind == null) {
            throw new LinkException(LinkFault.MALFORMED, "there is no connection of kind " + code);
        }
        return new Hello(kind, in.u8(), in.hash(), in.u16(), in.u16(), in.raw64());
    }
}

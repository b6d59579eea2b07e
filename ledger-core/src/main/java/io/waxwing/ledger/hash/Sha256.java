package io.waxwing.ledger.hash;

import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** SHA-256 with one digest object per thread. Leaf and node hashes carry the prefixes of RFC 6962 section 2.1. */
public final class Sha256 {
    private static final byte LEAF_PREFIX = 0x00;
    private static final byte NODE_PREFIX = 0x01;
    /** Of the hash function (FIPS 180-4 section 5.2.1). */
    private static final int KEY_BLOCK_BYTES = 64;

    private static final ThreadLocal<Worker> WORKERS = ThreadLocal.withInitial(Worker::new);

    private Sha256() {}

    /** H over the parts, one after the other. */
    public static Hash digest(byte[]... parts) {
        Worker worker = WORKERS.get();
        for (byte[] part : parts) {
            worker.digest.update(part, 0, part.length);
        }
        return worker.finish();
    }

    /** H over {@code bytes[offset, offset + length)}. */
    public static Hash digest(byte[] bytes, int offset, int length) {
        Worker worker = WORKERS.get();
        worker.digest.update(bytes, offset, length);
        return worker.finish();
    }

    /** H(0x00 || entry). */
    public static Hash leafHash(byte[] entry) {
        Worker worker = WORKERS.get();
        worker.digest.update(LEAF_PREFIX);
        worker.digest.update(entry, 0, entry.length);
        return worker.finish();
    }

    /** H(0x00 || entry) for an entry that is itself a hash, as in the roots over payload commitments. */
    public static Hash leafHash(Hash entry) {
        Worker worker = WORKERS.get();
        worker.node[0] = LEAF_PREFIX;
        entry.copyTo(worker.node, 1);
        worker.digest.update(worker.node, 0, 1 + Hash.LENGTH);
        return worker.finish();
    }

    /** H(0x01 || left || right). */
    public static Hash nodeHash(Hash left, Hash right) {
        Worker worker = WORKERS.get();
        worker.node[0] = NODE_PREFIX;
        left.copyTo(worker.node, 1);
        right.copyTo(worker.node, 1 + Hash.LENGTH);
        worker.digest.update(worker.node, 0, worker.node.length);
        return worker.finish();
    }

    /** A key block of this thread with room for a hash behind it; whoever takes it uses it before any other call. */
    static byte[] threadPad() {
        return WORKERS.get().pad;
    }

    /** H over the first bytes of that block and the parts, put behind them. */
    static void digestInto(byte[] block, int length, byte[]... parts) {
        Worker worker = WORKERS.get();
        worker.digest.update(block, 0, length);
        for (byte[] part : parts) {
            worker.digest.update(part, 0, part.length);
        }
        worker.finish(block, length);
    }

    private static final class Worker {
        private final MessageDigest digest = newDigest();
        private final byte[] node = new byte[1 + 2 * Hash.LENGTH];
        private final byte[] pad = new byte[KEY_BLOCK_BYTES + Hash.LENGTH];
        private final byte[] out = new byte[Hash.LENGTH];

        private Hash finish() {
            finish(out, 0);
            return Hash.of(out, 0);
        }

        private void finish(byte[] target, int offset) {
            try {
                digest.digest(target, offset, Hash.LENGTH);
            } catch (DigestException e) {
                throw new IllegalStateException("SHA-256 refused a buffer of 32 bytes", e);
            }
        }

        private static MessageDigest newDigest() {
            try {
                return MessageDigest.getInstance("SHA-256");
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every Java platform has SHA-256", e);
            }
        }
    }
}

package io.waxwing.testkit.sim;

import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.sign.SignatureCheck;
import io.waxwing.ledger.sign.Signer;
import java.util.ArrayList;
import java.util.List;

/**
 * Signatures that cost a hundredth of real ones and cannot be forged inside a simulation: a keyed hash (SipHash-2-4
 * widened to 64 bytes) whose secret only the {@link Signer} and the check hold. Whoever has no signer can only repeat
 * what was signed. One thread.
 */
public final class FakeKeys implements SignatureCheck {
    private static final int SIGNATURE_BYTES = 64;

    private final List<Key> keys = new ArrayList<>();

    public FakeKeys(int count, long seed) {
        Chance chance = new Chance(seed);
        for (int i = 0; i < count; i++) {
            byte[] publicKey = new byte[32];
            publicKey[0] = (byte) i;
            put(publicKey, 8, chance.next());
            put(publicKey, 16, chance.next());
            keys.add(new Key(ByteString.of(publicKey), chance.next(), chance.next()));
        }
    }

    private record Key(ByteString publicKey, long secret0, long secret1) implements Signer {
        @Override
        public byte[] sign(byte[] message) {
            byte[] signature = new byte[SIGNATURE_BYTES];
            long hash = sip(secret0, secret1, message);
            for (int i = 0; i < SIGNATURE_BYTES; i += 8) {
                put(signature, i, Chance.mix(hash + i));
            }
            return signature;
        }
    }

    public Signer signer(int index) {
        return keys.get(index);
    }

    @Override
    public boolean verify(byte[] publicKey, byte[] message, byte[] signature) {
        int index = publicKey.length == 32 ? publicKey[0] & 0xff : keys.size();
        if (index >= keys.size() || signature.length != SIGNATURE_BYTES) {
            return false;
        }
        Key key = keys.get(index);
        if (!key.publicKey.equals(ByteString.of(publicKey))) {
            return false;
        }
        long hash = sip(key.secret0, key.secret1, message);
        for (int i = 0; i < SIGNATURE_BYTES; i += 8) {
            if (get(signature, i) != Chance.mix(hash + i)) {
                return false;
            }
        }
        return true;
    }

    private static long sip(long k0, long k1, byte[] message) {
        long[] v = {
            k0 ^ 0x736f6d6570736575L, k1 ^ 0x646f72616e646f6dL, k0 ^ 0x6c7967656e657261L, k1 ^ 0x7465646279746573L
        };
        int words = message.length / 8;
        for (int i = 0; i < words; i++) {
            absorb(v, get(message, 8 * i));
        }
        long last = (long) message.length << 56;
        for (int i = 8 * words; i < message.length; i++) {
            last |= (message[i] & 0xffL) << (8 * (i - 8 * words));
        }
        absorb(v, last);
        v[2] ^= 0xff;
        round(v);
        round(v);
        round(v);
        round(v);
        return v[0] ^ v[1] ^ v[2] ^ v[3];
    }

    private static void absorb(long[] v, long word) {
        v[3] ^= word;
        round(v);
        round(v);
        v[0] ^= word;
    }

    private static void round(long[] v) {
        v[0] += v[1];
        v[1] = Long.rotateLeft(v[1], 13) ^ v[0];
        v[0] = Long.rotateLeft(v[0], 32);
        v[2] += v[3];
        v[3] = Long.rotateLeft(v[3], 16) ^ v[2];
        v[0] += v[3];
        v[3] = Long.rotateLeft(v[3], 21) ^ v[0];
        v[2] += v[1];
        v[1] = Long.rotateLeft(v[1], 17) ^ v[2];
        v[2] = Long.rotateLeft(v[2], 32);
    }

    private static long get(byte[] bytes, int at) {
        long value = 0;
        for (int i = 7; i >= 0; i--) {
            value = value << 8 | (bytes[at + i] & 0xff);
        }
        return value;
    }

    private static void put(byte[] bytes, int at, long value) {
        for (int i = 0; i < 8; i++) {
            bytes[at + i] = (byte) (value >>> (8 * i));
        }
    }
}

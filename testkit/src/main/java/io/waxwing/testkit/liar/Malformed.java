package io.waxwing.testkit.liar;

import io.waxwing.ledger.simplex.Effects.Outgoing;
import io.waxwing.ledger.simplex.Message;
import io.waxwing.testkit.sim.Chance;
import io.waxwing.testkit.sim.Letter;
import io.waxwing.testkit.sim.SimNode;
import java.util.Arrays;

/** Sends bytes that are no message, or nearly one: changed, cut, lengthened. */
final class Malformed extends Liar {
    Malformed(Chance chance) {
        super(chance);
    }

    @Override
    void lie(SimNode self, int to, Message message) {
        if (chance.oneIn(2)) {
            self.send(to, message);
        } else {
            self.carry(to, Letter.ofBytes(broken(Letter.of(message).toBytes())));
        }
    }

    private byte[] broken(byte[] bytes) {
        return switch (chance.below(4)) {
            case 0 -> Arrays.copyOf(bytes, chance.below(bytes.length));
            case 1 -> Arrays.copyOf(bytes, bytes.length + 1 + chance.below(20));
            case 2 -> otherTag(bytes);
            default -> flipped(bytes);
        };
    }

    private byte[] otherTag(byte[] bytes) {
        bytes[0] = (byte) chance.next();
        return bytes;
    }

    private byte[] flipped(byte[] bytes) {
        for (int i = chance.below(4); i >= 0; i--) {
            bytes[chance.below(bytes.length)] ^= (byte) (1 << chance.below(8));
        }
        return bytes;
    }

    @Override
    public void stir(SimNode self) {
        byte[] noise = new byte[1 + chance.below(300)];
        for (int i = 0; i < noise.length; i++) {
            noise[i] = (byte) chance.next();
        }
        noise[0] = (byte) chance.below(8);
        self.carry(Outgoing.ALL, Letter.ofBytes(noise));
    }
}

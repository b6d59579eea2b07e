package io.waxwing.testkit.liar;

import io.waxwing.ledger.simplex.Block;
import io.waxwing.ledger.simplex.BlockAnswer;
import io.waxwing.ledger.simplex.BlockRequest;
import io.waxwing.ledger.simplex.Message;
import io.waxwing.testkit.sim.Chance;
import io.waxwing.testkit.sim.SimNode;
import org.jspecify.annotations.Nullable;

/** Answers whoever asks for a block with another one: one of its own making on the same parent, or none. */
final class TipLiar extends Liar {
    TipLiar(Chance chance) {
        super(chance);
    }

    @Override
    void lie(SimNode self, int to, Message message) {
        if (!(message instanceof BlockAnswer answer)) {
            self.send(to, message);
            return;
        }
        Block block = answer.block();
        if (block == null) {
            block = anyBlock();
        }
        if (block == null) {
            self.send(to, message);
        } else {
            self.send(to, new BlockAnswer(answer.epoch(), answer.blockId(), Equivocator.later(block)));
        }
    }

    @Override
    void heard(SimNode self, int from, Message message) {
        Block block = anyBlock();
        if (message instanceof BlockRequest request && block != null) {
            self.send(from, new BlockAnswer(request.epoch(), request.blockId(), block));
        }
    }

    private @Nullable Block anyBlock() {
        var last = proposals().lastEntry();
        return last == null ? null : last.getValue().block();
    }
}

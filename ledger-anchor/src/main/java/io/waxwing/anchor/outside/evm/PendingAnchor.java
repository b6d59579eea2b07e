package io.waxwing.anchor.outside.evm;

import io.waxwing.ledger.hash.Hash;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/**
 * What is under way: every transaction that was signed for one nonce of the account. At most one of them ever gets into
 * a block, so a second try, with a newer checkpoint or a better price, can not anchor twice.
 */
record PendingAnchor(long chainId, String sender, BigInteger nonce, List<Try> tries) {
    PendingAnchor {
        tries = List.copyOf(tries);
    }

    /** One of the transactions. */
    record Try(Hash transaction, long treeSize, Hash root, BigInteger gasPrice) {}

    PendingAnchor with(Try next) {
        List<Try> all = new ArrayList<>(tries);
        all.add(next);
        return new PendingAnchor(chainId, sender, nonce, all);
    }

    /** Without the last try, which nobody took. */
    PendingAnchor withoutLast() {
        return new PendingAnchor(chainId, sender, nonce, tries.subList(0, tries.size() - 1));
    }
}

package io.waxwing.http.runtime;

import io.waxwing.http.ledger.RangeProofs;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.receipt.RangeAssembler;
import io.waxwing.ledger.spi.LedgerReader;
import io.waxwing.ledger.verify.RangeProof;
import org.jspecify.annotations.Nullable;

/** One assembler, whose topic heads are kept between requests, for all reading threads: one after the other. */
final class OneRangeAtATime implements RangeProofs {
    private final RangeAssembler assembler;

    OneRangeAtATime(LedgerReader ledger) {
        this.assembler = new RangeAssembler(ledger);
    }

    @Override
    public synchronized @Nullable RangeProof assemble(Hash topicTag, long from, long to) {
        return assembler.assemble(topicTag, from, to);
    }
}

package io.waxwing.testkit.liar;

import io.waxwing.testkit.sim.Chance;
import io.waxwing.testkit.sim.Mouth;
import java.util.function.Function;

/** All liars that have a mouth of their own, by name. Twins are two honest processes and not among them. */
public enum Liars {
    EQUIVOCATOR(Equivocator::new),
    DOUBLE_VOTER(DoubleVoter::new),
    SILENT(Silent::new),
    SLOW(Slow::new),
    SELECTIVE(Selective::new),
    WITHHOLDER(Withholder::new),
    STALE_CERTIFICATES(StaleCertificates::new),
    HUGE_VIEWS(HugeViews::new),
    INVALID_JUSTIFY(InvalidJustify::new),
    FORGED_CERTIFICATES(ForgedCertificates::new),
    MALFORMED(Malformed::new),
    NULLIFIER(Nullifier::new),
    FINALIZE_AFTER_NULLIFY(FinalizeAfterNullify::new),
    EVIDENCE_FORGER(EvidenceForger::new),
    TIP_LIAR(TipLiar::new),
    REPLAYER(Replayer::new);

    private final Function<Chance, Mouth> maker;

    Liars(Function<Chance, Mouth> maker) {
        this.maker = maker;
    }

    public Mouth create(Chance chance) {
        return maker.apply(chance);
    }
}

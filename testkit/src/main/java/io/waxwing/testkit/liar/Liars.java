package io.waxwing.testkit.liar;

import io.waxwing.testkit.sim.Chance;
import io.waxwing.testkit.sim.Mouth;

/** All liars that have a mouth of their own, by name. Twins are two honest processes and not among them. */
public enum Liars {
    EQUIVOCATOR,
    DOUBLE_VOTER,
    SILENT,
    SLOW,
    SELECTIVE,
    WITHHOLDER,
    STALE_CERTIFICATES,
    HUGE_VIEWS,
    INVALID_JUSTIFY,
    FORGED_CERTIFICATES,
    MALFORMED,
    NULLIFIER,
    FINALIZE_AFTER_NULLIFY,
    EVIDENCE_FORGER,
    TIP_LIAR,
    REPLAYER;

    public Mouth create(Chance chance) {
        return switch (this) {
            case EQUIVOCATOR -> new Equivocator(chance);
            case DOUBLE_VOTER -> new DoubleVoter(chance);
            case SILENT -> new Silent(chance);
            case SLOW -> new Slow(chance);
            case SELECTIVE -> new Selective(chance);
            case WITHHOLDER -> new Withholder(chance);
            case STALE_CERTIFICATES -> new StaleCertificates(chance);
            case HUGE_VIEWS -> new HugeViews(chance);
            case INVALID_JUSTIFY -> new InvalidJustify(chance);
            case FORGED_CERTIFICATES -> new ForgedCertificates(chance);
            case MALFORMED -> new Malformed(chance);
            case NULLIFIER -> new Nullifier(chance);
            case FINALIZE_AFTER_NULLIFY -> new FinalizeAfterNullify(chance);
            case EVIDENCE_FORGER -> new EvidenceForger(chance);
            case TIP_LIAR -> new TipLiar(chance);
            case REPLAYER -> new Replayer(chance);
        };
    }
}

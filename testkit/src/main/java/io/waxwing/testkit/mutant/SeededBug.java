package io.waxwing.testkit.mutant;

import io.waxwing.ledger.simplex.VotingRules;

/** The faults of ledger.md section 2.1 that can be put back into a core, with their numbers there. */
public enum SeededBug {
    FINALIZE_AFTER_NULLIFY(1),
    FORGETS_FLAGS_EARLY(1),
    GAP_UNCHECKED(2),
    SENT_BEFORE_DURABLE(3),
    STATE_LOST_KEY_KEPT(4),
    DUPLICATE_VOTES_COUNTED(6),
    VERIFICATION_CACHED_BY_SIGNATURE_ONLY(7),
    EQUIVOCATOR_ERASES_FIRST_VOTE(10),
    REPLAY_ACROSS_TYPE_EPOCH_LEDGER(11),
    VIEW_CLAIM_BELIEVED(16),
    NO_NOTARIZE_AFTER_NULLIFY(17),
    BODY_OR_TIP_WITHOUT_PROOF(22);

    private final int fault;

    SeededBug(int fault) {
        this.fault = fault;
    }

    /** The number in ledger.md section 2.1. */
    public int fault() {
        return fault;
    }

    public VotingRules rules() {
        return switch (this) {
            case FINALIZE_AFTER_NULLIFY -> new FinalizeAfterNullify();
            case FORGETS_FLAGS_EARLY -> new ForgetsFlagsEarly();
            case GAP_UNCHECKED -> new GapUnchecked();
            case SENT_BEFORE_DURABLE -> new SentBeforeDurable();
            case STATE_LOST_KEY_KEPT -> new StateLostKeyKept();
            case DUPLICATE_VOTES_COUNTED -> new DuplicateVotesCounted();
            case VERIFICATION_CACHED_BY_SIGNATURE_ONLY -> new VerificationCachedBySignatureOnly();
            case EQUIVOCATOR_ERASES_FIRST_VOTE -> new EquivocatorErasesFirstVote();
            case REPLAY_ACROSS_TYPE_EPOCH_LEDGER -> new ReplayAcrossTypeEpochLedger();
            case VIEW_CLAIM_BELIEVED -> new ViewClaimBelieved();
            case NO_NOTARIZE_AFTER_NULLIFY -> new NoNotarizeAfterNullify();
            case BODY_OR_TIP_WITHOUT_PROOF -> new BodyOrTipWithoutProof();
        };
    }
}

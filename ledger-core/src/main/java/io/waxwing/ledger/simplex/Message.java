package io.waxwing.ledger.simplex;

/**
 * What validators tell each other about consensus. Bytes: {@link MessageCodec}. Only {@link MessageCheck} turns one
 * into a {@link MessageCheck.Verified} that {@link Simplex} takes.
 */
public sealed interface Message
        permits Proposal, SignedVote, Certificate, BlockRequest, BlockAnswer, CertificateRequest {
    /** The epoch the message speaks of. */
    long epoch();
}

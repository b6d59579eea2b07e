package io.waxwing.ledger.simplex;

/**
 * Asks a peer for certificates from a view on. Answered by its newest finalization if that is of {@code fromView} or
 * later, and by at most {@link #MAX_ANSWERS} notarizations and nullifications, lowest views first.
 */
public record CertificateRequest(long epoch, long fromView) implements Message {
    public static final int MAX_ANSWERS = 32;
}

package io.waxwing.anchor.availability;

import io.waxwing.ledger.batch.AvailabilityCertificate;
import io.waxwing.ledger.hash.ByteString;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Gathers the signatures of one batch's holders, and knows who still owes one and when to say it again. Signatures
 * arrive checked.
 */
public final class CertificateCollector {
    /** The first repetition; each doubles the wait. */
    static final long FIRST_REPEAT_NANOS = 500_000_000L;

    static final long LONGEST_REPEAT_NANOS = 8_000_000_000L;

    private static final long PATIENCE = 4;

    private final AudienceNodes audience;
    private final SortedMap<Integer, ByteString> signed = new TreeMap<>();
    private final long pushedNanos;
    private long waitNanos;
    private long repeatAtNanos;

    /**
     * A collector for a batch whose payloads go out now.
     *
     * @param usualNanos what certificates have taken lately: busy members are not asked again before several times that
     */
    public CertificateCollector(AudienceNodes audience, long nowNanos, long usualNanos) {
        this.audience = audience;
        this.pushedNanos = nowNanos;
        this.waitNanos = Math.min(Math.max(FIRST_REPEAT_NANOS, PATIENCE * usualNanos), LONGEST_REPEAT_NANOS);
        this.repeatAtNanos = nowNanos + waitNanos;
    }

    /** Takes a holder's signature; true if it is the one that makes the certificate whole. */
    public boolean onSigned(int originId, ByteString signature) {
        if (isWhole() || !audience.others().containsKey(originId)) {
            return false;
        }
        signed.put(originId, signature);
        return isWhole();
    }

    /** When the payloads went out first. */
    public long pushedNanos() {
        return pushedNanos;
    }

    /** Enough institutions hold it. */
    public boolean isWhole() {
        return audience.institutionsWith(signed.keySet()) >= audience.holdersNeeded();
    }

    /** The certificate of those who have signed. */
    public AvailabilityCertificate certificate() {
        long bits = 0;
        List<ByteString> signatures = new ArrayList<>(signed.size());
        for (int holder : signed.keySet()) {
            bits |= 1L << holder;
            signatures.add(signed.get(holder));
        }
        return new AvailabilityCertificate(bits, signatures);
    }

    /** Who has not signed. */
    public List<Integer> owing() {
        return audience.others().keySet().stream()
                .filter(node -> !signed.containsKey(node))
                .toList();
    }

    /** When it should be pushed again; Long.MAX_VALUE if that is no longer needed. */
    public long repeatAtNanos() {
        return isWhole() ? Long.MAX_VALUE : repeatAtNanos;
    }

    /** It was pushed again. */
    public void repeated(long nowNanos) {
        waitNanos = Math.min(2 * waitNanos, LONGEST_REPEAT_NANOS);
        repeatAtNanos = nowNanos + waitNanos;
    }
}

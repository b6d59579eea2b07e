package io.waxwing.ledger.simplex;

import io.waxwing.ledger.hash.Hash;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The newest finalization, and the notarizations and nullifications of the views after it. Each view after it was left
 * by a quorum, so liars cannot make this grow.
 */
final class Certificates {
    private final TreeMap<Long, Certificate> notarizations = new TreeMap<>();
    private final TreeMap<Long, Certificate> nullifications = new TreeMap<>();
    private final long baseView;
    private @Nullable Certificate finalization;

    Certificates(long baseView) {
        this.baseView = baseView;
    }

    /** True if the certificate says something new about a view that is not settled. */
    boolean add(Certificate certificate) {
        long view = certificate.view();
        if (view <= settledView()) {
            return false;
        }
        if (certificate.type() == Vote.Type.FINALIZE) {
            finalization = certificate;
            notarizations.headMap(view, true).clear();
            nullifications.headMap(view, true).clear();
            return true;
        }
        TreeMap<Long, Certificate> kind = certificate.type() == Vote.Type.NOTARIZE ? notarizations : nullifications;
        return kind.putIfAbsent(view, certificate) == null;
    }

    /** The newest view known to be final; votes in it and before it decide nothing any more. */
    long settledView() {
        return finalization == null ? baseView : Math.max(baseView, finalization.view());
    }

    @Nullable Certificate finalization() {
        return finalization;
    }

    @Nullable Certificate notarization(long view) {
        return notarizations.get(view);
    }

    boolean isNullified(long view) {
        return nullifications.containsKey(view);
    }

    @Nullable Certificate nullification(long view) {
        return nullifications.get(view);
    }

    /** True if that very certificate, voter for voter, is kept. */
    boolean holds(Certificate certificate) {
        Certificate kept = switch (certificate.type()) {
            case FINALIZE -> finalization;
            case NOTARIZE -> notarizations.get(certificate.view());
            default -> nullifications.get(certificate.view());
        };
        return certificate.equals(kept);
    }

    /** True if a quorum notarized or finalized exactly that block. */
    boolean isCertified(long view, Hash blockId) {
        Certificate notarization = notarizations.get(view);
        return (notarization != null && notarization.blockId().equals(blockId))
                || (finalization != null
                        && finalization.view() == view
                        && finalization.blockId().equals(blockId));
    }

    /** Notarizations of views that are not settled, by rising view. */
    List<Certificate> openNotarizations() {
        return List.copyOf(notarizations.values());
    }

    /** The highest view notarized or final. */
    long progressView() {
        return notarizations.isEmpty() ? settledView() : notarizations.lastKey();
    }

    /** The certificate of the highest view, a notarization before a nullification; null before the first. */
    @Nullable Certificate newest() {
        Certificate newest = finalization;
        for (TreeMap<Long, Certificate> kind : List.of(notarizations, nullifications)) {
            if (!kind.isEmpty() && (newest == null || kind.lastKey() > newest.view())) {
                newest = kind.lastEntry().getValue();
            }
        }
        return newest;
    }

    /** How many views in a row right below that one are nullified, at most {@code limit}. */
    long nullifiedBelow(long view, long limit) {
        long run = 0;
        while (run < limit && nullifications.containsKey(view - 1 - run)) {
            run++;
        }
        return run;
    }

    /** How many certificates are kept. */
    int size() {
        return notarizations.size() + nullifications.size() + (finalization == null ? 0 : 1);
    }

    /** The lowest view in [from, to) of which there is no certificate, or {@code to}. */
    long firstGap(long from, long to) {
        long view = from;
        while (view < to && (notarizations.containsKey(view) || nullifications.containsKey(view))) {
            view++;
        }
        return view;
    }

    /** Certificates for a peer that asks: the finalization if it is new to it, and others from that view on. */
    List<Certificate> since(long fromView, int limit) {
        List<Certificate> answer = new ArrayList<>();
        for (TreeMap<Long, Certificate> kind : List.of(notarizations, nullifications)) {
            kind.tailMap(fromView, true).values().stream().limit(limit).forEach(answer::add);
        }
        answer.sort((one, other) -> Long.compare(one.view(), other.view()));
        List<Certificate> first = new ArrayList<>(answer.subList(0, Math.min(limit, answer.size())));
        if (finalization != null && finalization.view() >= fromView) {
            first.add(0, finalization);
        }
        return first;
    }
}

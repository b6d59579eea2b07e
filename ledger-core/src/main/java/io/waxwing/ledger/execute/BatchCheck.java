package io.waxwing.ledger.execute;

import io.waxwing.ledger.batch.AvailabilityCertificate;
import io.waxwing.ledger.batch.BatchReference;
import io.waxwing.ledger.batch.BatchStatement;
import io.waxwing.ledger.batch.OriginPart;
import io.waxwing.ledger.control.Registry;
import io.waxwing.ledger.control.Registry.Audience;
import io.waxwing.ledger.control.Registry.Origin;
import io.waxwing.ledger.control.Registry.Topic;
import io.waxwing.ledger.execute.Applied.RejectedBatch;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.leaf.OriginHead;
import io.waxwing.ledger.sign.SignatureCheck;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The checks at the end of ledger.md section 5, cheapest first. The answer depends on state and batch alone. */
public final class BatchCheck {
    private final Registry registry;
    private final Hash ledgerId;
    private final SignatureCheck signatures;

    public BatchCheck(Registry registry, Hash ledgerId, SignatureCheck signatures) {
        this.registry = registry;
        this.ledgerId = ledgerId;
        this.signatures = signatures;
    }

    /**
     * Null if the batch is the lane's next and valid; else why not. {@code head} is the lane's, null before its first.
     */
    public @Nullable RejectedBatch check(BatchReference batch, @Nullable OriginHead head) {
        RejectedBatch sequence = checkSequence(batch, head);
        return sequence != null ? sequence : checkAlone(batch);
    }

    /** Null if the batch is valid but for its place in its lane; else why not. */
    public @Nullable RejectedBatch checkAlone(BatchReference batch) {
        Audience audience = registry.audience(batch.lane().audienceId());
        if (audience == null) {
            return reject(
                    batch,
                    Rejection.AUDIENCE,
                    "unknown audience " + batch.lane().audienceId());
        }
        Origin origin = registry.origin(batch.lane().originId());
        if (origin == null || !origin.active() || !audience.institutionIds().contains(origin.institutionId())) {
            return reject(batch, Rejection.ORIGIN, "origin " + batch.lane().originId() + " may not write here");
        }
        RejectedBatch segments = checkSegments(batch);
        if (segments != null) {
            return segments;
        }
        RejectedBatch certificate = checkCertificate(batch, origin, audience);
        if (certificate != null) {
            return certificate;
        }
        if (!batch.header().verify(origin.key(), ledgerId, signatures)) {
            return reject(batch, Rejection.SIGNATURE, "the origin's signature is wrong");
        }
        return null;
    }

    private static @Nullable RejectedBatch checkSequence(BatchReference batch, @Nullable OriginHead head) {
        BatchStatement statement = batch.header().statement();
        long lastBatch = head == null ? 0 : head.batchSeq();
        long lastEvent = head == null ? 0 : head.originSeq();
        if (statement.batchSeq() <= lastBatch) {
            return reject(batch, Rejection.REPEATED, "batchSeq " + statement.batchSeq() + ", last " + lastBatch);
        }
        if (statement.batchSeq() != lastBatch + 1 || statement.originSeqFirst() != lastEvent + 1) {
            return reject(
                    batch,
                    Rejection.OUT_OF_SEQUENCE,
                    "batchSeq " + statement.batchSeq() + " after " + lastBatch + ", originSeq "
                            + statement.originSeqFirst() + " after " + lastEvent);
        }
        return null;
    }

    private @Nullable RejectedBatch checkSegments(BatchReference batch) {
        BatchStatement statement = batch.header().statement();
        long next = statement.originSeqFirst();
        for (OriginPart part : batch.parts()) {
            if (part.originId() != batch.lane().originId() || part.originSeq() != next) {
                return reject(batch, Rejection.SEGMENTS, "a segment begins at " + part.originSeq() + ", not " + next);
            }
            Topic topic = registry.topic(part.topicTag());
            if (topic != null
                    && (!topic.active() || topic.audienceId() != batch.lane().audienceId())) {
                return reject(batch, Rejection.TOPIC, "tag " + part.topicTag() + " is not open to this audience");
            }
            next += part.count();
        }
        if (next - statement.originSeqFirst() != statement.eventCount()) {
            return reject(batch, Rejection.SEGMENTS, "the segments' counts do not add up");
        }
        if (!BatchStatement.segmentsRoot(batch.parts()).equals(statement.segmentsRoot())) {
            return reject(batch, Rejection.SEGMENTS, "segmentsRoot does not match the segments");
        }
        return null;
    }

    private @Nullable RejectedBatch checkCertificate(BatchReference batch, Origin batchOrigin, Audience audience) {
        AvailabilityCertificate certificate = batch.certificate();
        byte[] message = AvailabilityCertificate.signedMessage(ledgerId, batch.batchId());
        Set<Integer> holders = new HashSet<>();
        holders.add(batchOrigin.institutionId());
        int next = 0;
        for (int originId = 0; originId < Long.SIZE; originId++) {
            if (!certificate.isHolder(originId)) {
                continue;
            }
            Origin holder = registry.origin(originId);
            boolean mayHold = holder != null
                    && holder.active()
                    && holder.originId() != batchOrigin.originId()
                    && audience.institutionIds().contains(holder.institutionId());
            if (holder == null || !mayHold) {
                return reject(batch, Rejection.CERTIFICATE, "origin " + originId + " may not hold this batch");
            }
            if (!signatures.verify(
                    holder.key(), message, certificate.signatures().get(next))) {
                return reject(batch, Rejection.SIGNATURE, "the signature of holder " + originId + " is wrong");
            }
            holders.add(holder.institutionId());
            next++;
        }
        if (holders.size() < audience.holdersNeeded()) {
            return reject(
                    batch,
                    Rejection.CERTIFICATE,
                    holders.size() + " holders, " + audience.holdersNeeded() + " are needed");
        }
        return null;
    }

    private static RejectedBatch reject(BatchReference batch, Rejection reason, String detail) {
        return new RejectedBatch(batch, reason, detail);
    }
}

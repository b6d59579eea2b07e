package io.waxwing.anchor.availability;

import io.waxwing.ledger.batch.AvailabilityCertificate;
import io.waxwing.ledger.batch.BatchHeader;
import io.waxwing.ledger.batch.Lane;
import io.waxwing.ledger.control.Registry;
import io.waxwing.ledger.control.Registry.Audience;
import io.waxwing.ledger.control.Registry.Origin;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.sign.SignatureCheck;
import org.jspecify.annotations.Nullable;

/**
 * Who may send what to whom, by the registry in force. Immutable; any thread, as far as the signature check allows it.
 */
public final class Members {
    private final Registry registry;
    private final Hash ledgerId;
    private final SignatureCheck signatures;

    public Members(Registry registry, Hash ledgerId, SignatureCheck signatures) {
        this.registry = registry;
        this.ledgerId = ledgerId;
        this.signatures = signatures;
    }

    /** The same under another registry of this ledger. */
    public Members under(Registry now) {
        return new Members(now, ledgerId, signatures);
    }

    /** True if that node is active and its institution a member of the audience. */
    public boolean isMember(int originId, long audienceId) {
        Audience audience = registry.audience(audienceId);
        Origin origin = registry.origin(originId);
        return audience != null
                && origin != null
                && origin.active()
                && audience.institutionIds().contains(origin.institutionId());
    }

    /** True if the lane's origin may write for its audience and has signed this header. */
    public boolean isSigned(BatchHeader header) {
        Lane lane = header.lane();
        Origin origin = registry.origin(lane.originId());
        return origin != null
                && isMember(lane.originId(), lane.audienceId())
                && header.verify(origin.key(), ledgerId, signatures);
    }

    /** True if that node's key has signed that it holds the batch. */
    public boolean isSigned(int originId, PayloadFrame.Held held) {
        @Nullable Origin origin = registry.origin(originId);
        byte[] message = AvailabilityCertificate.signedMessage(ledgerId, held.batchId());
        return origin != null && signatures.verify(origin.key(), message, held.signature());
    }
}

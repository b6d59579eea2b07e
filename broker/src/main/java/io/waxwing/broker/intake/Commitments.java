package io.waxwing.broker.intake;

import io.waxwing.bus.event.EventDraft;
import io.waxwing.bus.topic.DeliveryClass;
import io.waxwing.ledger.commit.BoundHeaders;
import io.waxwing.ledger.commit.Component;
import io.waxwing.ledger.commit.PayloadCommitment;
import io.waxwing.ledger.commit.Salt;
import io.waxwing.ledger.hash.Hash;

/** What this node binds itself to when it takes an event from its publisher. */
final class Commitments {
    private static final byte[] NO_PUBLISHER = new byte[0];

    private Commitments() {}

    static Hash of(EventDraft draft, DeliveryClass deliveryClass, long receivedMs, Hash salt) {
        byte[] headers = BoundHeaders.of(
                draft.attributes().encoded(), deliveryClass.word(), draft.qos(), draft.retain(), receivedMs);
        return PayloadCommitment.of(
                        Salt.of(salt.toBytes()),
                        Component.topic(draft.topic()),
                        headers,
                        NO_PUBLISHER,
                        draft.payload().bytes())
                .payloadCommit();
    }
}

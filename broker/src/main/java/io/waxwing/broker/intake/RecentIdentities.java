package io.waxwing.broker.intake;

import io.waxwing.broker.store.EventJournal;
import io.waxwing.bus.event.Attributes;
import io.waxwing.bus.event.EventDraft;
import io.waxwing.ledger.hash.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Identities of the group being gathered, which the store does not show yet. Belongs to the journal thread. */
final class RecentIdentities {
    private final Map<ByteBuffer, EventJournal.Identity> unsettled = new HashMap<>();

    void put(byte[] identity, JournaledEvent event, long fingerprint) {
        unsettled.put(
                ByteBuffer.wrap(identity),
                new EventJournal.Identity(event.stored().journalSeq(), fingerprint));
    }

    EventJournal.@Nullable Identity find(byte[] identity) {
        return unsettled.get(ByteBuffer.wrap(identity));
    }

    /** The group is in the store now, or given up. */
    void settled() {
        unsettled.clear();
    }

    /**
     * 64 bits over topic, attributes and payload. The time attribute is left out: a publisher that retries may stamp it
     * again.
     */
    static long fingerprint(EventDraft draft) {
        StringBuilder text = new StringBuilder(draft.topic()).append('\n');
        draft.attributes().forEach((name, value) -> {
            if (!name.equals(Attributes.TIME)) {
                text.append(name).append(": ").append(value).append('\n');
            }
        });
        byte[] head = text.append('\n').toString().getBytes(StandardCharsets.UTF_8);
        byte[] payload = draft.payload().bytes();
        byte[] all = ByteBuffer.allocate(head.length + payload.length)
                .put(head)
                .put(payload)
                .array();
        return ByteBuffer.wrap(Sha256.digest(all).toBytes()).getLong();
    }
}

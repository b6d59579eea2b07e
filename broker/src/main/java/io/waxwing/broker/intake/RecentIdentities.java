package io.waxwing.broker.intake;

import io.waxwing.broker.store.EventJournal;
import io.waxwing.bus.event.Attributes;
import io.waxwing.bus.event.EventDraft;
import io.waxwing.bus.event.Payload;
import io.waxwing.ledger.hash.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Identities of the group being gathered, which the store does not show yet. Belongs to the journal thread. */
final class RecentIdentities {
    // What a publisher, or the adapter, stamps again when the same event comes a second time.
    private static final Set<String> NOT_CONTENT = Set.of(Attributes.TIME, "mqtt.published-at", "mqtt.message-expiry");

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

    /** By what an event's source and id are looked up; null if it has not both. */
    static byte @Nullable [] keyOf(Attributes attributes) {
        String source = attributes.get(Attributes.SOURCE);
        String id = attributes.get(Attributes.ID);
        return source == null || id == null ? null : EventJournal.identityKey(source, id);
    }

    static long fingerprint(EventDraft draft) {
        return fingerprint(draft.topic(), draft.attributes(), draft.payload());
    }

    /** 64 bits over topic, attributes and payload. What is stamped anew with each try is left out. */
    static long fingerprint(String topic, Attributes attributes, Payload content) {
        StringBuilder text = new StringBuilder(topic).append('\n');
        attributes.forEach((name, value) -> {
            if (!NOT_CONTENT.contains(name)) {
                text.append(name).append(": ").append(value).append('\n');
            }
        });
        byte[] head = text.append('\n').toString().getBytes(StandardCharsets.UTF_8);
        byte[] payload = content.bytes();
        byte[] all = ByteBuffer.allocate(head.length + payload.length)
                .put(head)
                .put(payload)
                .array();
        return ByteBuffer.wrap(Sha256.digest(all).toBytes()).getLong();
    }
}

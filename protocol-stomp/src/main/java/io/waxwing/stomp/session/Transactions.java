package io.waxwing.stomp.session;

import io.waxwing.bus.event.Attributes;
import io.waxwing.bus.event.EventDraft;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.bus.topic.AckPolicy;
import io.waxwing.stomp.frame.Frame;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The open transactions of a connection; each buffers what happens at COMMIT (T1 to T5). */
final class Transactions {
    private static final long NEVER = Long.MAX_VALUE;
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private final SessionSettings settings;
    // The oldest first: all live equally long.
    private final Map<String, Open> open = new LinkedHashMap<>();

    /** One transaction. */
    static final class Open {
        private final String id;
        private final long deadlineNanos;
        private final List<EventDraft> drafts = new ArrayList<>();
        private final Set<String> identities = new HashSet<>();
        private final List<Answered> answers = new ArrayList<>();
        private int bytes;

        private Open(String id, long deadlineNanos) {
            this.id = id;
            this.deadlineNanos = deadlineNanos;
        }

        String id() {
            return id;
        }

        /** An ACK or a NACK, until COMMIT. */
        void answered(Answered answer) {
            answers.add(answer);
        }

        List<Answered> answers() {
            return answers;
        }

        /** The events; those that do not say for themselves wait for what COMMIT asks for. */
        List<EventDraft> drafts(@Nullable AckPolicy wanted) {
            return drafts.stream()
                    .map(draft -> draft.ackWanted() == null && wanted != null ? wanting(draft, wanted) : draft)
                    .toList();
        }

        private static EventDraft wanting(EventDraft draft, AckPolicy wanted) {
            return new EventDraft(
                    draft.topic(),
                    draft.attributes(),
                    draft.payload(),
                    draft.qos(),
                    draft.retain(),
                    draft.identified(),
                    wanted,
                    draft.publisher(),
                    draft.receivedNanos());
        }
    }

    /** An event that is acknowledged, or not, when its transaction is committed. */
    record Answered(Sent sent, boolean taken, boolean again) {}

    Transactions(SessionSettings settings) {
        this.settings = settings;
    }

    /** @throws RefusedException WXW-1302 if it is open already, WXW-1306 if too many are */
    void begin(Frame frame, long nowNanos) {
        String id = id(frame);
        if (open.containsKey(id)) {
            throw new RefusedException(FailureCode.PARAMETER, "the transaction is open already");
        }
        if (open.size() >= settings.transactions()) {
            throw new RefusedException(
                    FailureCode.REQUEST_TOO_LARGE,
                    "open transactions: limit " + settings.transactions() + " (stomp.maxTransactions)");
        }
        open.put(id, new Open(id, nowNanos + settings.transactionSeconds() * NANOS_PER_SECOND));
    }

    /** @throws RefusedException WXW-1302 if it is not open */
    Open at(Frame frame) {
        Open found = open.get(id(frame));
        if (found == null) {
            throw new RefusedException(FailureCode.PARAMETER, "the transaction is not open");
        }
        return found;
    }

    /** The same, and it is closed. */
    Open end(Frame frame) {
        Open ended = at(frame);
        open.remove(ended.id());
        return ended;
    }

    /**
     * @throws RefusedException WXW-1306 beyond its bounds, WXW-1104 if it has an event of that source and id already
     */
    void add(Open to, EventDraft draft) {
        to.bytes += draft.sizeBytes();
        if (to.drafts.size() == settings.transactionEvents() || to.bytes > settings.transactionBytes()) {
            throw new RefusedException(
                    FailureCode.REQUEST_TOO_LARGE,
                    "one transaction: limit " + settings.transactionEvents() + " events and "
                            + settings.transactionBytes() + " bytes");
        }
        Attributes attributes = draft.attributes();
        String identity = attributes.get(Attributes.SOURCE) + "\n" + attributes.get(Attributes.ID);
        if (!to.identities.add(identity)) {
            throw new RefusedException(
                    FailureCode.IDENTITY_REUSED, "an event of this transaction has the same source and id");
        }
        to.drafts.add(draft);
    }

    /** When the oldest has been open for too long. */
    long nextNanos() {
        return open.isEmpty() ? NEVER : open.values().iterator().next().deadlineNanos;
    }

    private static String id(Frame frame) {
        String id = frame.header(Frame.TRANSACTION);
        if (id == null) {
            throw new RefusedException(FailureCode.PARAMETER, "header transaction is missing");
        }
        return id;
    }
}

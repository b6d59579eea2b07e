package io.waxwing.stomp.session;

import io.waxwing.bus.delivery.Acknowledgement;
import io.waxwing.bus.event.Attributes;
import io.waxwing.bus.event.EventDraft;
import io.waxwing.bus.event.EventId;
import io.waxwing.bus.failure.Refusal;
import io.waxwing.bus.topic.AckPolicy;
import io.waxwing.stomp.frame.Frame;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a connection publishes: events on their way, and the receipts that wait for them. */
final class Publishing {
    private final DraftMaker drafts;
    private final int window;
    private final Map<Long, OnItsWay> onTheirWay = new HashMap<>();
    private long nextToken = 1;
    private boolean windowFull;
    private int settling;

    /**
     * An event without an answer yet.
     *
     * @param unit the transaction it is part of, null if it stands alone
     * @param index of it in the unit
     */
    private record OnItsWay(
            EventDraft draft,
            Receipts.@Nullable Owed owed,
            @Nullable String receiptId,
            @Nullable Unit unit,
            int index) {}

    /** A committed transaction: its receipt, and what it acknowledges, wait for all. */
    private static final class Unit {
        private final @Nullable EventId[] ids;
        private final List<Transactions.Answered> answers;
        private int missing;

        Unit(int size, List<Transactions.Answered> answers) {
            this.ids = new EventId[size];
            this.answers = answers;
            this.missing = size;
        }

        boolean isWhole(int index, @Nullable EventId id) {
            ids[index] = id;
            missing--;
            return missing == 0;
        }

        /** All or nothing: a list with gaps would name the wrong events. */
        @Nullable String eventIds() {
            boolean all = Arrays.stream(ids).allMatch(id -> id != null);
            return all ? Arrays.stream(ids).map(String::valueOf).collect(Collectors.joining(",")) : null;
        }
    }

    Publishing(DraftMaker drafts, int window) {
        this.drafts = drafts;
        this.window = window;
    }

    /** The event of a SEND. @throws io.waxwing.bus.failure.RefusedException as {@link DraftMaker#draft} */
    EventDraft draft(Frame send, long nowNanos) {
        // Whoever asks for no receipt waits for nothing, and the window is free again as soon as the event is safe.
        boolean waits = send.header(Frame.RECEIPT) != null;
        return drafts.draft(send, waits ? null : AckPolicy.DURABLE, nowNanos);
    }

    /** The event of a SEND in a transaction: COMMIT's {@code wait} holds for it if it has none itself. */
    EventDraft draftInTransaction(Frame send, long nowNanos) {
        return drafts.draft(send, null, nowNanos);
    }

    /** @return false if the bus has no room; then it has the event all the same, and nothing more is to come */
    boolean publish(Frame send, EventDraft draft, Receipts.@Nullable Owed owed, Output out) {
        long token = nextToken++;
        onTheirWay.put(token, new OnItsWay(draft, owed, send.header(Frame.RECEIPT), null, 0));
        out.received(draft.payload().size());
        return out.publish(token, draft);
    }

    /** As {@link #publish}, all or none, and with them what the transaction acknowledges (T3). */
    boolean publishTogether(
            Frame commit,
            List<EventDraft> events,
            List<Transactions.Answered> answers,
            Receipts.@Nullable Owed owed,
            Output out) {
        Unit unit = new Unit(events.size(), answers);
        settling += answers.isEmpty() ? 0 : 1;
        long token = nextToken;
        nextToken += events.size();
        for (int i = 0; i < events.size(); i++) {
            EventDraft draft = events.get(i);
            onTheirWay.put(token + i, new OnItsWay(draft, owed, commit.header(Frame.RECEIPT), unit, i));
            out.received(draft.payload().size());
        }
        return out.publishTogether(token, events);
    }

    /** @return what the transaction acknowledged whose last event this was */
    List<Transactions.Answered> onAcknowledged(long token, Acknowledgement ack) {
        OnItsWay event = onTheirWay.remove(token);
        if (event == null) {
            return List.of();
        }
        Unit unit = event.unit();
        Receipts.Owed owed = event.owed();
        boolean whole = unit == null || unit.isWhole(event.index(), ack.eventId());
        if (!whole) {
            return List.of();
        }
        if (owed != null) {
            owed.with("status", ack.reached().word());
            if (unit == null) {
                one(owed, event.draft().attributes(), ack);
            } else {
                owed.with(MessageMaker.EVENT_ID, unit.eventIds());
            }
            owed.ready();
        }
        if (unit == null || unit.answers.isEmpty()) {
            return List.of();
        }
        settling--;
        return unit.answers;
    }

    /** Transactions that acknowledge wait for their events: what comes behind them may count on that. */
    boolean isSettling() {
        return settling > 0;
    }

    private static void one(Receipts.Owed owed, Attributes attributes, Acknowledgement ack) {
        owed.with("ce-source", attributes.get(Attributes.SOURCE)).with("ce-id", attributes.get(Attributes.ID));
        EventId eventId = ack.eventId();
        if (eventId != null) {
            owed.with(MessageMaker.EVENT_ID, eventId.toString())
                    .with("receipt-url", "/v1/events/" + eventId + "/receipt");
        }
        if (ack.duplicate()) {
            owed.with("duplicate", "true");
        }
    }

    /** The bus did not take it: what the client is told, null if it is no business of this connection. */
    @Nullable Fault onRefused(long token, Refusal refusal) {
        OnItsWay event = onTheirWay.remove(token);
        return event == null ? null : new Fault(refusal, event.receiptId(), CloseReason.PUBLISH_REFUSED);
    }

    /** Too many wait: nothing more is read until half of them are answered. */
    boolean isWindowFull() {
        windowFull = windowFull ? onTheirWay.size() > window / 2 : onTheirWay.size() >= window;
        return windowFull;
    }
}

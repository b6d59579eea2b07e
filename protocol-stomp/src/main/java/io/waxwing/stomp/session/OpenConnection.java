package io.waxwing.stomp.session;

import io.waxwing.bus.delivery.Acknowledgement;
import io.waxwing.bus.event.EventDraft;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.bus.identity.Principal;
import io.waxwing.bus.spi.Access;
import io.waxwing.bus.topic.AckPolicy;
import io.waxwing.stomp.frame.Command;
import io.waxwing.stomp.frame.Frame;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a connection has once it is accepted, and what its frames do. */
final class OpenConnection {
    private final Access access;
    private final Heartbeats beats;
    private final Publishing publishing;
    private final Consuming consuming;
    private final Transactions transactions;
    private final TempQueues temps;
    private final Receipts receipts = new Receipts();
    private boolean busFull;
    private boolean owes;
    private long paidNanos;

    OpenConnection(Terms terms, Access access, SessionSettings settings, String nonce, long nowNanos) {
        this.access = access;
        // Whoever had to show who he is is called that in his events, whatever else he calls himself.
        Principal principal = access.principal();
        String name = principal.equals(Principal.NOBODY) ? terms.login() : principal.name();
        this.beats = new Heartbeats(terms, nowNanos);
        this.publishing = new Publishing(new DraftMaker(settings.institution(), name, nonce), settings.publishWindow());
        this.consuming = new Consuming(settings, terms.version(), access);
        this.transactions = new Transactions(settings);
        this.temps = new TempQueues(settings.tempQueues(), terms.version());
    }

    Heartbeats beats() {
        return beats;
    }

    Publishing publishing() {
        return publishing;
    }

    Consuming consuming() {
        return consuming;
    }

    TempQueues temps() {
        return temps;
    }

    Transactions transactions() {
        return transactions;
    }

    Receipts receipts() {
        return receipts;
    }

    /** What found the bus full has been taken. */
    void onRoom() {
        busFull = false;
    }

    /** Whether nothing more can be published for now. */
    boolean isFull() {
        return busFull || owes || publishing.isSettling() || publishing.isWindowFull();
    }

    /** @throws RefusedException with the reason, which ends the connection */
    void carryOut(Frame frame, long nowNanos, Output out) {
        Receipts.Owed owed = receipts.owe(frame);
        switch (frame.command()) {
            case SEND -> send(frame, owed, nowNanos, out);
            case SUBSCRIBE -> subscribe(frame, owed, out);
            case UNSUBSCRIBE -> unsubscribe(frame, out);
            case ACK, NACK -> answer(frame, out);
            case BEGIN -> transactions.begin(frame, nowNanos);
            case COMMIT -> commit(frame, owed, out);
            case ABORT ->
                transactions
                        .end(frame)
                        .answers()
                        .forEach(answer -> answer.sent().transaction(null));
            case DISCONNECT -> endAll(out);
            default -> throw new RefusedException(FailureCode.PROTOCOL, "a connection has one CONNECT");
        }
        boolean later = frame.command() == Command.SEND
                || frame.command() == Command.SUBSCRIBE
                || frame.command() == Command.COMMIT;
        if (owed != null && !later) {
            owed.ready();
        }
    }

    /** Nothing more is sent to the client but what it waits for. */
    void endAll(Output out) {
        consuming.endAll(out);
        temps.endAll(out);
    }

    private void subscribe(Frame frame, Receipts.@Nullable Owed owed, Output out) {
        boolean temp = TempQueues.isTemp(frame);
        String id = frame.header(Frame.ID);
        if (temp ? consuming.has(id) : id != null && temps.has(id)) {
            throw new RefusedException(FailureCode.PARAMETER, "this connection has a subscription of that id");
        }
        if (!temp) {
            consuming.subscribe(frame, owed, out);
            return;
        }
        temps.subscribe(frame, out);
        if (owed != null) {
            owed.ready();
        }
    }

    private void unsubscribe(Frame frame, Output out) {
        String id = frame.header(Frame.ID);
        String key = id == null ? frame.header(Frame.DESTINATION) : id;
        if (key != null && temps.has(key)) {
            temps.unsubscribe(key, out);
        } else {
            consuming.unsubscribe(frame, out);
        }
    }

    /** Whoever knows the address may: he got it with the request. */
    private void reply(Frame frame, Receipts.@Nullable Owed owed, long nowNanos, Output out) {
        if (access.spending().take(frame.body().size(), nowNanos) > 0) {
            throw new RefusedException(FailureCode.PUBLISH_RATE, "the user's quota is used up");
        }
        out.received(frame.body().size());
        boolean taken = TempQueues.reply(frame, out);
        if (owed != null) {
            owed.with("status", taken ? "accepted" : "undeliverable").ready();
        }
    }

    private void send(Frame given, Receipts.@Nullable Owed owed, long nowNanos, Output out) {
        Frame frame = temps.addressed(given, out);
        if (TempQueues.isReply(frame)) {
            reply(frame, owed, nowNanos, out);
            return;
        }
        if (frame.header(Frame.TRANSACTION) == null) {
            EventDraft draft = publishing.draft(frame, nowNanos);
            requireGrant(draft);
            spend(draft, nowNanos, out);
            busFull |= !publishing.publish(frame, draft, owed, out);
            return;
        }
        Transactions.Open within = transactions.at(frame);
        EventDraft draft = publishing.draftInTransaction(frame, nowNanos);
        requireGrant(draft);
        spend(draft, nowNanos, out);
        transactions.add(within, draft);
        if (owed != null) {
            owed.with("status", "buffered").ready(); // T4
        }
    }

    private void requireGrant(EventDraft draft) {
        if (!access.mayPublish(draft.topic(), draft.attributes())) {
            throw new RefusedException(FailureCode.NOT_GRANTED, "no grant lets this client publish to the topic");
        }
    }

    /** There is no word for "slower" but an ERROR: the event is taken, and the next is read when it is paid for. */
    private void spend(EventDraft draft, long nowNanos, Output out) {
        long owed = access.spending().owe(draft.sizeBytes(), nowNanos);
        if (owed > 0) {
            owes = true;
            paidNanos = nowNanos + owed;
            out.throttled();
        }
    }

    /** When more may be published, if the user's quota is used up; {@link Long#MAX_VALUE} if it is not. */
    long paidNanos() {
        return owes ? paidNanos : Long.MAX_VALUE;
    }

    /** Time has gone by. */
    void onTime(long nowNanos) {
        owes = owes && nowNanos - paidNanos < 0;
    }

    private void answer(Frame frame, Output out) {
        Transactions.Answered answer = consuming.answer(frame);
        if (frame.header(Frame.TRANSACTION) == null) {
            consuming.apply(answer, out);
            return;
        }
        Transactions.Open within = transactions.at(frame);
        within.answered(answer);
        answer.sent().transaction(within.id());
    }

    private void commit(Frame frame, Receipts.@Nullable Owed owed, Output out) {
        AckPolicy wanted = DraftMaker.wanted(frame);
        Transactions.Open ended = transactions.end(frame);
        List<EventDraft> events = ended.drafts(wanted == null && owed == null ? AckPolicy.DURABLE : wanted);
        events.forEach(this::requireGrant); // It may have been taken back since SEND.
        if (!events.isEmpty()) {
            busFull |= !publishing.publishTogether(frame, events, ended.answers(), owed, out);
            return;
        }
        apply(ended.answers(), out);
        if (owed != null) {
            owed.ready();
        }
    }

    /** The bus has an event: what its transaction acknowledged holds with the last one. */
    void onAcknowledged(long token, Acknowledgement ack, Output out) {
        apply(publishing.onAcknowledged(token, ack), out);
    }

    private void apply(List<Transactions.Answered> answers, Output out) {
        answers.forEach(answer -> {
            answer.sent().transaction(null);
            consuming.apply(answer, out);
        });
    }
}

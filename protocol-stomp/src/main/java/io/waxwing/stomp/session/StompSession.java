package io.waxwing.stomp.session;

import io.waxwing.bus.delivery.Acknowledgement;
import io.waxwing.bus.delivery.Delivery;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.Refusal;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.bus.spi.Access;
import io.waxwing.stomp.frame.Command;
import io.waxwing.stomp.frame.Frame;
import io.waxwing.stomp.frame.StompVersion;
import io.waxwing.stomp.queue.Verdict;
import org.jspecify.annotations.Nullable;

/**
 * The server side of one STOMP connection, from accept to close. Inputs are the {@code on…} methods, each with the
 * time; effects go to {@link Output} at once.
 *
 * <p>CONNECT is answered once it is known who the client is; before, nothing else is done. Frames are carried out one
 * by one, receipts leave in the order of asking ({@link Receipts}). Whatever goes wrong is told by one ERROR frame, and
 * the connection ends (R2).
 */
public final class StompSession {
    private static final long NEVER = Long.MAX_VALUE;
    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    private static final long NANOS_PER_MILLI = 1_000_000L;
    /** Longest wait of a client that disconnects for the receipts it asked for. */
    private static final long LEAVING_NANOS = 30 * NANOS_PER_SECOND;

    private enum State {
        AWAIT_CONNECT,
        /** CONNECT came; who sent it is being found out, and nothing is read meanwhile. */
        AWAIT_LOGIN,
        OPEN,
        /** DISCONNECT came; receipts are still owed. */
        LEAVING,
        CLOSED
    }

    private final SessionSettings settings;
    private final String server;
    private final String nonce;
    private final long wallOffsetMillis;
    private State state = State.AWAIT_CONNECT;
    private long deadlineNanos;
    private boolean outputFull;
    private boolean paused;
    // While it waits for its login.
    private @Nullable Asked asked;
    // From CONNECTED on.
    private @Nullable OpenConnection open;

    /** What a CONNECT asks for; {@code receiptId} is named by the ERROR if it is refused. */
    private record Asked(Terms terms, @Nullable String receiptId) {}

    /**
     * A session that waits for its CONNECT.
     *
     * @param server what the header {@code server} says
     * @param nonce unique among all connections ever: the session's name and part of the ids of events
     * @param nowNanos monotonic time, as in all inputs
     * @param wallMillis Unix time at {@code nowNanos}
     */
    public StompSession(SessionSettings settings, String server, String nonce, long nowNanos, long wallMillis) {
        this.settings = settings;
        this.server = server;
        this.nonce = nonce;
        this.wallOffsetMillis = wallMillis - nowNanos / NANOS_PER_MILLI;
        this.deadlineNanos = nowNanos + settings.connectSeconds() * NANOS_PER_SECOND;
    }

    public boolean isClosed() {
        return state == State.CLOSED;
    }

    /** When {@link #onTimeout} is to be called; {@link Long#MAX_VALUE} for never. May move with every input. */
    public long nextTimeoutNanos() {
        OpenConnection at = open;
        return switch (state) {
            case AWAIT_CONNECT, AWAIT_LOGIN, LEAVING -> deadlineNanos;
            case OPEN ->
                at == null
                        ? NEVER
                        : Math.min(
                                at.paidNanos(),
                                Math.min(
                                        at.beats().nextNanos(),
                                        at.transactions().nextNanos()));
            case CLOSED -> NEVER;
        };
    }

    /** Bytes came, whatever they are (B3). */
    public void onBytes(long nowNanos) {
        OpenConnection at = open;
        if (at != null) {
            at.beats().heard(nowNanos);
        }
    }

    /** Bytes left. */
    public void onSent(long nowNanos) {
        OpenConnection at = open;
        if (at != null) {
            at.beats().sent(nowNanos);
        }
    }

    /**
     * A whole frame.
     *
     * @throws IllegalStateException while {@link Output#pauseReading} holds for a login
     */
    public void onFrame(Frame frame, long nowNanos, Output out) {
        OpenConnection at = open;
        if (state == State.AWAIT_LOGIN) {
            throw new IllegalStateException("a frame of a client that was not let in");
        }
        try {
            if (state == State.AWAIT_CONNECT) {
                connect(frame, nowNanos, out);
            } else if (state == State.OPEN && at != null) {
                at.carryOut(frame, nowNanos, out);
                if (frame.command() == Command.DISCONNECT) {
                    state = State.LEAVING;
                    deadlineNanos = nowNanos + LEAVING_NANOS;
                }
                balance(nowNanos, out);
            }
        } catch (RefusedException e) {
            if (frame.command() == Command.SEND) {
                out.rejected(e.refusal().code());
            }
            boolean first = state == State.AWAIT_CONNECT;
            CloseReason reason = first
                    ? CloseReason.CONNECT_REFUSED
                    : CloseReason.of(e.refusal().code());
            fail(new Fault(e.refusal(), frame.header(Frame.RECEIPT), reason), out);
        }
    }

    /** The client of the CONNECT is let in. */
    public void onAdmitted(Access access, long nowNanos, Output out) {
        Asked wants = asked;
        if (state != State.AWAIT_LOGIN || wants == null) {
            return;
        }
        asked = null;
        if (access.isOver()) {
            fail(Fault.NOT_ADMITTED, out);
            return;
        }
        open(wants.terms(), access, nowNanos, out);
        balance(nowNanos, out);
    }

    /** It is not (C5). */
    public void onNotAdmitted(Refusal refusal, Output out) {
        Asked wants = asked;
        if (state == State.AWAIT_LOGIN && wants != null) {
            asked = null;
            fail(new Fault(refusal, wants.receiptId(), CloseReason.CONNECT_REFUSED), out);
        }
    }

    /** The bytes are no frame. */
    public void onMalformed(Refusal refusal, @Nullable String receiptId, Output out) {
        CloseReason reason =
                refusal.code() == FailureCode.REQUEST_TOO_LARGE ? CloseReason.TOO_LARGE : CloseReason.MALFORMED;
        fail(new Fault(refusal, receiptId, reason), out);
    }

    /** The bus has the event of that token as safe as was asked for. */
    public void onAcknowledged(long token, Acknowledgement acknowledgement, long nowNanos, Output out) {
        OpenConnection at = open;
        if (at != null && state != State.CLOSED) {
            at.onAcknowledged(token, acknowledgement, out);
            balance(nowNanos, out);
        }
    }

    /** The bus did not take the event of that token. */
    public void onRefused(long token, Refusal refusal, Output out) {
        OpenConnection at = open;
        out.rejected(refusal.code());
        Fault fault = at == null ? null : at.publishing().onRefused(token, refusal);
        if (fault != null) {
            fail(fault, out);
        }
    }

    /** What found the bus full has been taken. */
    public void onRoom(long nowNanos, Output out) {
        OpenConnection at = open;
        if (at != null) {
            at.onRoom();
        }
        balance(nowNanos, out);
    }

    /** A subscription is in force. */
    public void onSubscribed(Feed feed, long nowNanos, Output out) {
        Receipts.Owed owed = feed.owed();
        if (owed != null) {
            owed.ready();
        }
        balance(nowNanos, out);
    }

    /** The bus cannot serve a subscription, or not any more. */
    public void onSubscriptionRefused(Feed feed, Refusal refusal, Output out) {
        if (!feed.isClosed()) {
            fail(new Fault(refusal, feed.receiptId(), CloseReason.BUS_REFUSED), out);
        }
    }

    public void onDelivery(Feed feed, Delivery delivery, long nowNanos, Output out) {
        OpenConnection at = open;
        if (at != null && state == State.OPEN) {
            at.consuming().onDelivery(feed, delivery, 0, wallMillis(nowNanos), out);
        }
    }

    /** An event of a durable subscription, which was given {@code earlier} times before. */
    public void onLent(Feed feed, Delivery delivery, int earlier, long nowNanos, Output out) {
        OpenConnection at = open;
        if (at != null && state == State.OPEN) {
            at.consuming().onDelivery(feed, delivery, earlier, wallMillis(nowNanos), out);
        } else {
            out.lending().settled(feed, delivery, Verdict.UNUSED);
        }
    }

    /** Somebody replied to a request of this connection; {@code sizeBytes} is given back when it waits no more. */
    public void onReply(String address, Frame reply, int sizeBytes, Output out) {
        OpenConnection at = open;
        if (at != null && state == State.OPEN) {
            at.temps().onReply(address, reply, sizeBytes, out);
        } else {
            out.replies().released(sizeBytes);
            out.dropped(DropReason.UNDELIVERABLE);
        }
    }

    /** The bus had an event of that size that did not fit into the subscription's window; it has it still. */
    public void onStarved(Feed feed, int sizeBytes, Output out) {
        OpenConnection at = open;
        if (at != null && state == State.OPEN) {
            at.consuming().onStarved(feed, sizeBytes, out);
        }
    }

    /** The client does not read, and its answers have reached the shell's bound. */
    public void onOutputFull(long nowNanos, Output out) {
        outputFull = true;
        balance(nowNanos, out);
    }

    /** The socket took what was buffered. */
    public void onWritable(long nowNanos, Output out) {
        outputFull = false;
        OpenConnection at = open;
        if (at != null && state == State.OPEN) {
            at.consuming().sendAll(out);
            at.temps().sendAll(out);
        }
        balance(nowNanos, out);
    }

    /** Ends the session for a reason of the node's own. */
    public void onFault(Fault fault, Output out) {
        fail(fault, out);
    }

    /** The connection is gone without a DISCONNECT. */
    public void onConnectionLost(Output out) {
        end(CloseReason.CONNECTION_LOST, out);
    }

    /** Call at {@link #nextTimeoutNanos}; earlier is harmless. */
    public void onTimeout(long nowNanos, Output out) {
        OpenConnection at = open;
        if (at != null && nowNanos >= at.paidNanos()) {
            at.onTime(nowNanos);
            balance(nowNanos, out);
        }
        if (state == State.AWAIT_CONNECT && nowNanos >= deadlineNanos) {
            fail(timedOut("no CONNECT within " + settings.connectSeconds() + " s", CloseReason.CONNECT_TIMEOUT), out);
        } else if (state == State.AWAIT_LOGIN && nowNanos >= deadlineNanos) {
            String detail = "the login was not decided within " + settings.connectSeconds() + " s";
            fail(timedOut(detail, CloseReason.CONNECT_TIMEOUT), out);
        } else if (state == State.LEAVING && nowNanos >= deadlineNanos) {
            end(CloseReason.CLIENT_DISCONNECT, out);
        } else if (state == State.OPEN && at != null) {
            if (at.beats().isSilentTooLong(nowNanos)) {
                fail(timedOut("no heart-beat", CloseReason.HEART_BEAT), out);
            } else if (nowNanos >= at.transactions().nextNanos()) {
                String detail = "a transaction was open for " + settings.transactionSeconds() + " s";
                fail(timedOut(detail, CloseReason.TRANSACTION_TIMEOUT), out);
            } else if (at.beats().isBeatDue(nowNanos)) {
                at.beats().sent(nowNanos);
                out.sendHeartBeat();
            }
        }
    }

    private static Fault timedOut(String detail, CloseReason reason) {
        return new Fault(new Refusal(FailureCode.REQUEST_TIMEOUT, detail), null, reason);
    }

    private void connect(Frame frame, long nowNanos, Output out) {
        if (frame.command() != Command.CONNECT && frame.command() != Command.STOMP) {
            throw new RefusedException(FailureCode.PROTOCOL, "the first frame is CONNECT or STOMP");
        }
        Terms terms = Terms.of(frame, settings);
        Access access = out.login(frame);
        if (access != null) {
            open(terms, access, nowNanos, out);
            return;
        }
        asked = new Asked(terms, frame.header(Frame.RECEIPT));
        state = State.AWAIT_LOGIN;
        paused = true;
        out.pauseReading();
    }

    private void open(Terms terms, Access access, long nowNanos, Output out) {
        open = new OpenConnection(terms, access, settings, nonce, nowNanos);
        state = State.OPEN;
        out.opened(terms.version());
        out.send(Frame.of(Command.CONNECTED)
                .with("version", terms.version().text())
                .with("session", nonce)
                .with("server", server)
                .withAny("heart-beat", terms.version() == StompVersion.V1_0 ? null : terms.beats())
                .build());
    }

    /** After every input: receipts leave, reading pauses or goes on. */
    private void balance(long nowNanos, Output out) {
        OpenConnection at = open;
        if (at == null || state == State.CLOSED) {
            return;
        }
        at.receipts().settle(out);
        if (state == State.LEAVING && at.receipts().isEmpty()) {
            end(CloseReason.CLIENT_DISCONNECT, out);
            return;
        }
        boolean pause = outputFull || at.isFull();
        if (pause != paused) {
            paused = pause;
            at.beats().deaf(pause, nowNanos);
            if (pause) {
                out.pauseReading();
            } else {
                out.resumeReading();
            }
        }
    }

    /** Tells why, then ends. */
    private void fail(Fault fault, Output out) {
        if (state != State.CLOSED) {
            boolean versions = state == State.AWAIT_CONNECT && fault.close() == CloseReason.CONNECT_REFUSED;
            out.send(fault.error(versions));
            end(fault.close(), out);
        }
    }

    /** The only way to {@link State#CLOSED}. */
    private void end(CloseReason reason, Output out) {
        if (state == State.CLOSED) {
            return;
        }
        OpenConnection at = open;
        if (at != null) {
            at.endAll(out);
        }
        state = State.CLOSED;
        out.close(reason);
    }

    private long wallMillis(long nowNanos) {
        return nowNanos / NANOS_PER_MILLI + wallOffsetMillis;
    }
}

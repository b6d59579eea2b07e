package io.waxwing.stomp.session;

import io.waxwing.bus.event.Payload;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.Refusal;
import io.waxwing.stomp.frame.Command;
import io.waxwing.stomp.frame.Frame;
import org.jspecify.annotations.Nullable;

/**
 * Why a session must end, and what its client is told.
 *
 * @param refusal the reason, with its code
 * @param receiptId of the frame that is to blame, if it asked for one
 * @param close what is counted
 */
public record Fault(Refusal refusal, @Nullable String receiptId, CloseReason close) {
    /** The node stops. */
    public static final Fault SHUTDOWN =
            new Fault(new Refusal(FailureCode.SHUTTING_DOWN, "connect again later"), null, CloseReason.SHUTDOWN);
    /** The client's user is gone, or what it has shown does not stand any more. */
    public static final Fault NOT_ADMITTED =
            new Fault(new Refusal(FailureCode.LOGIN_WRONG, "they do not hold any more"), null, CloseReason.ACCESS_OVER);
    /** Something of ours failed while working for this connection; the others go on. */
    public static final Fault INTERNAL =
            new Fault(new Refusal(FailureCode.INTERNAL, "see the node's log"), null, CloseReason.INTERNAL);

    /** The last frame (R2). */
    Frame error(boolean withVersions) {
        String message = refusal.code().text() + " " + refusal.code().title();
        return Frame.of(Command.ERROR)
                .with("message", message)
                .with("code", refusal.code().text())
                .withAny(Frame.RECEIPT_ID, receiptId)
                .withAny("version", withVersions ? Terms.VERSIONS : null)
                .with(Frame.CONTENT_TYPE, "text/plain")
                .body(Payload.utf8(refusal + "\n"));
    }
}

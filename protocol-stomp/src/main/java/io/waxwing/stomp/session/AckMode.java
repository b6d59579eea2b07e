package io.waxwing.stomp.session;

import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.stomp.frame.StompVersion;
import org.jspecify.annotations.Nullable;

/** What an ACK means (S3). */
enum AckMode {
    /** There is none: an event that was sent is done. */
    AUTO,
    /** This event and all of the subscription that were sent before it. */
    CLIENT,
    /** This event alone. */
    CLIENT_INDIVIDUAL;

    /** @throws RefusedException WXW-1302 for an unknown word */
    static AckMode of(@Nullable String word, StompVersion version) {
        if (word == null || word.equals("auto")) {
            return AUTO;
        }
        if (word.equals("client")) {
            return CLIENT;
        }
        if (word.equals("client-individual") && version.atLeast(StompVersion.V1_1)) {
            return CLIENT_INDIVIDUAL;
        }
        throw new RefusedException(FailureCode.PARAMETER, "ack: want auto, client or (from 1.1) client-individual");
    }
}

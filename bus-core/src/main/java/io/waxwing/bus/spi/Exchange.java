package io.waxwing.bus.spi;

import io.waxwing.bus.failure.Refusal;
import io.waxwing.bus.identity.Secret;

/**
 * A conversation by which somebody shows who he is without showing his secret, by the rules of one method (RFC 4422
 * calls it a mechanism). Used once, by one thread at a time; never waits.
 */
public interface Exchange {
    /** What a message led to. Data are not for logs. */
    sealed interface Step {
        /** The other side is to answer this. */
        record More(Secret data) implements Step {}

        /** It is over: who it was may do that; {@code last} shows him that he is where he thinks. */
        record Admitted(Access access, Secret last) implements Step {}

        /**
         * It is over. WXW-1402 what was shown is wrong, WXW-1403 too much was wrong before, WXW-2060 these are no
         * messages of the method, or they ask for what is not offered.
         */
        record Refused(Refusal refusal) implements Step {}
    }

    /**
     * Takes the other side's next message; empty if it has begun without one. Not after {@link Step.Admitted} or
     * {@link Step.Refused}.
     */
    Step next(Secret message);
}

package io.waxwing.http.stream;

import io.waxwing.bus.delivery.Delivery;
import io.waxwing.bus.delivery.Gap;
import io.waxwing.bus.delivery.Missed;

/** What waits for a stream's client. */
sealed interface Outgoing {
    /** Bytes that it holds, about. */
    int bytes();

    /** {@code late}: behind what the client has got already. */
    record Delivered(Delivery delivery, boolean late) implements Outgoing {
        @Override
        public int bytes() {
            return delivery.event().payload().size();
        }
    }

    /** Events that are not kept any more. */
    record Skipped(Missed missed) implements Outgoing {
        @Override
        public int bytes() {
            return 0;
        }
    }

    /** Events that are not there. */
    record Missing(Gap gap) implements Outgoing {
        @Override
        public int bytes() {
            return 0;
        }
    }
}

package io.waxwing.stomp.session;

import io.waxwing.stomp.frame.Command;
import io.waxwing.stomp.frame.Frame;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The receipts that were asked for, which leave in the order of asking whatever is ready first (R1). */
final class Receipts {
    private final ArrayDeque<Owed> owed = new ArrayDeque<>();

    /** One receipt. */
    static final class Owed {
        private final String id;
        private final Map<String, String> more = new LinkedHashMap<>();
        private boolean ready;

        private Owed(String id) {
            this.id = id;
        }

        Owed with(String name, @Nullable String value) {
            if (value != null) {
                more.put(name, value);
            }
            return this;
        }

        void ready() {
            ready = true;
        }
    }

    /** Null if the frame asked for none. */
    @Nullable Owed owe(Frame frame) {
        String id = frame.header(Frame.RECEIPT);
        if (id == null) {
            return null;
        }
        Owed one = new Owed(id);
        owed.add(one);
        return one;
    }

    boolean isEmpty() {
        return owed.isEmpty();
    }

    /** Sends what is ready and has nothing before it. */
    void settle(Output out) {
        for (Owed next = owed.peek(); next != null && next.ready; next = owed.peek()) {
            owed.remove();
            Frame.Builder receipt = Frame.of(Command.RECEIPT).with(Frame.RECEIPT_ID, next.id);
            next.more.forEach(receipt::with);
            out.send(receipt.build());
        }
    }
}

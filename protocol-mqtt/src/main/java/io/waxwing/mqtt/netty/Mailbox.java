package io.waxwing.mqtt.netty;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Mail for one event loop from any thread: a stack of nodes that the loop takes whole and reads in the order of
 * posting. Unbounded by itself; who posts is bounded elsewhere (acknowledgements by the window, deliveries by
 * {@link QueueBudget}).
 */
final class Mailbox {
    private final AtomicReference<@Nullable Mail> newest = new AtomicReference<>();

    /** One item; is its own list node and is posted at most once. */
    abstract static class Mail {
        private @Nullable Mail link;

        /** Runs on the mailbox's event loop. */
        abstract void deliver();
    }

    /** Any thread. True if the box was empty, so nobody may have told the loop yet. */
    boolean post(Mail mail) {
        Mail before;
        do {
            before = newest.get();
            mail.link = before;
        } while (!newest.compareAndSet(before, mail));
        return before == null;
    }

    boolean isEmpty() {
        return newest.get() == null;
    }

    /** Takes all mail and delivers it, oldest first. Event loop only. */
    void drain() {
        Mail oldest = null;
        Mail mail = newest.getAndSet(null);
        while (mail != null) {
            Mail next = mail.link;
            mail.link = oldest;
            oldest = mail;
            mail = next;
        }
        while (oldest != null) {
            Mail next = oldest.link;
            oldest.deliver();
            oldest = next;
        }
    }
}

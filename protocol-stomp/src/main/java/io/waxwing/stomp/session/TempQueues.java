package io.waxwing.stomp.session;

import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.stomp.frame.Command;
import io.waxwing.stomp.frame.Frame;
import io.waxwing.stomp.frame.StompVersion;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The queues at which a connection waits for replies. It calls them {@code /temp-queue/<name>}; whoever gets a request
 * sees, as its {@code reply-to}, an address that nobody can guess, and may send there. They end with the connection.
 */
final class TempQueues {
    static final String REPLY = "/reply-queue/";
    private static final String TEMP = "/temp-queue/";
    private static final String REPLY_TO = "reply-to";
    private static final Pattern NAME = Pattern.compile("[!-~]{1,64}");
    private static final Pattern ADDRESS = Pattern.compile("[0-9a-f]{32}");

    private final int max;
    private final StompVersion version;
    private final Map<String, TempQueue> byName = new LinkedHashMap<>();
    private final Map<String, TempQueue> byAddress = new HashMap<>();
    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>(0);
    private long messages;

    private static final class TempQueue {
        private final String name;
        private final String address;
        // Of the SUBSCRIBE; without one, its messages name the queue itself.
        private @Nullable String subscription;

        TempQueue(String name, String address) {
            this.name = name;
            this.address = address;
        }
    }

    private record Waiting(TempQueue queue, Frame reply, int sizeBytes) {}

    TempQueues(int max, StompVersion version) {
        this.max = max;
        this.version = version;
    }

    static boolean isTemp(Frame subscribe) {
        return begins(subscribe.header(Frame.DESTINATION), TEMP);
    }

    static boolean isReply(Frame send) {
        return begins(send.header(Frame.DESTINATION), REPLY);
    }

    private static boolean begins(@Nullable String text, String with) {
        return text != null && text.startsWith(with);
    }

    /** The frame with the address in the place of the name of its {@code reply-to}, if that is such a queue. */
    Frame addressed(Frame send, Output out) {
        String to = send.header(REPLY_TO);
        if (to == null || !to.startsWith(TEMP)) {
            return send;
        }
        Map<String, String> headers = new LinkedHashMap<>(send.headers());
        headers.put(REPLY_TO, REPLY + queue(to, out).address);
        return new Frame(send.command(), headers, send.body());
    }

    private TempQueue queue(String destination, Output out) {
        String name = destination.substring(TEMP.length());
        if (!NAME.matcher(name).matches()) {
            throw new RefusedException(
                    FailureCode.TOPIC_NAME, "want " + TEMP + " and 1 to 64 characters of ASCII without spaces");
        }
        TempQueue there = byName.get(name);
        if (there != null) {
            return there;
        }
        if (byName.size() >= max) {
            throw new RefusedException(
                    FailureCode.SUBSCRIPTION_LIMIT, "limit " + max + " for one connection (stomp.maxTempQueues)");
        }
        TempQueue made = new TempQueue(name, out.replies().open());
        byName.put(name, made);
        byAddress.put(made.address, made);
        return made;
    }

    /** Whether a subscription of that id is one of these. */
    boolean has(String key) {
        return byName.values().stream().anyMatch(each -> key.equals(each.subscription));
    }

    /** What replies are sent with from now on. @throws RefusedException with the reason */
    void subscribe(Frame frame, Output out) {
        String key = key(frame);
        if (has(key)) {
            throw new RefusedException(FailureCode.PARAMETER, "this connection has a subscription of that id");
        }
        if (AckMode.of(frame.header(Frame.ACK), version) != AckMode.AUTO) {
            throw new RefusedException(FailureCode.PARAMETER, "ack: replies are not acknowledged, want auto");
        }
        TempQueue queue = queue(String.valueOf(frame.header(Frame.DESTINATION)), out);
        if (queue.subscription != null) {
            throw new RefusedException(FailureCode.PARAMETER, "this connection has subscribed to that queue");
        }
        queue.subscription = key;
    }

    /** The id; in 1.0 without one, the destination (S2). */
    String key(Frame frame) {
        String id = frame.header(Frame.ID);
        if (id == null && version.atLeast(StompVersion.V1_1)) {
            throw new RefusedException(FailureCode.PARAMETER, "header id is missing");
        }
        return id == null ? String.valueOf(frame.header(Frame.DESTINATION)) : id;
    }

    /** The queue ends; after it nothing of it is sent (S5). */
    void unsubscribe(String key, Output out) {
        byName.values().stream()
                .filter(each -> key.equals(each.subscription))
                .findFirst()
                .ifPresent(each -> end(each, out));
    }

    private void end(TempQueue queue, Output out) {
        byName.remove(queue.name);
        byAddress.remove(queue.address);
        out.replies().close(queue.address);
        waiting.removeIf(each -> {
            boolean its = each.queue() == queue;
            if (its) {
                lost(each.sizeBytes(), out);
            }
            return its;
        });
    }

    void endAll(Output out) {
        for (TempQueue each : byName.values().toArray(new TempQueue[0])) {
            end(each, out);
        }
    }

    private static void lost(int sizeBytes, Output out) {
        out.replies().released(sizeBytes);
        out.dropped(DropReason.UNDELIVERABLE);
    }

    /**
     * Sends a reply to whoever asked.
     *
     * @return false if nobody takes it
     * @throws RefusedException if it can be no reply
     */
    static boolean reply(Frame send, Output out) {
        if (send.header(Frame.TRANSACTION) != null) {
            throw new RefusedException(FailureCode.PARAMETER, "a reply is no part of a transaction");
        }
        if ("ordered".equals(send.header(DraftMaker.WAIT))) {
            throw new RefusedException(FailureCode.WAIT_IMPOSSIBLE, "replies are on no ledger");
        }
        if (send.headers().keySet().stream().anyMatch(name -> name.startsWith(DraftMaker.PREFIX + "wxw"))) {
            throw new RefusedException(FailureCode.ATTRIBUTE, "names that begin with wxw are added by the bus");
        }
        String address = String.valueOf(send.header(Frame.DESTINATION)).substring(REPLY.length());
        if (!ADDRESS.matcher(address).matches()) {
            throw new RefusedException(FailureCode.TOPIC_NAME, "want the reply-to of a request");
        }
        boolean taken = out.replies().send(address, send);
        if (!taken) {
            out.dropped(DropReason.UNDELIVERABLE);
        }
        return taken;
    }

    /** Somebody has replied. */
    void onReply(String address, Frame reply, int sizeBytes, Output out) {
        TempQueue queue = byAddress.get(address);
        if (queue == null) {
            lost(sizeBytes, out);
            return;
        }
        waiting.add(new Waiting(queue, reply, sizeBytes));
        sendAll(out);
    }

    /** As much as the socket takes. */
    void sendAll(Output out) {
        while (out.isWritable() && !waiting.isEmpty()) {
            Waiting next = waiting.remove();
            out.send(message(next.queue(), next.reply()));
            out.replies().released(next.sizeBytes());
            out.delivered();
        }
    }

    private Frame message(TempQueue queue, Frame reply) {
        String destination = TEMP + queue.name;
        Frame.Builder message = Frame.of(Command.MESSAGE)
                .with(Frame.DESTINATION, destination)
                .with(Frame.MESSAGE_ID, "reply-" + ++messages)
                .with(Frame.SUBSCRIPTION, queue.subscription == null ? destination : queue.subscription)
                .withAny(Frame.CONTENT_TYPE, reply.header(Frame.CONTENT_TYPE));
        reply.headers().forEach((name, value) -> {
            if (!DraftMaker.NOT_PASSED_ON.contains(name)) {
                message.with(name, value);
            }
        });
        return message.body(reply.body());
    }
}

package io.waxwing.stomp.netty;

import io.waxwing.stomp.frame.Frame;
import io.waxwing.stomp.session.Replies;
import io.waxwing.stomp.session.SessionSettings;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Which connection waits for replies at which address. Thread safe. */
final class ReplyQueues {
    private static final int ADDRESS_BYTES = 16;
    private static final int HEADER_BYTES = 64;

    private final SecureRandom random = new SecureRandom();
    private final Map<String, Side> owners = new ConcurrentHashMap<>();
    private final int maxEvents;
    private final long maxBytes;

    ReplyQueues(SessionSettings settings) {
        this.maxEvents = settings.queueEvents();
        this.maxBytes = settings.queueBytes();
    }

    Replies of(StompChannel channel) {
        return new Side(channel);
    }

    /** One connection. Its methods are for its event loop, but for {@link #offer}. */
    private final class Side implements Replies {
        private final StompChannel channel;
        // Added to by whoever replies, taken from by the event loop.
        private final AtomicInteger events = new AtomicInteger();
        private final AtomicLong bytes = new AtomicLong();

        Side(StompChannel channel) {
            this.channel = channel;
        }

        @Override
        public String open() {
            byte[] address = new byte[ADDRESS_BYTES];
            random.nextBytes(address);
            String text = HexFormat.of().formatHex(address);
            owners.put(text, this);
            return text;
        }

        @Override
        public void close(String address) {
            owners.remove(address);
        }

        @Override
        public boolean send(String address, Frame reply) {
            Side owner = owners.get(address);
            return owner != null && owner.offer(address, reply);
        }

        private boolean offer(String address, Frame reply) {
            int sizeBytes = sizeBytes(reply);
            int waiting = events.incrementAndGet();
            boolean fits = bytes.addAndGet(sizeBytes) <= maxBytes || waiting == 1;
            if (!fits || waiting > maxEvents) {
                released(sizeBytes);
                return false;
            }
            channel.post(() -> channel.session().onReply(address, reply, sizeBytes, channel));
            return true;
        }

        @Override
        public void released(int sizeBytes) {
            events.decrementAndGet();
            bytes.addAndGet(-sizeBytes);
        }
    }

    private static int sizeBytes(Frame reply) {
        int size = reply.body().size();
        for (Map.Entry<String, String> header : reply.headers().entrySet()) {
            size += HEADER_BYTES + header.getKey().length() + header.getValue().length();
        }
        return size;
    }
}

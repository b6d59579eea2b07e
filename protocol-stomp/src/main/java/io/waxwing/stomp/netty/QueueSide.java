package io.waxwing.stomp.netty;

import io.waxwing.bus.delivery.Delivery;
import io.waxwing.bus.delivery.Subscription;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.Refusal;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.bus.spi.Access;
import io.waxwing.stomp.queue.Queues;
import io.waxwing.stomp.queue.Verdict;
import io.waxwing.stomp.session.CloseReason;
import io.waxwing.stomp.session.Fault;
import io.waxwing.stomp.session.Feed;
import io.waxwing.stomp.session.Lending;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one connection has on loan from durable subscriptions. Loans are renewed for as long as the connection lasts;
 * what is settled in one turn of the event loop is said in one call. Event loop only, but for what the queues complete,
 * which becomes mail.
 */
final class QueueSide implements Lending {
    private static final Logger LOG = LoggerFactory.getLogger(QueueSide.class);
    /** A loan is renewed so often within its time. */
    private static final int RENEWALS = 3;

    private final StompChannel channel;
    private final Queues queues;
    private final Map<Feed, Pulling> places = new HashMap<>();

    QueueSide(StompChannel channel, Queues queues) {
        this.channel = channel;
        this.queues = queues;
    }

    @Override
    public void consume(Feed feed, Queues.@Nullable Wish wish, Access access) {
        String name = feed.queue();
        if (name == null) {
            throw new IllegalArgumentException("it consumes no durable subscription");
        }
        Pulling pulling = new Pulling(feed, name, access);
        places.put(feed, pulling);
        CompletableFuture<?> unused = queues.open(access, name, wish)
                .whenComplete((opened, failure) -> channel.post(() -> pulling.opened(opened, failure)));
    }

    @Override
    public void settled(Feed feed, Delivery delivery, Verdict verdict) {
        Pulling pulling = places.get(feed);
        if (pulling != null) {
            pulling.settled(delivery, verdict);
        }
    }

    @Override
    public void released(Feed feed, int sizeBytes) {
        Pulling pulling = places.get(feed);
        if (pulling != null) {
            pulling.released(sizeBytes);
        }
    }

    @Override
    public void detach(Feed feed) {
        Pulling pulling = places.remove(feed);
        if (pulling != null) {
            pulling.end();
        }
    }

    @Override
    public void remove(String queue, Access access) {
        CompletableFuture<?> unused = queues.remove(access, queue).whenComplete((done, failure) -> {
            if (failure != null) {
                Fault fault = new Fault(refusal(failure), null, CloseReason.BUS_REFUSED);
                channel.post(() -> channel.session().onFault(fault, channel));
            }
        });
    }

    private static Refusal refusal(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof RefusedException refused) {
            return refused.refusal();
        }
        LOG.error("WXW-1399 a durable subscription failed", cause);
        return new Refusal(FailureCode.INTERNAL, "see the node's log for this time");
    }

    /** The loans of one feed. */
    private final class Pulling {
        private final Feed feed;
        private final String name;
        private final Access access;
        private final IdentityHashMap<Delivery, String> loans = new IdentityHashMap<>();
        private final Map<Verdict, List<String>> unsaid = new EnumMap<>(Verdict.class);
        private @Nullable Subscription matched;
        private @Nullable CompletableFuture<List<Queues.Loan>> asked;
        private @Nullable Future<?> renewal;
        private int events;
        private long bytes;
        private boolean taking;
        private boolean telling;
        private boolean over;

        Pulling(Feed feed, String name, Access access) {
            this.feed = feed;
            this.name = name;
            this.access = access;
        }

        void opened(Queues.@Nullable Opened opened, @Nullable Throwable failure) {
            if (over) {
                return;
            }
            if (opened == null) {
                refused(failure);
                return;
            }
            matched = new Subscription(opened.filter(), Subscription.RetainedValues.DO_NOT_SEND, false, feed);
            long every = Math.max(1, opened.ackWaitMs() / RENEWALS);
            renewal = channel.loop().scheduleAtFixedRate(this::renew, every, every, TimeUnit.MILLISECONDS);
            channel.session().onSubscribed(feed, System.nanoTime(), channel);
            fetch();
        }

        private void refused(@Nullable Throwable failure) {
            Refusal why = failure == null ? new Refusal(FailureCode.INTERNAL, "no answer") : refusal(failure);
            channel.session().onSubscriptionRefused(feed, why, channel);
        }

        /** Asks for more once half of the window is free, so that not each event is asked for by itself. */
        private void fetch() {
            boolean full = events > feed.windowEvents() / 2 || (events > 0 && bytes > feed.windowBytes() / 2);
            if (over || taking || asked != null || full) {
                return;
            }
            CompletableFuture<List<Queues.Loan>> ask =
                    queues.fetch(access, name, feed.windowEvents() - events, Math.max(1, feed.windowBytes() - bytes));
            asked = ask;
            CompletableFuture<?> unused =
                    ask.whenComplete((lent, failure) -> channel.post(() -> fetched(lent, failure)));
        }

        private void fetched(@Nullable List<Queues.Loan> lent, @Nullable Throwable failure) {
            asked = null;
            if (lent == null) {
                if (!over) {
                    refused(failure);
                }
                return;
            }
            taking = true;
            lent.forEach(this::take);
            taking = false;
            fetch();
        }

        private void take(Queues.Loan loan) {
            Subscription by = matched;
            if (over || by == null) {
                say(loan.token(), Verdict.UNUSED);
                return;
            }
            Delivery delivery = new Delivery(
                    loan.event(), List.of(by), false, false, loan.event().position());
            loans.put(delivery, loan.token());
            events++;
            bytes += Feed.sizeBytes(delivery);
            channel.session().onLent(feed, delivery, loan.deliveries() - 1, System.nanoTime(), channel);
        }

        void settled(Delivery delivery, Verdict verdict) {
            String token = loans.remove(delivery);
            if (token != null) {
                say(token, verdict);
            }
        }

        void released(int sizeBytes) {
            events--;
            bytes -= sizeBytes;
            fetch();
        }

        private void say(String token, Verdict verdict) {
            unsaid.computeIfAbsent(verdict, unused -> new ArrayList<>()).add(token);
            if (!telling) {
                telling = true;
                channel.loop().execute(this::tell);
            }
        }

        private void tell() {
            telling = false;
            unsaid.forEach(this::tell);
            unsaid.clear();
        }

        private void tell(Verdict verdict, List<String> tokens) {
            CompletableFuture<?> unused = queues.settle(access, name, verdict, tokens)
                    .whenComplete((done, failure) -> {
                        if (failure != null) {
                            channel.post(() -> failed(failure));
                        }
                    });
        }

        /** What could not be written down comes again, here or elsewhere. */
        private void failed(Throwable failure) {
            if (!over) {
                refused(failure);
            }
        }

        private void renew() {
            if (!loans.isEmpty()) {
                tell(Verdict.LONGER, List.copyOf(loans.values()));
            }
        }

        void end() {
            over = true;
            if (asked != null) {
                boolean unused = asked.cancel(false);
            }
            if (renewal != null) {
                boolean unused = renewal.cancel(false);
            }
        }
    }
}
